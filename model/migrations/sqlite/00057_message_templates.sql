-- +goose Up
CREATE TABLE message_templates (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    event       TEXT NOT NULL,
    template_id TEXT NOT NULL,
    page        TEXT NOT NULL,
    fields      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_message_templates_event ON message_templates (brand_id, event);

-- +goose Down
DROP TABLE message_templates;
