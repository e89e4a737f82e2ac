-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE coupon_claims
    ADD COLUMN issue_id BIGINT NOT NULL DEFAULT 0 AFTER access;

-- +goose Down
ALTER TABLE coupon_claims
    DROP COLUMN issue_id;
