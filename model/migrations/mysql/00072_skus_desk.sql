-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE skus
    ADD COLUMN low_at BIGINT NOT NULL DEFAULT 0 AFTER reserved,
    ADD KEY ix_skus_code (brand_id, code),
    ADD KEY ix_skus_barcode (brand_id, barcode);

-- +goose Down
ALTER TABLE skus
    DROP KEY ix_skus_barcode,
    DROP KEY ix_skus_code,
    DROP COLUMN low_at;
