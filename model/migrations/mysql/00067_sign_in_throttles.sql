-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS sign_in_throttles (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failures     BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE KEY uq_sign_in_throttles_subject (subject),
    KEY ix_sign_in_throttles_last_at (last_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS sign_in_throttles;
