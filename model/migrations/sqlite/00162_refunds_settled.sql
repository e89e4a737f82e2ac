-- +goose Up
ALTER TABLE refunds ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN settled_ref TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE refunds DROP COLUMN settled_by;
ALTER TABLE refunds DROP COLUMN settled_ref;
