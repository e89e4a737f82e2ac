-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS imports (
    id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id       BIGINT NOT NULL,
    no             VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    dry_run        BOOLEAN NOT NULL,
    round          BIGINT NOT NULL,
    file_name      VARCHAR(255) NOT NULL,
    language       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    rate           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    keep_pictures  BOOLEAN NOT NULL,
    position       BIGINT NOT NULL,
    total          BIGINT NOT NULL,
    done           BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL,
    unchanged      BIGINT NOT NULL,
    refused        BIGINT NOT NULL,
    problems       BIGINT NOT NULL,
    fault          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fault_detail   VARCHAR(1000) NOT NULL,
    unused_columns MEDIUMTEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    finished_at    BIGINT NOT NULL,
    UNIQUE KEY uq_imports_no (no),
    KEY ix_imports_status (brand_id, status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS imports;
