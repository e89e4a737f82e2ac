-- +goose Up
CREATE TABLE order_lines (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    order_id     INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    sku_id       INTEGER NOT NULL,
    sku_no       TEXT NOT NULL,
    handle       TEXT NOT NULL,
    title        TEXT NOT NULL,
    choice       TEXT NOT NULL,
    picture      TEXT NOT NULL,
    weight_grams INTEGER NOT NULL,
    quantity     INTEGER NOT NULL,
    unit_fen     INTEGER NOT NULL,
    total_fen    INTEGER NOT NULL,
    no_return    BOOLEAN NOT NULL,
    shipped      INTEGER NOT NULL,
    dropped      INTEGER NOT NULL,
    refunded     INTEGER NOT NULL,
    restocked    INTEGER NOT NULL,
    claimed      INTEGER NOT NULL,
    refunded_fen INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_order_lines_order_id_position ON order_lines (brand_id, order_id, position);
CREATE INDEX ix_order_lines_sku_id ON order_lines (brand_id, sku_id);
CREATE INDEX ix_order_lines_product_id ON order_lines (brand_id, product_id, order_id);

-- +goose Down
DROP TABLE order_lines;
