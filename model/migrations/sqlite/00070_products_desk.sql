-- +goose Up
ALTER TABLE products ADD COLUMN publish_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE products ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE products ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_products_publish_at ON products (brand_id, publish_at);
CREATE INDEX ix_products_archived_updated_at_id ON products (brand_id, archived, updated_at, id);
CREATE INDEX ix_products_archived_sort_id ON products (brand_id, archived, sort, id);
CREATE INDEX ix_products_archived_price_fen_id ON products (brand_id, archived, price_fen, id);
CREATE INDEX ix_products_archived_id ON products (brand_id, archived, id);
CREATE INDEX ix_products_words ON products (brand_id, words);

-- +goose Down
DROP INDEX ix_products_words;
DROP INDEX ix_products_archived_id;
DROP INDEX ix_products_archived_price_fen_id;
DROP INDEX ix_products_archived_sort_id;
DROP INDEX ix_products_archived_updated_at_id;
DROP INDEX ix_products_publish_at;
ALTER TABLE products DROP COLUMN words;
ALTER TABLE products DROP COLUMN archived;
ALTER TABLE products DROP COLUMN publish_at;
