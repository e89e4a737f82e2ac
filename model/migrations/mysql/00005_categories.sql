-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS categories (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    parent_id  BIGINT NOT NULL,
    slug       VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       MEDIUMTEXT NOT NULL,
    picture    VARCHAR(512) NOT NULL,
    sort       BIGINT NOT NULL,
    published  BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_categories_slug (brand_id, slug),
    KEY ix_categories_parent_id_sort (brand_id, parent_id, sort)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS categories;
