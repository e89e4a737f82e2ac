-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS group_prices (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    sku_id      BIGINT NOT NULL,
    price_fen   BIGINT NOT NULL,
    leader_fen  BIGINT NOT NULL,
    active      BOOLEAN NOT NULL,
    quota       BIGINT NOT NULL,
    taken       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_group_prices_campaign_id_sku_id (brand_id, campaign_id, sku_id),
    KEY ix_group_prices_sku_id (brand_id, sku_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS group_prices;
