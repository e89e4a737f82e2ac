-- +goose Up
CREATE TABLE coupon_codes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    coupon_id  INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    claim_id   INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_coupon_codes_hash ON coupon_codes (brand_id, hash);
CREATE INDEX ix_coupon_codes_coupon_id ON coupon_codes (brand_id, coupon_id);

-- +goose Down
DROP TABLE coupon_codes;
