-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS order_adjustments (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    order_id   BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    source     VARCHAR(64) NOT NULL,
    label      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    words      VARCHAR(128) NOT NULL,
    amount_fen BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    KEY ix_order_adjustments_order_id (brand_id, order_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS order_adjustments;
