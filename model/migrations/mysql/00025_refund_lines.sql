-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS refund_lines (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    refund_id     BIGINT NOT NULL,
    order_line_id BIGINT NOT NULL,
    sku_id        BIGINT NOT NULL,
    quantity      BIGINT NOT NULL,
    dropped       BIGINT NOT NULL,
    restock       BIGINT NOT NULL,
    amount_fen    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    UNIQUE KEY uq_refund_lines_refund_id_order_line_id (brand_id, refund_id, order_line_id),
    KEY ix_refund_lines_order_line_id (brand_id, order_line_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS refund_lines;
