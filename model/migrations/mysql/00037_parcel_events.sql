-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS parcel_events (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    parcel_id   BIGINT NOT NULL,
    waybill     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    happened_at BIGINT NOT NULL,
    place       VARCHAR(128) NOT NULL,
    remark      VARCHAR(512) NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE KEY uq_parcel_events_event (brand_id, parcel_id, waybill, happened_at, status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS parcel_events;
