-- +goose Up
CREATE TABLE daily_sales (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    day           TEXT NOT NULL,
    way           TEXT NOT NULL,
    channel       TEXT NOT NULL,
    placed        INTEGER NOT NULL,
    orders        INTEGER NOT NULL,
    gmv_fen       INTEGER NOT NULL,
    refunds       INTEGER NOT NULL,
    refund_fen    INTEGER NOT NULL,
    new_buyers    INTEGER NOT NULL,
    second_buyers INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_daily_sales_day_way_channel ON daily_sales (brand_id, day, way, channel);

-- +goose Down
DROP TABLE daily_sales;
