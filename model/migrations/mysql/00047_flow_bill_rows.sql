-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS flow_bill_rows (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    day        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    line       BIGINT NOT NULL,
    wechat_no  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    flow_no    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type       VARCHAR(64) NOT NULL,
    of_trade   BOOLEAN NOT NULL,
    moved_fen  BIGINT NOT NULL,
    moved_at   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_flow_bill_rows_day_line (brand_id, day, line),
    KEY ix_flow_bill_rows_wechat_no (brand_id, wechat_no)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS flow_bill_rows;
