-- +goose Up
CREATE TABLE secret_marks (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id INTEGER NOT NULL,
    secret   TEXT NOT NULL,
    set_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_secret_marks_secret ON secret_marks (brand_id, secret);

-- +goose Down
DROP TABLE secret_marks;
