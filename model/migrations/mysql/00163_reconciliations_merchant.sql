-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE reconciliations
    ADD COLUMN mch_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER lease_until;

-- +goose Down
ALTER TABLE reconciliations DROP COLUMN mch_id;
