-- +goose Up
CREATE TABLE group_prices (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    sku_id      INTEGER NOT NULL,
    price_fen   INTEGER NOT NULL,
    leader_fen  INTEGER NOT NULL,
    active      BOOLEAN NOT NULL,
    quota       INTEGER NOT NULL,
    taken       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_group_prices_campaign_id_sku_id ON group_prices (brand_id, campaign_id, sku_id);
CREATE INDEX ix_group_prices_sku_id ON group_prices (brand_id, sku_id);

-- +goose Down
DROP TABLE group_prices;
