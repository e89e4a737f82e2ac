-- +goose Up
CREATE TABLE idempotency_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    owner      TEXT NOT NULL,
    idem_key   TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    answer     BLOB NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_idempotency_keys_owner_idem_key ON idempotency_keys (brand_id, owner, idem_key);

-- +goose Down
DROP TABLE idempotency_keys;
