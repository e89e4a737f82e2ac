-- +goose Up
CREATE TABLE order_adjustments (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    order_id   INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    source     TEXT NOT NULL,
    label      TEXT NOT NULL,
    words      TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX ix_order_adjustments_order_id ON order_adjustments (brand_id, order_id);

-- +goose Down
DROP TABLE order_adjustments;
