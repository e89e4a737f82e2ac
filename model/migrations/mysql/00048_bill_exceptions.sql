-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS bill_exceptions (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    no          VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ours_fen    BIGINT NOT NULL,
    theirs_fen  BIGINT NOT NULL,
    ours        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    theirs      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seen_by     BIGINT NOT NULL,
    note        VARCHAR(1000) NOT NULL,
    resolved_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    resolved_at BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY uq_bill_exceptions_no (no),
    UNIQUE KEY uq_bill_exceptions_what (brand_id, day, kind, subject, number),
    KEY ix_bill_exceptions_status (brand_id, status, day),
    KEY ix_bill_exceptions_number (brand_id, number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS bill_exceptions;
