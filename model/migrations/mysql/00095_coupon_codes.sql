-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS coupon_codes (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    coupon_id  BIGINT NOT NULL,
    hash       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    claim_id   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_coupon_codes_hash (brand_id, hash),
    KEY ix_coupon_codes_coupon_id (brand_id, coupon_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS coupon_codes;
