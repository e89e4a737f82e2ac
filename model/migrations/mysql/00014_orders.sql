-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS orders (
    id                   BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id             BIGINT NOT NULL,
    no                   VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id              BIGINT NOT NULL,
    status               VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency             VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    goods_fen            BIGINT NOT NULL,
    discount_fen         BIGINT NOT NULL,
    freight_fen          BIGINT NOT NULL,
    tax_fen              BIGINT NOT NULL,
    total_fen            BIGINT NOT NULL,
    place                MEDIUMTEXT NOT NULL,
    remark               VARCHAR(512) NOT NULL,
    in_group             BOOLEAN NOT NULL,
    placed_from          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purged_at            BIGINT NOT NULL,
    expires_at           BIGINT NOT NULL,
    paid_at              BIGINT NOT NULL,
    cancelled_at         BIGINT NOT NULL,
    shipped_at           BIGINT NOT NULL,
    received_at          BIGINT NOT NULL,
    closed_at            BIGINT NOT NULL,
    refunded_fen         BIGINT NOT NULL,
    refunded_freight_fen BIGINT NOT NULL,
    refunded_tax_fen     BIGINT NOT NULL,
    refund_count         BIGINT NOT NULL,
    last_refund_at       BIGINT NOT NULL,
    created_at           BIGINT NOT NULL,
    updated_at           BIGINT NOT NULL,
    UNIQUE KEY uq_orders_no (no),
    KEY ix_orders_user_id_id (brand_id, user_id, id),
    KEY ix_orders_status_id (brand_id, status, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS orders;
