-- +goose Up
CREATE TABLE message_grants (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    template_id TEXT NOT NULL,
    granted     INTEGER NOT NULL,
    remaining   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_message_grants_user_id_template_id ON message_grants (brand_id, user_id, template_id);

-- +goose Down
DROP TABLE message_grants;
