-- +goose Up
CREATE TABLE cart_lines (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    sku_id     INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    selected   BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_cart_lines_user_id_sku_id ON cart_lines (brand_id, user_id, sku_id);
CREATE INDEX ix_cart_lines_created_at ON cart_lines (brand_id, created_at, user_id);

-- +goose Down
DROP TABLE cart_lines;
