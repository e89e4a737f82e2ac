-- +goose Up
CREATE TABLE callbacks (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id        INTEGER NOT NULL,
    notification_id TEXT NOT NULL,
    event           TEXT NOT NULL,
    number          TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    detail          TEXT NOT NULL,
    deliveries      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_callbacks_notification_id ON callbacks (brand_id, notification_id);
CREATE INDEX ix_callbacks_number ON callbacks (brand_id, number);
CREATE INDEX ix_callbacks_outcome_id ON callbacks (brand_id, outcome, id);
CREATE INDEX ix_callbacks_created_at ON callbacks (brand_id, created_at);

-- +goose Down
DROP TABLE callbacks;
