-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS shipping_uploads (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    order_id    BIGINT NOT NULL,
    payment_id  BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    split       BOOLEAN NOT NULL,
    whole       BOOLEAN NOT NULL,
    refused_for VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    done_at     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_shipping_uploads_order_id_seq (brand_id, order_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS shipping_uploads;
