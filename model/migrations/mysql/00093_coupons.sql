-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS coupons (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    no          VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name        MEDIUMTEXT NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    access      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code_hash   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    conditions  MEDIUMTEXT NOT NULL,
    effect      MEDIUMTEXT NOT NULL,
    stackable   BOOLEAN NOT NULL,
    back        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    total       BIGINT NOT NULL,
    claimed     BIGINT NOT NULL,
    per_user    BIGINT NOT NULL,
    claim_from  BIGINT NOT NULL,
    claim_until BIGINT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    valid_days  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_coupons_no (no),
    KEY ix_coupons_code_hash (brand_id, code_hash),
    KEY ix_coupons_access_status (brand_id, access, status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS coupons;
