-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS order_notes (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    order_id   BIGINT NOT NULL,
    staff_no   VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    words      VARCHAR(1000) NOT NULL,
    created_at BIGINT NOT NULL,
    KEY ix_order_notes_order_id (brand_id, order_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS order_notes;
