-- +goose Up
CREATE TABLE small_groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    no          TEXT NOT NULL,
    campaign_id INTEGER NOT NULL,
    product_id  INTEGER NOT NULL,
    leader_id   INTEGER NOT NULL,
    status      TEXT NOT NULL,
    size        INTEGER NOT NULL,
    min_size    INTEGER NOT NULL,
    new_only    BOOLEAN NOT NULL,
    reserved    INTEGER NOT NULL,
    paid        INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_small_groups_no ON small_groups (no);
CREATE INDEX ix_small_groups_status_expires_at ON small_groups (brand_id, status, expires_at);
CREATE INDEX ix_small_groups_campaign_id_status ON small_groups (brand_id, campaign_id, status, expires_at);

-- +goose Down
DROP TABLE small_groups;
