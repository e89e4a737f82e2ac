-- +goose Up
CREATE TABLE stock_settings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    low_at     INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_stock_settings_brand_id ON stock_settings (brand_id);

-- +goose Down
DROP TABLE stock_settings;
