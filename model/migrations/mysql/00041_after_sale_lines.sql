-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS after_sale_lines (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    after_sale_id BIGINT NOT NULL,
    order_line_id BIGINT NOT NULL,
    quantity      BIGINT NOT NULL,
    unsent        BOOLEAN NOT NULL,
    amount_fen    BIGINT NOT NULL,
    new_sku_id    BIGINT NOT NULL,
    held          BIGINT NOT NULL,
    restock       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    UNIQUE KEY uq_after_sale_lines_after_sale_id_order_line_id (brand_id, after_sale_id, order_line_id),
    KEY ix_after_sale_lines_order_line_id (brand_id, order_line_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS after_sale_lines;
