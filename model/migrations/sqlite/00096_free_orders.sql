-- +goose Up
ALTER TABLE brands ADD COLUMN free_orders BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE brands DROP COLUMN free_orders;
