-- +goose Up
CREATE TABLE after_sale_lines (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    after_sale_id INTEGER NOT NULL,
    order_line_id INTEGER NOT NULL,
    quantity      INTEGER NOT NULL,
    unsent        BOOLEAN NOT NULL,
    amount_fen    INTEGER NOT NULL,
    new_sku_id    INTEGER NOT NULL,
    held          INTEGER NOT NULL,
    restock       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_after_sale_lines_after_sale_id_order_line_id ON after_sale_lines (brand_id, after_sale_id, order_line_id);
CREATE INDEX ix_after_sale_lines_order_line_id ON after_sale_lines (brand_id, order_line_id);

-- +goose Down
DROP TABLE after_sale_lines;
