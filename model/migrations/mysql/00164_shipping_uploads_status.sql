-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE shipping_uploads
    ADD KEY ix_shipping_uploads_status_id (brand_id, status, id);

-- +goose Down
ALTER TABLE shipping_uploads
    DROP KEY ix_shipping_uploads_status_id;
