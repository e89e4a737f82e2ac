-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS product_tags (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    tag        VARCHAR(128) NOT NULL,
    UNIQUE KEY uq_product_tags_tag_product_id (brand_id, tag, product_id),
    KEY ix_product_tags_product_id (brand_id, product_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS product_tags;
