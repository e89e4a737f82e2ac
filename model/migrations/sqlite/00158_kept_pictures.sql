-- +goose Up
CREATE TABLE kept_pictures (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    sent_at      INTEGER NOT NULL,
    looked_at    INTEGER NOT NULL,
    unused_since INTEGER NOT NULL,
    gone_at      INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_kept_pictures_name ON kept_pictures (name);
CREATE INDEX ix_kept_pictures_looked_at ON kept_pictures (looked_at, sent_at);
CREATE INDEX ix_kept_pictures_gone_at ON kept_pictures (gone_at);

-- +goose Down
DROP TABLE kept_pictures;
