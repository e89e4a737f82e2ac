-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE stock_movements ADD KEY ix_stock_movements_kind_id (brand_id, kind, id);

-- +goose Down
ALTER TABLE stock_movements DROP KEY ix_stock_movements_kind_id;
