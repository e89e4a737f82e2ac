-- +goose Up
CREATE TABLE journal_postings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    entry_id   INTEGER NOT NULL,
    account    TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX ix_journal_postings_entry_id ON journal_postings (brand_id, entry_id);
CREATE INDEX ix_journal_postings_account_entry_id ON journal_postings (brand_id, account, entry_id);

-- +goose Down
DROP TABLE journal_postings;
