-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS users (
    id                 BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id           BIGINT NOT NULL,
    no                 VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    app_id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    openid             VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    unionid            VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    session_key_sealed MEDIUMBLOB NULL,
    phone_sealed       MEDIUMBLOB NULL,
    phone_masked       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    history_paused     BOOLEAN NOT NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    last_seen_at       BIGINT NOT NULL,
    deleted_at         BIGINT NOT NULL,
    UNIQUE KEY uq_users_no (no),
    UNIQUE KEY uq_users_app_id_openid (app_id, openid),
    KEY ix_users_id (brand_id, id),
    KEY ix_users_deleted_at (deleted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS users;
