-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS staff_sessions (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    staff_id     BIGINT NOT NULL,
    no           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hash         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    address      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    agent        VARCHAR(255) NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE KEY uq_staff_sessions_no (no),
    UNIQUE KEY uq_staff_sessions_hash (hash),
    KEY ix_staff_sessions_staff_id (brand_id, staff_id),
    KEY ix_staff_sessions_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS staff_sessions;
