-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS after_sale_events (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    after_sale_id BIGINT NOT NULL,
    from_state    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    to_state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    words         VARCHAR(512) NOT NULL,
    pictures      MEDIUMTEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    KEY ix_after_sale_events_after_sale_id (brand_id, after_sale_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS after_sale_events;
