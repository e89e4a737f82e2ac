-- +goose Up
ALTER TABLE staff ADD COLUMN setup_away BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE staff DROP COLUMN setup_away;
