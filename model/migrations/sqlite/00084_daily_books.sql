-- +goose Up
CREATE TABLE daily_books (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    day        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    account    TEXT NOT NULL,
    entries    INTEGER NOT NULL,
    debit_fen  INTEGER NOT NULL,
    credit_fen INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_daily_books_day_kind_account ON daily_books (brand_id, day, kind, account);

-- +goose Down
DROP TABLE daily_books;
