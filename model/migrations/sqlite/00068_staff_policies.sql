-- +goose Up
CREATE TABLE staff_policies (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    require_totp INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_staff_policies_brand_id ON staff_policies (brand_id);

-- +goose Down
DROP TABLE staff_policies;
