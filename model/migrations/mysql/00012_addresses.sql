-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS addresses (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    place      MEDIUMTEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_addresses_no (no),
    KEY ix_addresses_user_id_id (brand_id, user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS addresses;
