-- +goose Up
CREATE TABLE staff_logins (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    staff_id      INTEGER NOT NULL,
    email         TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_sealed   BLOB NULL,
    totp_pending  BLOB NULL,
    totp_step     INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_logins_email ON staff_logins (brand_id, email);
CREATE UNIQUE INDEX uq_staff_logins_staff_id ON staff_logins (staff_id);

-- +goose Down
DROP TABLE staff_logins;
