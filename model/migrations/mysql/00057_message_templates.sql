-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS message_templates (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    event       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    page        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fields      MEDIUMTEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_message_templates_event (brand_id, event)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS message_templates;
