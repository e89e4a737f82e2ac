-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS idempotency_keys (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    owner      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    idem_key   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    input_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    answer     MEDIUMBLOB NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE KEY uq_idempotency_keys_owner_idem_key (brand_id, owner, idem_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS idempotency_keys;
