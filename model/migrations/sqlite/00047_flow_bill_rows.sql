-- +goose Up
CREATE TABLE flow_bill_rows (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    day        TEXT NOT NULL,
    line       INTEGER NOT NULL,
    wechat_no  TEXT NOT NULL,
    flow_no    TEXT NOT NULL,
    type       TEXT NOT NULL,
    of_trade   INTEGER NOT NULL,
    moved_fen  INTEGER NOT NULL,
    moved_at   INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_flow_bill_rows_day_line ON flow_bill_rows (brand_id, day, line);
CREATE INDEX ix_flow_bill_rows_wechat_no ON flow_bill_rows (brand_id, wechat_no);

-- +goose Down
DROP TABLE flow_bill_rows;
