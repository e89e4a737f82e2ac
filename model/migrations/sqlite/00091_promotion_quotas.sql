-- +goose Up
CREATE TABLE promotion_quotas (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    per_user     INTEGER NOT NULL,
    reserved     INTEGER NOT NULL,
    sold         INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_promotion_quotas_promotion_id ON promotion_quotas (brand_id, promotion_id);

-- +goose Down
DROP TABLE promotion_quotas;
