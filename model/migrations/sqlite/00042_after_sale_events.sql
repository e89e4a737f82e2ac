-- +goose Up
CREATE TABLE after_sale_events (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    after_sale_id INTEGER NOT NULL,
    from_state    TEXT NOT NULL,
    to_state      TEXT NOT NULL,
    actor         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    words         TEXT NOT NULL,
    pictures      TEXT NOT NULL,
    created_at    INTEGER NOT NULL
);
CREATE INDEX ix_after_sale_events_after_sale_id ON after_sale_events (brand_id, after_sale_id);

-- +goose Down
DROP TABLE after_sale_events;
