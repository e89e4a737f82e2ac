-- +goose Up
CREATE TABLE product_tags (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    tag        TEXT NOT NULL
);
CREATE UNIQUE INDEX uq_product_tags_tag_product_id ON product_tags (brand_id, tag, product_id);
CREATE INDEX ix_product_tags_product_id ON product_tags (brand_id, product_id);

-- +goose Down
DROP TABLE product_tags;
