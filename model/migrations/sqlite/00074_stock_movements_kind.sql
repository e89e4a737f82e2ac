-- +goose Up
CREATE INDEX ix_stock_movements_kind_id ON stock_movements (brand_id, kind, id);

-- +goose Down
DROP INDEX ix_stock_movements_kind_id;
