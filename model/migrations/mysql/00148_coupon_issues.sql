-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS coupon_issues (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    no           VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    coupon_id    BIGINT NOT NULL,
    segment_no   VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    segment_name VARCHAR(120) NOT NULL,
    rule         TEXT NOT NULL,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    as_of        BIGINT NOT NULL,
    upto_id      BIGINT NOT NULL,
    after_id     BIGINT NOT NULL,
    matched      BIGINT NOT NULL,
    issued       BIGINT NOT NULL,
    skipped      BIGINT NOT NULL,
    staff_no     VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    done_at      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE KEY uq_coupon_issues_no (no),
    KEY ix_coupon_issues_coupon_id (brand_id, coupon_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS coupon_issues;
