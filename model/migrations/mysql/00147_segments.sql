-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS segments (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       VARCHAR(120) NOT NULL,
    rule       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_segments_no (no),
    KEY ix_segments_brand_id (brand_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS segments;
