-- +goose Up
CREATE TABLE staff_invitations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    staff_id    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    role        TEXT NOT NULL,
    remove_totp INTEGER NOT NULL,
    invited_by  TEXT NOT NULL,
    hash        TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER NOT NULL,
    revoked_at  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_invitations_no ON staff_invitations (no);
CREATE UNIQUE INDEX uq_staff_invitations_hash ON staff_invitations (hash);
CREATE INDEX ix_staff_invitations_brand_id ON staff_invitations (brand_id, expires_at);

-- +goose Down
DROP TABLE staff_invitations;
