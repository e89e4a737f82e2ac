-- +goose Up
ALTER TABLE orders ADD COLUMN has_offers BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE orders DROP COLUMN has_offers;
