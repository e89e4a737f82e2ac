-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS order_lines (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    order_id     BIGINT NOT NULL,
    position     BIGINT NOT NULL,
    product_id   BIGINT NOT NULL,
    sku_id       BIGINT NOT NULL,
    sku_no       VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    handle       VARCHAR(255) NOT NULL,
    title        MEDIUMTEXT NOT NULL,
    choice       MEDIUMTEXT NOT NULL,
    picture      VARCHAR(512) NOT NULL,
    weight_grams BIGINT NOT NULL,
    quantity     BIGINT NOT NULL,
    unit_fen     BIGINT NOT NULL,
    total_fen    BIGINT NOT NULL,
    no_return    BOOLEAN NOT NULL,
    shipped      BIGINT NOT NULL,
    dropped      BIGINT NOT NULL,
    refunded     BIGINT NOT NULL,
    restocked    BIGINT NOT NULL,
    claimed      BIGINT NOT NULL,
    refunded_fen BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE KEY uq_order_lines_order_id_position (brand_id, order_id, position),
    KEY ix_order_lines_sku_id (brand_id, sku_id),
    KEY ix_order_lines_product_id (brand_id, product_id, order_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS order_lines;
