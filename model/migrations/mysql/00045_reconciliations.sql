-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS reconciliations (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    day         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day_from    BIGINT NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fence       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    trade_hash  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    flow_hash   VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payments    BIGINT NOT NULL,
    payment_fen BIGINT NOT NULL,
    refunds     BIGINT NOT NULL,
    refund_fen  BIGINT NOT NULL,
    fee_fen     BIGINT NOT NULL,
    in_fen      BIGINT NOT NULL,
    out_fen     BIGINT NOT NULL,
    other_fen   BIGINT NOT NULL,
    booked_fen  BIGINT NOT NULL,
    problem     VARCHAR(500) NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_reconciliations_day (brand_id, day),
    KEY ix_reconciliations_day_from (brand_id, day_from)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS reconciliations;
