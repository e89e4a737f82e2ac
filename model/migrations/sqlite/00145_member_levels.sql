-- +goose Up
CREATE TABLE member_levels (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    no         TEXT NOT NULL,
    level_rank INTEGER NOT NULL,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_member_levels_no ON member_levels (no);
CREATE UNIQUE INDEX uq_member_levels_level_rank ON member_levels (brand_id, level_rank);

-- +goose Down
DROP TABLE member_levels;
