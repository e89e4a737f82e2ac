-- +goose Up
CREATE INDEX ix_orders_bought ON orders (brand_id, user_id, paid_at, total_fen, refunded_fen, channel);

-- +goose Down
DROP INDEX ix_orders_bought;
