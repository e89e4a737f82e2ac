-- +goose Up
CREATE TABLE order_notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    order_id   INTEGER NOT NULL,
    staff_no   TEXT NOT NULL,
    words      TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX ix_order_notes_order_id ON order_notes (brand_id, order_id);

-- +goose Down
DROP TABLE order_notes;
