-- +goose Up
CREATE TABLE shipping_uploads (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id    INTEGER NOT NULL,
    order_id    INTEGER NOT NULL,
    payment_id  INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    status      TEXT NOT NULL,
    split       BOOLEAN NOT NULL,
    whole       BOOLEAN NOT NULL,
    refused_for TEXT NOT NULL,
    done_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_shipping_uploads_order_id_seq ON shipping_uploads (brand_id, order_id, seq);

-- +goose Down
DROP TABLE shipping_uploads;
