-- +goose Up
CREATE TABLE products (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id            INTEGER NOT NULL,
    handle              TEXT NOT NULL,
    title               TEXT NOT NULL,
    summary             TEXT NOT NULL,
    body                TEXT NOT NULL,
    vendor              TEXT NOT NULL,
    tags                TEXT NOT NULL,
    pictures            TEXT NOT NULL,
    options             TEXT NOT NULL,
    freight_template_id INTEGER NOT NULL,
    no_return           BOOLEAN NOT NULL,
    published           BOOLEAN NOT NULL,
    published_at        INTEGER NOT NULL,
    sort                INTEGER NOT NULL,
    price_fen           INTEGER NOT NULL,
    compare_at_fen      INTEGER NOT NULL,
    source              TEXT NOT NULL,
    catalogue_version   INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_products_handle ON products (brand_id, handle);
CREATE INDEX ix_products_published_sort_id ON products (brand_id, published, sort, id);
CREATE INDEX ix_products_published_price_fen_id ON products (brand_id, published, price_fen, id);
CREATE INDEX ix_products_published_published_at_id ON products (brand_id, published, published_at, id);
CREATE INDEX ix_products_catalogue_version ON products (brand_id, catalogue_version);

-- +goose Down
DROP TABLE products;
