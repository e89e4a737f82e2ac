-- +goose Up
CREATE TABLE favourites (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_favourites_user_id_product_id ON favourites (brand_id, user_id, product_id);
CREATE INDEX ix_favourites_user_id_id ON favourites (brand_id, user_id, id);

-- +goose Down
DROP TABLE favourites;
