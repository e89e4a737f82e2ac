-- +goose Up
CREATE TABLE daily_people (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    day        TEXT NOT NULL,
    seen       INTEGER NOT NULL,
    carted     INTEGER NOT NULL,
    ordered    INTEGER NOT NULL,
    paid       INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    counted_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_daily_people_day ON daily_people (brand_id, day);

-- +goose Down
DROP TABLE daily_people;
