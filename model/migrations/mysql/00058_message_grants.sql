-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS message_grants (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    granted     BIGINT NOT NULL,
    remaining   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_message_grants_user_id_template_id (brand_id, user_id, template_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS message_grants;
