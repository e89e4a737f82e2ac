-- +goose Up
CREATE TABLE coupon_issues (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    no           TEXT NOT NULL,
    coupon_id    INTEGER NOT NULL,
    segment_no   TEXT NOT NULL,
    segment_name TEXT NOT NULL,
    rule         TEXT NOT NULL,
    status       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    as_of        INTEGER NOT NULL,
    upto_id      INTEGER NOT NULL,
    after_id     INTEGER NOT NULL,
    matched      INTEGER NOT NULL,
    issued       INTEGER NOT NULL,
    skipped      INTEGER NOT NULL,
    staff_no     TEXT NOT NULL,
    done_at      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_coupon_issues_no ON coupon_issues (no);
CREATE INDEX ix_coupon_issues_coupon_id ON coupon_issues (brand_id, coupon_id, id);

-- +goose Down
DROP TABLE coupon_issues;
