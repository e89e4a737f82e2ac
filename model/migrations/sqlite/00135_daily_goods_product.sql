-- +goose Up
CREATE INDEX ix_daily_goods_product ON daily_goods (brand_id, product_id, day, quantity, gmv_fen, returned, refund_fen);

-- +goose Down
DROP INDEX ix_daily_goods_product;
