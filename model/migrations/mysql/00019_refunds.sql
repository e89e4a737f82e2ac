-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS refunds (
    id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id         BIGINT NOT NULL,
    order_id         BIGINT NOT NULL,
    payment_id       BIGINT NOT NULL,
    after_sale_id    BIGINT NOT NULL,
    replaces_id      BIGINT NOT NULL,
    no               VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_fen       BIGINT NOT NULL,
    freight_fen      BIGINT NOT NULL,
    tax_fen          BIGINT NOT NULL,
    reason           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    wechat_refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    succeeded_at     BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    UNIQUE KEY uq_refunds_no (no),
    KEY ix_refunds_order_id (brand_id, order_id),
    KEY ix_refunds_payment_id (brand_id, payment_id),
    KEY ix_refunds_status_id (brand_id, status, id),
    KEY ix_refunds_succeeded_at (brand_id, succeeded_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS refunds;
