-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS group_visits (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    group_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    inviter_id BIGINT NOT NULL,
    views      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_group_visits_group_id_user_id (brand_id, group_id, user_id),
    KEY ix_group_visits_user_id (brand_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS group_visits;
