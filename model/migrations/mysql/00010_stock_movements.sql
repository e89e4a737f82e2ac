-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS stock_movements (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    sku_id        BIGINT NOT NULL,
    kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    on_hand_delta BIGINT NOT NULL,
    order_id      BIGINT NOT NULL,
    reason        VARCHAR(255) NOT NULL,
    created_at    BIGINT NOT NULL,
    KEY ix_stock_movements_sku_id_id (brand_id, sku_id, id),
    KEY ix_stock_movements_order_id (brand_id, order_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS stock_movements;
