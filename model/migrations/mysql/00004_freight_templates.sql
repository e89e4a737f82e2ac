-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS freight_templates (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    name       VARCHAR(64) NOT NULL,
    is_default BOOLEAN NOT NULL,
    basis      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    free_from  BIGINT NOT NULL,
    rules      MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_freight_templates_name (brand_id, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS freight_templates;
