-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS audit_log (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    actor_kind   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor_no     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_no   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    before_state MEDIUMTEXT NOT NULL,
    after_state  MEDIUMTEXT NOT NULL,
    address      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at   BIGINT NOT NULL,
    KEY ix_audit_log_subject (brand_id, subject_kind, subject_no),
    KEY ix_audit_log_actor (brand_id, actor_kind, actor_no, id),
    KEY ix_audit_log_action_id (brand_id, action, id),
    KEY ix_audit_log_created_at (brand_id, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS audit_log;
