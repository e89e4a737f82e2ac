-- +goose Up
CREATE TABLE promotion_uses (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    taken        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_promotion_uses_promotion_id_user_id ON promotion_uses (brand_id, promotion_id, user_id);

-- +goose Down
DROP TABLE promotion_uses;
