-- +goose Up
CREATE TABLE stock_movements (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    sku_id        INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    on_hand_delta INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    reason        TEXT NOT NULL,
    created_at    INTEGER NOT NULL
);
CREATE INDEX ix_stock_movements_sku_id_id ON stock_movements (brand_id, sku_id, id);
CREATE INDEX ix_stock_movements_order_id ON stock_movements (brand_id, order_id);

-- +goose Down
DROP TABLE stock_movements;
