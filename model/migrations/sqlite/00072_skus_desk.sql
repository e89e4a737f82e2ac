-- +goose Up
ALTER TABLE skus ADD COLUMN low_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_skus_code ON skus (brand_id, code);
CREATE INDEX ix_skus_barcode ON skus (brand_id, barcode);

-- +goose Down
DROP INDEX ix_skus_barcode;
DROP INDEX ix_skus_code;
ALTER TABLE skus DROP COLUMN low_at;
