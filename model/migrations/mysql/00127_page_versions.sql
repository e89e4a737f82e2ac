-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS page_versions (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    slug       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number     BIGINT NOT NULL,
    title      MEDIUMTEXT NOT NULL,
    blocks     MEDIUMTEXT NOT NULL,
    actor_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor_no   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_page_versions_number (brand_id, slug, number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS page_versions;
