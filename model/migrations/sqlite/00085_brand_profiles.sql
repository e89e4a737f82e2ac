-- +goose Up
CREATE TABLE brand_profiles (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id        INTEGER NOT NULL,
    legal_name      TEXT NOT NULL,
    legal_address   TEXT NOT NULL,
    contact         TEXT NOT NULL,
    service         TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    closed_by_staff BOOLEAN NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_brand_profiles_brand_id ON brand_profiles (brand_id);

-- +goose Down
DROP TABLE brand_profiles;
