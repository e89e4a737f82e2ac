-- +goose Up
CREATE TABLE reviews (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    no            TEXT NOT NULL,
    user_id       INTEGER NOT NULL,
    order_line_id INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    choice        TEXT NOT NULL,
    author        TEXT NOT NULL,
    rating        INTEGER NOT NULL,
    words         TEXT NOT NULL,
    pictures      TEXT NOT NULL,
    status        TEXT NOT NULL,
    reply         TEXT NOT NULL,
    replied_at    INTEGER NOT NULL,
    added_words   TEXT NOT NULL,
    added_status  TEXT NOT NULL,
    added_at      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_reviews_no ON reviews (no);
CREATE UNIQUE INDEX uq_reviews_order_line_id ON reviews (brand_id, order_line_id);
CREATE INDEX ix_reviews_product_id_status_rating_id ON reviews (brand_id, product_id, status, rating, id);
CREATE INDEX ix_reviews_product_id_status_id ON reviews (brand_id, product_id, status, id);
CREATE INDEX ix_reviews_status_id ON reviews (brand_id, status, id);
CREATE INDEX ix_reviews_user_id_id ON reviews (brand_id, user_id, id);

-- +goose Down
DROP TABLE reviews;
