-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS coupon_claims (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    no          VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    coupon_id   BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    access      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id    BIGINT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    used_at     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_coupon_claims_no (no),
    UNIQUE KEY uq_coupon_claims_coupon_id_user_id_n (brand_id, coupon_id, user_id, n),
    KEY ix_coupon_claims_user_id_status_valid_until (brand_id, user_id, status, valid_until),
    KEY ix_coupon_claims_order_id (brand_id, order_id),
    KEY ix_coupon_claims_status_valid_until (status, valid_until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS coupon_claims;
