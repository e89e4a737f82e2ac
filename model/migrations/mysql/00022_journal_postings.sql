-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS journal_postings (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    entry_id   BIGINT NOT NULL,
    account    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_fen BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    KEY ix_journal_postings_entry_id (brand_id, entry_id),
    KEY ix_journal_postings_account_entry_id (brand_id, account, entry_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS journal_postings;
