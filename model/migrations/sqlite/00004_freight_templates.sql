-- +goose Up
CREATE TABLE freight_templates (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    basis      TEXT NOT NULL,
    free_from  INTEGER NOT NULL,
    rules      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_freight_templates_name ON freight_templates (brand_id, name);

-- +goose Down
DROP TABLE freight_templates;
