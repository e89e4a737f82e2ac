-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS brand_profiles (
    id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id        BIGINT NOT NULL,
    legal_name      VARCHAR(255) NOT NULL,
    legal_address   VARCHAR(512) NOT NULL,
    contact         MEDIUMTEXT NOT NULL,
    service         MEDIUMTEXT NOT NULL,
    time_zone       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    closed_by_staff BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    UNIQUE KEY uq_brand_profiles_brand_id (brand_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS brand_profiles;
