-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS group_campaigns (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id BIGINT NOT NULL,
    status     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    size       BIGINT NOT NULL,
    min_size   BIGINT NOT NULL,
    life       BIGINT NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    user_limit BIGINT NOT NULL,
    new_only   BOOLEAN NOT NULL,
    ended_at   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_group_campaigns_no (no),
    KEY ix_group_campaigns_product_id_status (brand_id, product_id, status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS group_campaigns;
