-- +goose Up
CREATE TABLE messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    user_id     INTEGER NOT NULL,
    event       TEXT NOT NULL,
    subject     TEXT NOT NULL,
    facts       TEXT NOT NULL,
    template_id TEXT NOT NULL,
    status      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    sent_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_messages_no ON messages (no);
CREATE UNIQUE INDEX uq_messages_user_id_event_subject ON messages (brand_id, user_id, event, subject);
CREATE INDEX ix_messages_id ON messages (brand_id, id);

-- +goose Down
DROP TABLE messages;
