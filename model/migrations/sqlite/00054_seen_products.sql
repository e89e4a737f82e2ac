-- +goose Up
CREATE TABLE seen_products (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_seen_products_user_id_product_id ON seen_products (brand_id, user_id, product_id);
CREATE INDEX ix_seen_products_user_id_seen_at_id ON seen_products (brand_id, user_id, seen_at, id);
CREATE INDEX ix_seen_products_seen_at ON seen_products (brand_id, seen_at, user_id);

-- +goose Down
DROP TABLE seen_products;
