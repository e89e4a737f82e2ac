-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS import_lines (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    import_id   BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    handle      VARCHAR(255) NOT NULL,
    outcome     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    column_name VARCHAR(255) NOT NULL,
    value       VARCHAR(255) NOT NULL,
    reason      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    effect      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    detail      VARCHAR(1000) NOT NULL,
    KEY ix_import_lines_import_id_id (brand_id, import_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS import_lines;
