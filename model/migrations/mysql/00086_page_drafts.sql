-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS page_drafts (
    id                BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id          BIGINT NOT NULL,
    slug              VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title             MEDIUMTEXT NOT NULL,
    blocks            MEDIUMTEXT NOT NULL,
    version           BIGINT NOT NULL,
    published_version BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    UNIQUE KEY uq_page_drafts_slug (brand_id, slug)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS page_drafts;
