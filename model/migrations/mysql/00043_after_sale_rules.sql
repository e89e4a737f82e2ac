-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS after_sale_rules (
    id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id         BIGINT NOT NULL,
    answer_hours     BIGINT NOT NULL,
    send_days        BIGINT NOT NULL,
    receive_days     BIGINT NOT NULL,
    resend_days      BIGINT NOT NULL,
    confirm_days     BIGINT NOT NULL,
    appeal_days      BIGINT NOT NULL,
    fault_days       BIGINT NOT NULL,
    instant_refund   BOOLEAN NOT NULL,
    freight_back     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    compensation_fen BIGINT NOT NULL,
    return_place     MEDIUMTEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    UNIQUE KEY uq_after_sale_rules_brand_id (brand_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS after_sale_rules;
