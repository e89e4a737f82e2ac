-- +goose Up
CREATE TABLE product_categories (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    product_id  INTEGER NOT NULL,
    category_id INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_product_categories_category_id_product_id ON product_categories (brand_id, category_id, product_id);
CREATE INDEX ix_product_categories_product_id ON product_categories (brand_id, product_id);

-- +goose Down
DROP TABLE product_categories;
