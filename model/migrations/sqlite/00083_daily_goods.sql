-- +goose Up
CREATE TABLE daily_goods (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    day        TEXT NOT NULL,
    product_id INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    gmv_fen    INTEGER NOT NULL,
    returned   INTEGER NOT NULL,
    refund_fen INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_daily_goods_day_product_id ON daily_goods (brand_id, day, product_id);
CREATE INDEX ix_daily_goods_sums ON daily_goods (brand_id, day, product_id, quantity, gmv_fen, returned, refund_fen);

-- +goose Down
DROP TABLE daily_goods;
