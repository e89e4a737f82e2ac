-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE refunds
    ADD COLUMN settled_by  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER succeeded_at,
    ADD COLUMN settled_ref VARCHAR(64) NOT NULL DEFAULT '' AFTER settled_by;

-- +goose Down
ALTER TABLE refunds
    DROP COLUMN settled_by,
    DROP COLUMN settled_ref;
