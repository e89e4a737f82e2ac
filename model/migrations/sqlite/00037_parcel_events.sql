-- +goose Up
CREATE TABLE parcel_events (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    parcel_id   INTEGER NOT NULL,
    waybill     TEXT NOT NULL,
    status      TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    place       TEXT NOT NULL,
    remark      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_parcel_events_event ON parcel_events (brand_id, parcel_id, waybill, happened_at, status);

-- +goose Down
DROP TABLE parcel_events;
