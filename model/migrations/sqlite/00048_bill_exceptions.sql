-- +goose Up
CREATE TABLE bill_exceptions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    day         TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    number      TEXT NOT NULL,
    status      TEXT NOT NULL,
    ours_fen    INTEGER NOT NULL,
    theirs_fen  INTEGER NOT NULL,
    ours        TEXT NOT NULL,
    theirs      TEXT NOT NULL,
    seen_by     INTEGER NOT NULL,
    note        TEXT NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_bill_exceptions_no ON bill_exceptions (no);
CREATE UNIQUE INDEX uq_bill_exceptions_what ON bill_exceptions (brand_id, day, kind, subject, number);
CREATE INDEX ix_bill_exceptions_status ON bill_exceptions (brand_id, status, day);
CREATE INDEX ix_bill_exceptions_number ON bill_exceptions (brand_id, number);

-- +goose Down
DROP TABLE bill_exceptions;
