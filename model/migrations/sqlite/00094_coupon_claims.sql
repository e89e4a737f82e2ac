-- +goose Up
CREATE TABLE coupon_claims (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    coupon_id   INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    status      TEXT NOT NULL,
    access      TEXT NOT NULL,
    order_id    INTEGER NOT NULL,
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    used_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_coupon_claims_no ON coupon_claims (no);
CREATE UNIQUE INDEX uq_coupon_claims_coupon_id_user_id_n ON coupon_claims (brand_id, coupon_id, user_id, n);
CREATE INDEX ix_coupon_claims_user_id_status_valid_until ON coupon_claims (brand_id, user_id, status, valid_until);
CREATE INDEX ix_coupon_claims_order_id ON coupon_claims (brand_id, order_id);
CREATE INDEX ix_coupon_claims_status_valid_until ON coupon_claims (status, valid_until);

-- +goose Down
DROP TABLE coupon_claims;
