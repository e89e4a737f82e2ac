-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS payments (
    id                BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id          BIGINT NOT NULL,
    order_id          BIGINT NOT NULL,
    attempt           BIGINT NOT NULL,
    no                VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    app_id            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mch_id            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_fen        BIGINT NOT NULL,
    prepay_id         VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    prepay_expires_at BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    transaction_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    paid_at           BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    UNIQUE KEY uq_payments_no (no),
    UNIQUE KEY uq_payments_order_id_attempt (brand_id, order_id, attempt),
    KEY ix_payments_paid_at (brand_id, paid_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS payments;
