-- +goose Up
CREATE TABLE pages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    slug       TEXT NOT NULL,
    title      TEXT NOT NULL,
    blocks     TEXT NOT NULL,
    published  BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_pages_slug ON pages (brand_id, slug);

-- +goose Down
DROP TABLE pages;
