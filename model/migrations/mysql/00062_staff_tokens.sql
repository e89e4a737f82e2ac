-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS staff_tokens (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    staff_id     BIGINT NOT NULL,
    no           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name         VARCHAR(255) NOT NULL,
    hash         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE KEY uq_staff_tokens_no (no),
    UNIQUE KEY uq_staff_tokens_hash (hash),
    KEY ix_staff_tokens_staff_id (brand_id, staff_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS staff_tokens;
