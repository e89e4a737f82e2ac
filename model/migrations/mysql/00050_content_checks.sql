-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS content_checks (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    subject_kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_id   BIGINT NOT NULL,
    kind         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    content      MEDIUMTEXT NOT NULL,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    verdict      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    trace_id     VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    KEY ix_content_checks_subject (brand_id, subject_kind, subject_id, id),
    KEY ix_content_checks_trace_id (brand_id, trace_id),
    KEY ix_content_checks_user_id (brand_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS content_checks;
