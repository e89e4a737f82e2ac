-- +goose Up
CREATE TABLE after_sale_rules (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id         INTEGER NOT NULL,
    answer_hours     INTEGER NOT NULL,
    send_days        INTEGER NOT NULL,
    receive_days     INTEGER NOT NULL,
    resend_days      INTEGER NOT NULL,
    confirm_days     INTEGER NOT NULL,
    appeal_days      INTEGER NOT NULL,
    fault_days       INTEGER NOT NULL,
    instant_refund   BOOLEAN NOT NULL,
    freight_back     TEXT NOT NULL,
    compensation_fen INTEGER NOT NULL,
    return_place     TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_after_sale_rules_brand_id ON after_sale_rules (brand_id);

-- +goose Down
DROP TABLE after_sale_rules;
