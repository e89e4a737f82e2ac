-- +goose Up
CREATE TABLE refund_lines (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    refund_id     INTEGER NOT NULL,
    order_line_id INTEGER NOT NULL,
    sku_id        INTEGER NOT NULL,
    quantity      INTEGER NOT NULL,
    dropped       INTEGER NOT NULL,
    restock       INTEGER NOT NULL,
    amount_fen    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_refund_lines_refund_id_order_line_id ON refund_lines (brand_id, refund_id, order_line_id);
CREATE INDEX ix_refund_lines_order_line_id ON refund_lines (brand_id, order_line_id);

-- +goose Down
DROP TABLE refund_lines;
