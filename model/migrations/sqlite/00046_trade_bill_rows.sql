-- +goose Up
CREATE TABLE trade_bill_rows (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    day         TEXT NOT NULL,
    line        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    no          TEXT NOT NULL,
    wechat_no   TEXT NOT NULL,
    state       TEXT NOT NULL,
    amount_fen  INTEGER NOT NULL,
    settled_fen INTEGER NOT NULL,
    fee_fen     INTEGER NOT NULL,
    traded_at   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_trade_bill_rows_day_line ON trade_bill_rows (brand_id, day, line);
CREATE INDEX ix_trade_bill_rows_no ON trade_bill_rows (brand_id, no);
CREATE INDEX ix_trade_bill_rows_wechat_no ON trade_bill_rows (brand_id, wechat_no);

-- +goose Down
DROP TABLE trade_bill_rows;
