-- +goose Up
CREATE TABLE sign_in_throttles (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    subject      TEXT NOT NULL,
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_sign_in_throttles_subject ON sign_in_throttles (subject);
CREATE INDEX ix_sign_in_throttles_last_at ON sign_in_throttles (last_at);

-- +goose Down
DROP TABLE sign_in_throttles;
