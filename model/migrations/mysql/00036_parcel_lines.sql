-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS parcel_lines (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    order_id      BIGINT NOT NULL,
    parcel_id     BIGINT NOT NULL,
    order_line_id BIGINT NOT NULL,
    quantity      BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    UNIQUE KEY uq_parcel_lines_parcel_id_order_line_id (brand_id, parcel_id, order_line_id),
    KEY ix_parcel_lines_order_id (brand_id, order_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS parcel_lines;
