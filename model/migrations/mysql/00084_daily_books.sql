-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS daily_books (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    day        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entries    BIGINT NOT NULL,
    debit_fen  BIGINT NOT NULL,
    credit_fen BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_daily_books_day_kind_account (brand_id, day, kind, account)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS daily_books;
