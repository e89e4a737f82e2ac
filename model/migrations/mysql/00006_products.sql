-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS products (
    id                  BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id            BIGINT NOT NULL,
    handle              VARCHAR(255) NOT NULL,
    title               MEDIUMTEXT NOT NULL,
    summary             MEDIUMTEXT NOT NULL,
    body                MEDIUMTEXT NOT NULL,
    vendor              VARCHAR(128) NOT NULL,
    tags                MEDIUMTEXT NOT NULL,
    pictures            MEDIUMTEXT NOT NULL,
    options             MEDIUMTEXT NOT NULL,
    freight_template_id BIGINT NOT NULL,
    no_return           BOOLEAN NOT NULL,
    published           BOOLEAN NOT NULL,
    published_at        BIGINT NOT NULL,
    sort                BIGINT NOT NULL,
    price_fen           BIGINT NOT NULL,
    compare_at_fen      BIGINT NOT NULL,
    source              VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    catalogue_version   BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    UNIQUE KEY uq_products_handle (brand_id, handle),
    KEY ix_products_published_sort_id (brand_id, published, sort, id),
    KEY ix_products_published_price_fen_id (brand_id, published, price_fen, id),
    KEY ix_products_published_published_at_id (brand_id, published, published_at, id),
    KEY ix_products_catalogue_version (brand_id, catalogue_version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS products;
