-- +goose Up
CREATE TABLE segments (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    no         TEXT NOT NULL,
    name       TEXT NOT NULL,
    rule       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_segments_no ON segments (no);
CREATE INDEX ix_segments_brand_id ON segments (brand_id, id);

-- +goose Down
DROP TABLE segments;
