-- +goose Up
ALTER TABLE reconciliations ADD COLUMN mch_id TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE reconciliations DROP COLUMN mch_id;
