-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE skus
    ADD COLUMN scarcity BIGINT AS (CASE WHEN on_hand <= reserved AND low_at < 0 THEN -1 WHEN on_hand <= reserved THEN 0 WHEN low_at = 0 THEN LEAST(on_hand - reserved, 50) + 1 WHEN on_hand - reserved <= low_at THEN 1 ELSE 52 END) STORED AFTER low_at,
    ADD KEY ix_skus_scarcity (brand_id, active, scarcity, product_id);

-- +goose Down
ALTER TABLE skus
    DROP KEY ix_skus_scarcity,
    DROP COLUMN scarcity;
