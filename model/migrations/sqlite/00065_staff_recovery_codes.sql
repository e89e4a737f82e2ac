-- +goose Up
CREATE TABLE staff_recovery_codes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    staff_id   INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    used_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_recovery_codes_hash ON staff_recovery_codes (staff_id, hash);

-- +goose Down
DROP TABLE staff_recovery_codes;
