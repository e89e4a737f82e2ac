-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS skus (
    id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id       BIGINT NOT NULL,
    product_id     BIGINT NOT NULL,
    no             VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code           VARCHAR(128) NOT NULL,
    choice         MEDIUMTEXT NOT NULL,
    choice_key     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    price_fen      BIGINT NOT NULL,
    compare_at_fen BIGINT NOT NULL,
    barcode        VARCHAR(64) NOT NULL,
    weight_grams   BIGINT NOT NULL,
    picture        VARCHAR(512) NOT NULL,
    on_hand        BIGINT NOT NULL,
    reserved       BIGINT NOT NULL,
    active         BOOLEAN NOT NULL,
    sort           BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE KEY uq_skus_no (no),
    UNIQUE KEY uq_skus_product_id_choice_key (brand_id, product_id, choice_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS skus;
