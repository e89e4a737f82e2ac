-- +goose Up
CREATE TABLE import_lines (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    import_id   INTEGER NOT NULL,
    line        INTEGER NOT NULL,
    handle      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    effect      TEXT NOT NULL,
    detail      TEXT NOT NULL
);
CREATE INDEX ix_import_lines_import_id_id ON import_lines (brand_id, import_id, id);

-- +goose Down
DROP TABLE import_lines;
