-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS journal_entries (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    kind       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ref        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_journal_entries_kind_ref (brand_id, kind, ref),
    KEY ix_journal_entries_order_id (brand_id, order_id),
    KEY ix_journal_entries_created_at (brand_id, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS journal_entries;
