-- +goose Up
CREATE TABLE reconciliations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    day         TEXT NOT NULL,
    day_from    INTEGER NOT NULL,
    status      TEXT NOT NULL,
    fence       INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    trade_hash  TEXT NOT NULL,
    flow_hash   TEXT NOT NULL,
    payments    INTEGER NOT NULL,
    payment_fen INTEGER NOT NULL,
    refunds     INTEGER NOT NULL,
    refund_fen  INTEGER NOT NULL,
    fee_fen     INTEGER NOT NULL,
    in_fen      INTEGER NOT NULL,
    out_fen     INTEGER NOT NULL,
    other_fen   INTEGER NOT NULL,
    booked_fen  INTEGER NOT NULL,
    problem     TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_reconciliations_day ON reconciliations (brand_id, day);
CREATE INDEX ix_reconciliations_day_from ON reconciliations (brand_id, day_from);

-- +goose Down
DROP TABLE reconciliations;
