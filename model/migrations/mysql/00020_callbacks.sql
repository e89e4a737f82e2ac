-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS callbacks (
    id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id        BIGINT NOT NULL,
    notification_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number          VARCHAR(64) NOT NULL,
    outcome         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    detail          VARCHAR(255) NOT NULL,
    deliveries      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    UNIQUE KEY uq_callbacks_notification_id (brand_id, notification_id),
    KEY ix_callbacks_number (brand_id, number),
    KEY ix_callbacks_outcome_id (brand_id, outcome, id),
    KEY ix_callbacks_created_at (brand_id, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS callbacks;
