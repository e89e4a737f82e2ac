-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS cart_lines (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    sku_id     BIGINT NOT NULL,
    quantity   BIGINT NOT NULL,
    selected   BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_cart_lines_user_id_sku_id (brand_id, user_id, sku_id),
    KEY ix_cart_lines_created_at (brand_id, created_at, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS cart_lines;
