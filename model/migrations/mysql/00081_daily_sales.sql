-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS daily_sales (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    day           VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    way           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    channel       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    placed        BIGINT NOT NULL,
    orders        BIGINT NOT NULL,
    gmv_fen       BIGINT NOT NULL,
    refunds       BIGINT NOT NULL,
    refund_fen    BIGINT NOT NULL,
    new_buyers    BIGINT NOT NULL,
    second_buyers BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    UNIQUE KEY uq_daily_sales_day_way_channel (brand_id, day, way, channel)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS daily_sales;
