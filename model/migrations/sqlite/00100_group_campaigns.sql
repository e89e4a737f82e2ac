-- +goose Up
CREATE TABLE group_campaigns (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    no         TEXT NOT NULL,
    product_id INTEGER NOT NULL,
    status     TEXT NOT NULL,
    size       INTEGER NOT NULL,
    min_size   INTEGER NOT NULL,
    life       INTEGER NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    user_limit INTEGER NOT NULL,
    new_only   BOOLEAN NOT NULL,
    ended_at   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_group_campaigns_no ON group_campaigns (no);
CREATE INDEX ix_group_campaigns_product_id_status ON group_campaigns (brand_id, product_id, status);

-- +goose Down
DROP TABLE group_campaigns;
