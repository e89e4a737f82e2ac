-- +goose Up
CREATE TABLE order_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    order_id   INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    actor      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX ix_order_events_order_id ON order_events (brand_id, order_id);

-- +goose Down
DROP TABLE order_events;
