-- +goose Up
CREATE TABLE refunds (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id         INTEGER NOT NULL,
    order_id         INTEGER NOT NULL,
    payment_id       INTEGER NOT NULL,
    after_sale_id    INTEGER NOT NULL,
    replaces_id      INTEGER NOT NULL,
    no               TEXT NOT NULL,
    kind             TEXT NOT NULL,
    status           TEXT NOT NULL,
    amount_fen       INTEGER NOT NULL,
    freight_fen      INTEGER NOT NULL,
    tax_fen          INTEGER NOT NULL,
    reason           TEXT NOT NULL,
    wechat_refund_id TEXT NOT NULL,
    succeeded_at     INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_refunds_no ON refunds (no);
CREATE INDEX ix_refunds_order_id ON refunds (brand_id, order_id);
CREATE INDEX ix_refunds_payment_id ON refunds (brand_id, payment_id);
CREATE INDEX ix_refunds_status_id ON refunds (brand_id, status, id);
CREATE INDEX ix_refunds_succeeded_at ON refunds (brand_id, succeeded_at);

-- +goose Down
DROP TABLE refunds;
