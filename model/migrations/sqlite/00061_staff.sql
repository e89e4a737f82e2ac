-- +goose Up
CREATE TABLE staff (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    no         TEXT NOT NULL,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_no ON staff (no);
CREATE INDEX ix_staff_role ON staff (brand_id, role);

-- +goose Down
DROP TABLE staff;
