-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS photos (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    url        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY uq_photos_no (no),
    KEY ix_photos_user_id_used_at (brand_id, user_id, used_at),
    KEY ix_photos_used_at_created_at (used_at, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS photos;
