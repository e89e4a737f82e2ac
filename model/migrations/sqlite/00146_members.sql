-- +goose Up
CREATE TABLE members (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    level_id   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_members_user_id ON members (brand_id, user_id);
CREATE INDEX ix_members_level_id ON members (brand_id, level_id, user_id);

-- +goose Down
DROP TABLE members;
