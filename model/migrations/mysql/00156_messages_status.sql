-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE messages
    ADD KEY ix_messages_status_id (brand_id, status, id);

-- +goose Down
ALTER TABLE messages
    DROP KEY ix_messages_status_id;
