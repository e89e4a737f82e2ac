-- +goose Up
CREATE TABLE orders (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id             INTEGER NOT NULL,
    no                   TEXT NOT NULL,
    user_id              INTEGER NOT NULL,
    status               TEXT NOT NULL,
    currency             TEXT NOT NULL,
    goods_fen            INTEGER NOT NULL,
    discount_fen         INTEGER NOT NULL,
    freight_fen          INTEGER NOT NULL,
    tax_fen              INTEGER NOT NULL,
    total_fen            INTEGER NOT NULL,
    place                TEXT NOT NULL,
    recipient            TEXT NOT NULL,
    phone                TEXT NOT NULL,
    way                  TEXT NOT NULL,
    channel              TEXT NOT NULL,
    remark               TEXT NOT NULL,
    in_group             BOOLEAN NOT NULL,
    placed_from          TEXT NOT NULL,
    purged_at            INTEGER NOT NULL,
    expires_at           INTEGER NOT NULL,
    paid_at              INTEGER NOT NULL,
    cancelled_at         INTEGER NOT NULL,
    shipped_at           INTEGER NOT NULL,
    received_at          INTEGER NOT NULL,
    closed_at            INTEGER NOT NULL,
    refunded_fen         INTEGER NOT NULL,
    refunded_freight_fen INTEGER NOT NULL,
    refunded_tax_fen     INTEGER NOT NULL,
    refund_count         INTEGER NOT NULL,
    last_refund_at       INTEGER NOT NULL,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_orders_no ON orders (no);
CREATE INDEX ix_orders_user_id_id ON orders (brand_id, user_id, id);
CREATE INDEX ix_orders_status_created_at ON orders (brand_id, status, created_at, id, way, channel);
CREATE INDEX ix_orders_created_at ON orders (brand_id, created_at, id, way, channel);
CREATE INDEX ix_orders_recipient ON orders (brand_id, recipient, status, created_at, user_id);
CREATE INDEX ix_orders_phone ON orders (brand_id, phone);

-- +goose Down
DROP TABLE orders;
