-- +goose Up
CREATE TABLE skus (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id       INTEGER NOT NULL,
    product_id     INTEGER NOT NULL,
    no             TEXT NOT NULL,
    code           TEXT NOT NULL,
    choice         TEXT NOT NULL,
    choice_key     TEXT NOT NULL,
    price_fen      INTEGER NOT NULL,
    compare_at_fen INTEGER NOT NULL,
    barcode        TEXT NOT NULL,
    weight_grams   INTEGER NOT NULL,
    picture        TEXT NOT NULL,
    on_hand        INTEGER NOT NULL,
    reserved       INTEGER NOT NULL,
    active         BOOLEAN NOT NULL,
    sort           INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_skus_no ON skus (no);
CREATE UNIQUE INDEX uq_skus_product_id_choice_key ON skus (brand_id, product_id, choice_key);

-- +goose Down
DROP TABLE skus;
