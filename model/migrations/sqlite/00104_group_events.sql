-- +goose Up
CREATE TABLE group_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    group_id   INTEGER NOT NULL,
    seat_id    INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX ix_group_events_group_id_id ON group_events (brand_id, group_id, id);

-- +goose Down
DROP TABLE group_events;
