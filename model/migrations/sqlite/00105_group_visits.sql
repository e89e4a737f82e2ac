-- +goose Up
CREATE TABLE group_visits (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    group_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    inviter_id INTEGER NOT NULL,
    views      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_group_visits_group_id_user_id ON group_visits (brand_id, group_id, user_id);
CREATE INDEX ix_group_visits_user_id ON group_visits (brand_id, user_id);

-- +goose Down
DROP TABLE group_visits;
