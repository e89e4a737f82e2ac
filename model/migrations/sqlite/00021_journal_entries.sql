-- +goose Up
CREATE TABLE journal_entries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    ref        TEXT NOT NULL,
    order_id   INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_journal_entries_kind_ref ON journal_entries (brand_id, kind, ref);
CREATE INDEX ix_journal_entries_order_id ON journal_entries (brand_id, order_id);
CREATE INDEX ix_journal_entries_created_at ON journal_entries (brand_id, created_at);

-- +goose Down
DROP TABLE journal_entries;
