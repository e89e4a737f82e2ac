-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS promotion_uses (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    promotion_id BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    taken        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE KEY uq_promotion_uses_promotion_id_user_id (brand_id, promotion_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS promotion_uses;
