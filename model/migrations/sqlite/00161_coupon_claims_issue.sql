-- +goose Up
ALTER TABLE coupon_claims ADD COLUMN issue_id INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE coupon_claims DROP COLUMN issue_id;
