-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS product_categories (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    product_id  BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    UNIQUE KEY uq_product_categories_category_id_product_id (brand_id, category_id, product_id),
    KEY ix_product_categories_product_id (brand_id, product_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS product_categories;
