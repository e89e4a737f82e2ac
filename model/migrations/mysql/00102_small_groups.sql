-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS small_groups (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    no          VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    campaign_id BIGINT NOT NULL,
    product_id  BIGINT NOT NULL,
    leader_id   BIGINT NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    size        BIGINT NOT NULL,
    min_size    BIGINT NOT NULL,
    new_only    BOOLEAN NOT NULL,
    reserved    BIGINT NOT NULL,
    paid        BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    reason      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_small_groups_no (no),
    KEY ix_small_groups_status_expires_at (brand_id, status, expires_at),
    KEY ix_small_groups_campaign_id_status (brand_id, campaign_id, status, expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS small_groups;
