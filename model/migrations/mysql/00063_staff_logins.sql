-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS staff_logins (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    staff_id      BIGINT NOT NULL,
    email         VARCHAR(255) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    totp_sealed   MEDIUMBLOB NULL,
    totp_pending  MEDIUMBLOB NULL,
    totp_step     BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    UNIQUE KEY uq_staff_logins_email (brand_id, email),
    UNIQUE KEY uq_staff_logins_staff_id (staff_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS staff_logins;
