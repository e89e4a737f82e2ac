-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS after_sales (
    id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id         BIGINT NOT NULL,
    no               VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id         BIGINT NOT NULL,
    user_id          BIGINT NOT NULL,
    kind             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    deadline_at      BIGINT NOT NULL,
    reason           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    words            VARCHAR(512) NOT NULL,
    pictures         MEDIUMTEXT NOT NULL,
    amount_fen       BIGINT NOT NULL,
    compensation_fen BIGINT NOT NULL,
    compensated_at   BIGINT NOT NULL,
    appealed         BOOLEAN NOT NULL,
    return_place     MEDIUMTEXT NOT NULL,
    return_carrier   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    return_waybill   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    resent_carrier   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    resent_waybill   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    UNIQUE KEY uq_after_sales_no (no),
    KEY ix_after_sales_order_id (brand_id, order_id),
    KEY ix_after_sales_user_id_id (brand_id, user_id, id),
    KEY ix_after_sales_status_deadline_at_id (brand_id, status, deadline_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS after_sales;
