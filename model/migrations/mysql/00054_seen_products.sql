-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS seen_products (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    UNIQUE KEY uq_seen_products_user_id_product_id (brand_id, user_id, product_id),
    KEY ix_seen_products_user_id_seen_at_id (brand_id, user_id, seen_at, id),
    KEY ix_seen_products_seen_at (brand_id, seen_at, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS seen_products;
