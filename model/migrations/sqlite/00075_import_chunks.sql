-- +goose Up
CREATE TABLE import_chunks (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id  INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    content   BLOB NOT NULL
);
CREATE UNIQUE INDEX uq_import_chunks_import_id_seq ON import_chunks (brand_id, import_id, seq);

-- +goose Down
DROP TABLE import_chunks;
