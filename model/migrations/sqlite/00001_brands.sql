-- +goose Up
CREATE TABLE brands (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    slug              TEXT NOT NULL,
    status            TEXT NOT NULL,
    name              TEXT NOT NULL,
    currency          TEXT NOT NULL,
    default_language  TEXT NOT NULL,
    languages         TEXT NOT NULL,
    theme             TEXT NOT NULL,
    order_ttl         INTEGER NOT NULL,
    catalogue_version INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_brands_slug ON brands (slug);

-- +goose Down
DROP TABLE brands;
