-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS kept_pictures (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name         VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sent_at      BIGINT NOT NULL,
    looked_at    BIGINT NOT NULL,
    unused_since BIGINT NOT NULL,
    gone_at      BIGINT NOT NULL,
    UNIQUE KEY uq_kept_pictures_name (name),
    KEY ix_kept_pictures_looked_at (looked_at, sent_at),
    KEY ix_kept_pictures_gone_at (gone_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS kept_pictures;
