-- +goose Up
CREATE INDEX ix_shipping_uploads_status_id ON shipping_uploads (brand_id, status, id);

-- +goose Down
DROP INDEX ix_shipping_uploads_status_id;
