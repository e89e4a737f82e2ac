-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS parcels (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    order_id     BIGINT NOT NULL,
    no           VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position     BIGINT NOT NULL,
    delivery     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    carrier      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    waybill      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    upload_seq   BIGINT NOT NULL,
    event_at     BIGINT NOT NULL,
    delivered_at BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE KEY uq_parcels_no (no),
    UNIQUE KEY uq_parcels_order_id_position (brand_id, order_id, position),
    UNIQUE KEY uq_parcels_order_id_waybill (brand_id, order_id, carrier, waybill),
    KEY ix_parcels_waybill (brand_id, waybill)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS parcels;
