-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE daily_goods
    ADD KEY ix_daily_goods_product (brand_id, product_id, day, quantity, gmv_fen, returned, refund_fen);

-- +goose Down
ALTER TABLE daily_goods
    DROP KEY ix_daily_goods_product;
