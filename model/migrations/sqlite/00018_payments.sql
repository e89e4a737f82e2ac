-- +goose Up
CREATE TABLE payments (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id          INTEGER NOT NULL,
    order_id          INTEGER NOT NULL,
    attempt           INTEGER NOT NULL,
    no                TEXT NOT NULL,
    status            TEXT NOT NULL,
    app_id            TEXT NOT NULL,
    mch_id            TEXT NOT NULL,
    amount_fen        INTEGER NOT NULL,
    prepay_id         TEXT NOT NULL,
    prepay_expires_at INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    transaction_id    TEXT NOT NULL,
    paid_at           INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_payments_no ON payments (no);
CREATE UNIQUE INDEX uq_payments_order_id_attempt ON payments (brand_id, order_id, attempt);
CREATE INDEX ix_payments_paid_at ON payments (brand_id, paid_at);

-- +goose Down
DROP TABLE payments;
