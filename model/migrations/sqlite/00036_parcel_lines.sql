-- +goose Up
CREATE TABLE parcel_lines (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id      INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    parcel_id     INTEGER NOT NULL,
    order_line_id INTEGER NOT NULL,
    quantity      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_parcel_lines_parcel_id_order_line_id ON parcel_lines (brand_id, parcel_id, order_line_id);
CREATE INDEX ix_parcel_lines_order_id ON parcel_lines (brand_id, order_id);

-- +goose Down
DROP TABLE parcel_lines;
