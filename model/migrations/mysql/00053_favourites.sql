-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS favourites (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_favourites_user_id_product_id (brand_id, user_id, product_id),
    KEY ix_favourites_user_id_id (brand_id, user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS favourites;
