-- +goose Up
CREATE TABLE group_seats (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    campaign_id  INTEGER NOT NULL,
    price_id     INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    order_id     INTEGER NOT NULL,
    quantity     INTEGER NOT NULL,
    status       TEXT NOT NULL,
    leader       BOOLEAN NOT NULL,
    name         TEXT NOT NULL,
    inviter_id   INTEGER NOT NULL,
    depth        INTEGER NOT NULL,
    holder       INTEGER NOT NULL,
    newcomer     INTEGER NOT NULL,
    holding      BOOLEAN NOT NULL,
    counted      BOOLEAN NOT NULL,
    expires_at   INTEGER NOT NULL,
    paid_at      INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_group_seats_order_id ON group_seats (brand_id, order_id);
CREATE UNIQUE INDEX uq_group_seats_group_id_holder ON group_seats (brand_id, group_id, holder);
CREATE UNIQUE INDEX uq_group_seats_newcomer ON group_seats (brand_id, newcomer);
CREATE INDEX ix_group_seats_user_id_id ON group_seats (brand_id, user_id, id);
CREATE INDEX ix_group_seats_campaign_id_user_id ON group_seats (brand_id, campaign_id, user_id);

-- +goose Down
DROP TABLE group_seats;
