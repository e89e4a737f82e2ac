-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE orders
    ADD KEY ix_orders_bought (brand_id, user_id, paid_at, total_fen, refunded_fen, channel);

-- +goose Down
ALTER TABLE orders
    DROP KEY ix_orders_bought;
