-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS brand_credentials (
    id                 BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id           BIGINT NOT NULL,
    app_id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    app_secret_sealed  MEDIUMBLOB NULL,
    mch_id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    apiv3_key_sealed   MEDIUMBLOB NULL,
    cert_serial        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    private_key_sealed MEDIUMBLOB NULL,
    verification       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    public_key_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    public_key         MEDIUMTEXT NOT NULL,
    push_token_sealed  MEDIUMBLOB NULL,
    push_key_sealed    MEDIUMBLOB NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    UNIQUE KEY uq_brand_credentials_brand_id (brand_id),
    UNIQUE KEY uq_brand_credentials_app_id (app_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS brand_credentials;
