-- +goose Up
CREATE TABLE photos (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    no         TEXT NOT NULL,
    url        TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_photos_no ON photos (no);
CREATE INDEX ix_photos_user_id_used_at ON photos (brand_id, user_id, used_at);
CREATE INDEX ix_photos_used_at_created_at ON photos (used_at, created_at);

-- +goose Down
DROP TABLE photos;
