-- +goose Up
CREATE TABLE categories (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    slug       TEXT NOT NULL,
    name       TEXT NOT NULL,
    picture    TEXT NOT NULL,
    sort       INTEGER NOT NULL,
    published  BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_categories_slug ON categories (brand_id, slug);
CREATE INDEX ix_categories_parent_id_sort ON categories (brand_id, parent_id, sort);

-- +goose Down
DROP TABLE categories;
