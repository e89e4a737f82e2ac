-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS daily_goods (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    day        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id BIGINT NOT NULL,
    quantity   BIGINT NOT NULL,
    gmv_fen    BIGINT NOT NULL,
    returned   BIGINT NOT NULL,
    refund_fen BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_daily_goods_day_product_id (brand_id, day, product_id),
    KEY ix_daily_goods_sums (brand_id, day, product_id, quantity, gmv_fen, returned, refund_fen)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS daily_goods;
