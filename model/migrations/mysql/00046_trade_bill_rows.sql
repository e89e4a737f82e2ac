-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS trade_bill_rows (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id    BIGINT NOT NULL,
    day         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    line        BIGINT NOT NULL,
    kind        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    no          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    wechat_no   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_fen  BIGINT NOT NULL,
    settled_fen BIGINT NOT NULL,
    fee_fen     BIGINT NOT NULL,
    traded_at   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE KEY uq_trade_bill_rows_day_line (brand_id, day, line),
    KEY ix_trade_bill_rows_no (brand_id, no),
    KEY ix_trade_bill_rows_wechat_no (brand_id, wechat_no)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS trade_bill_rows;
