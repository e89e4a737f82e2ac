-- +goose Up
CREATE TABLE parcels (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    order_id     INTEGER NOT NULL,
    no           TEXT NOT NULL,
    position     INTEGER NOT NULL,
    delivery     TEXT NOT NULL,
    carrier      TEXT NOT NULL,
    waybill      TEXT NOT NULL,
    status       TEXT NOT NULL,
    upload_seq   INTEGER NOT NULL,
    event_at     INTEGER NOT NULL,
    delivered_at INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_parcels_no ON parcels (no);
CREATE UNIQUE INDEX uq_parcels_order_id_position ON parcels (brand_id, order_id, position);
CREATE UNIQUE INDEX uq_parcels_order_id_waybill ON parcels (brand_id, order_id, carrier, waybill);
CREATE INDEX ix_parcels_waybill ON parcels (brand_id, waybill);

-- +goose Down
DROP TABLE parcels;
