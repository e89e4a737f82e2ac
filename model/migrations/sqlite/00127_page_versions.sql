-- +goose Up
CREATE TABLE page_versions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    slug       TEXT NOT NULL,
    number     INTEGER NOT NULL,
    title      TEXT NOT NULL,
    blocks     TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_no   TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_page_versions_number ON page_versions (brand_id, slug, number);

-- +goose Down
DROP TABLE page_versions;
