-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS brands (
    id                BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    slug              VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name              MEDIUMTEXT NOT NULL,
    currency          VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    default_language  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    languages         MEDIUMTEXT NOT NULL,
    theme             MEDIUMTEXT NOT NULL,
    order_ttl         BIGINT NOT NULL,
    catalogue_version BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    UNIQUE KEY uq_brands_slug (slug)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS brands;
