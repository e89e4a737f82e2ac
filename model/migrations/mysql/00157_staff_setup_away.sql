-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE staff
    ADD COLUMN setup_away BOOLEAN NOT NULL DEFAULT FALSE AFTER status;

-- +goose Down
ALTER TABLE staff
    DROP COLUMN setup_away;
