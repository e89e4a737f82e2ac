-- +goose Up
CREATE TABLE coupons (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    name        TEXT NOT NULL,
    status      TEXT NOT NULL,
    access      TEXT NOT NULL,
    code_hash   TEXT NOT NULL,
    conditions  TEXT NOT NULL,
    effect      TEXT NOT NULL,
    stackable   BOOLEAN NOT NULL,
    back        TEXT NOT NULL,
    total       INTEGER NOT NULL,
    claimed     INTEGER NOT NULL,
    per_user    INTEGER NOT NULL,
    claim_from  INTEGER NOT NULL,
    claim_until INTEGER NOT NULL,
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    valid_days  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_coupons_no ON coupons (no);
CREATE INDEX ix_coupons_code_hash ON coupons (brand_id, code_hash);
CREATE INDEX ix_coupons_access_status ON coupons (brand_id, access, status);

-- +goose Down
DROP TABLE coupons;
