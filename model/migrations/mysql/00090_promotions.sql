-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS promotions (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       MEDIUMTEXT NOT NULL,
    status     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    priority   BIGINT NOT NULL,
    group_name VARCHAR(64) NOT NULL,
    stackable  BOOLEAN NOT NULL,
    coupons    BOOLEAN NOT NULL,
    flash_sale BOOLEAN NOT NULL,
    conditions MEDIUMTEXT NOT NULL,
    effect     MEDIUMTEXT NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_promotions_no (no),
    KEY ix_promotions_status_ends_at (brand_id, status, ends_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS promotions;
