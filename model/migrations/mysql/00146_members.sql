-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS members (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    level_id   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_members_user_id (brand_id, user_id),
    KEY ix_members_level_id (brand_id, level_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS members;
