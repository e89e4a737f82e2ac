-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS messages (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    no          VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id     BIGINT NOT NULL,
    event       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    facts       MEDIUMTEXT NOT NULL,
    template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sent_at     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_messages_no (no),
    UNIQUE KEY uq_messages_user_id_event_subject (brand_id, user_id, event, subject),
    KEY ix_messages_id (brand_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS messages;
