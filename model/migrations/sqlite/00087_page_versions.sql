-- +goose Up
CREATE TABLE page_versions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    slug         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    title        TEXT NOT NULL,
    blocks       TEXT NOT NULL,
    published_by TEXT NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_page_versions_version ON page_versions (brand_id, slug, version);

-- +goose Down
DROP TABLE page_versions;
