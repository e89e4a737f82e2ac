-- +goose Up
CREATE TABLE after_sales (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id         INTEGER NOT NULL,
    no               TEXT NOT NULL,
    order_id         INTEGER NOT NULL,
    user_id          INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    status           TEXT NOT NULL,
    deadline_at      INTEGER NOT NULL,
    reason           TEXT NOT NULL,
    words            TEXT NOT NULL,
    pictures         TEXT NOT NULL,
    amount_fen       INTEGER NOT NULL,
    compensation_fen INTEGER NOT NULL,
    compensated_at   INTEGER NOT NULL,
    appealed         BOOLEAN NOT NULL,
    return_place     TEXT NOT NULL,
    return_carrier   TEXT NOT NULL,
    return_waybill   TEXT NOT NULL,
    resent_carrier   TEXT NOT NULL,
    resent_waybill   TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_after_sales_no ON after_sales (no);
CREATE INDEX ix_after_sales_order_id ON after_sales (brand_id, order_id);
CREATE INDEX ix_after_sales_user_id_id ON after_sales (brand_id, user_id, id);
CREATE INDEX ix_after_sales_status_deadline_at_id ON after_sales (brand_id, status, deadline_at, id);

-- +goose Down
DROP TABLE after_sales;
