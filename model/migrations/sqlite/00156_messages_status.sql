-- +goose Up
CREATE INDEX ix_messages_status_id ON messages (brand_id, status, id);

-- +goose Down
DROP INDEX ix_messages_status_id;
