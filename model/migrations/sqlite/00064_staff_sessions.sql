-- +goose Up
CREATE TABLE staff_sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    staff_id     INTEGER NOT NULL,
    no           TEXT NOT NULL,
    hash         TEXT NOT NULL,
    address      TEXT NOT NULL,
    agent        TEXT NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_sessions_no ON staff_sessions (no);
CREATE UNIQUE INDEX uq_staff_sessions_hash ON staff_sessions (hash);
CREATE INDEX ix_staff_sessions_staff_id ON staff_sessions (brand_id, staff_id);
CREATE INDEX ix_staff_sessions_expires_at ON staff_sessions (expires_at);

-- +goose Down
DROP TABLE staff_sessions;
