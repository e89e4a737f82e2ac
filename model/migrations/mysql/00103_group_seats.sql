-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS group_seats (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id     BIGINT NOT NULL,
    group_id     BIGINT NOT NULL,
    campaign_id  BIGINT NOT NULL,
    price_id     BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    order_id     BIGINT NOT NULL,
    quantity     BIGINT NOT NULL,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    leader       BOOLEAN NOT NULL,
    name         VARCHAR(64) NOT NULL,
    inviter_id   BIGINT NOT NULL,
    depth        BIGINT NOT NULL,
    holder       BIGINT NOT NULL,
    newcomer     BIGINT NOT NULL,
    holding      BOOLEAN NOT NULL,
    counted      BOOLEAN NOT NULL,
    expires_at   BIGINT NOT NULL,
    paid_at      BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    reason       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE KEY uq_group_seats_order_id (brand_id, order_id),
    UNIQUE KEY uq_group_seats_group_id_holder (brand_id, group_id, holder),
    UNIQUE KEY uq_group_seats_newcomer (brand_id, newcomer),
    KEY ix_group_seats_user_id_id (brand_id, user_id, id),
    KEY ix_group_seats_campaign_id_user_id (brand_id, campaign_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS group_seats;
