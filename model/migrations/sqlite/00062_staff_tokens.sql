-- +goose Up
CREATE TABLE staff_tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    staff_id     INTEGER NOT NULL,
    no           TEXT NOT NULL,
    name         TEXT NOT NULL,
    hash         TEXT NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_tokens_no ON staff_tokens (no);
CREATE UNIQUE INDEX uq_staff_tokens_hash ON staff_tokens (hash);
CREATE INDEX ix_staff_tokens_staff_id ON staff_tokens (brand_id, staff_id);

-- +goose Down
DROP TABLE staff_tokens;
