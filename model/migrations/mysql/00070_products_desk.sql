-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE products
    ADD COLUMN publish_at BIGINT NOT NULL DEFAULT 0 AFTER published_at,
    ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE AFTER publish_at,
    ADD COLUMN words VARCHAR(700) NOT NULL DEFAULT '' AFTER source,
    ADD KEY ix_products_publish_at (brand_id, publish_at),
    ADD KEY ix_products_archived_updated_at_id (brand_id, archived, updated_at, id),
    ADD KEY ix_products_archived_sort_id (brand_id, archived, sort, id),
    ADD KEY ix_products_archived_price_fen_id (brand_id, archived, price_fen, id),
    ADD KEY ix_products_archived_id (brand_id, archived, id),
    ADD KEY ix_products_words (brand_id, words);

-- +goose Down
ALTER TABLE products
    DROP KEY ix_products_words,
    DROP KEY ix_products_archived_id,
    DROP KEY ix_products_archived_price_fen_id,
    DROP KEY ix_products_archived_sort_id,
    DROP KEY ix_products_archived_updated_at_id,
    DROP KEY ix_products_publish_at,
    DROP COLUMN words,
    DROP COLUMN archived,
    DROP COLUMN publish_at;
