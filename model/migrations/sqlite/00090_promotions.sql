-- +goose Up
CREATE TABLE promotions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    no         TEXT NOT NULL,
    name       TEXT NOT NULL,
    status     TEXT NOT NULL,
    priority   INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    stackable  BOOLEAN NOT NULL,
    coupons    BOOLEAN NOT NULL,
    flash_sale BOOLEAN NOT NULL,
    conditions TEXT NOT NULL,
    effect     TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_promotions_no ON promotions (no);
CREATE INDEX ix_promotions_status_ends_at ON promotions (brand_id, status, ends_at);

-- +goose Down
DROP TABLE promotions;
