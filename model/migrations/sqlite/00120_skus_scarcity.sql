-- +goose Up
ALTER TABLE skus ADD COLUMN scarcity INTEGER AS (CASE WHEN on_hand <= reserved AND low_at < 0 THEN -1 WHEN on_hand <= reserved THEN 0 WHEN low_at = 0 THEN MIN(on_hand - reserved, 50) + 1 WHEN on_hand - reserved <= low_at THEN 1 ELSE 52 END) VIRTUAL;
CREATE INDEX ix_skus_scarcity ON skus (brand_id, active, scarcity, product_id);

-- +goose Down
DROP INDEX ix_skus_scarcity;
ALTER TABLE skus DROP COLUMN scarcity;
