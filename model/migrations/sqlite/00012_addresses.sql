-- +goose Up
CREATE TABLE addresses (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    no         TEXT NOT NULL,
    place      TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_addresses_no ON addresses (no);
CREATE INDEX ix_addresses_user_id_id ON addresses (brand_id, user_id, id);

-- +goose Down
DROP TABLE addresses;
