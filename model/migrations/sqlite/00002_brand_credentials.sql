-- +goose Up
CREATE TABLE brand_credentials (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id           INTEGER NOT NULL,
    app_id             TEXT NOT NULL,
    app_secret_sealed  BLOB NULL,
    mch_id             TEXT NOT NULL,
    apiv3_key_sealed   BLOB NULL,
    cert_serial        TEXT NOT NULL,
    private_key_sealed BLOB NULL,
    verification       TEXT NOT NULL,
    public_key_id      TEXT NOT NULL,
    public_key         TEXT NOT NULL,
    push_token_sealed  BLOB NULL,
    push_key_sealed    BLOB NULL,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_brand_credentials_brand_id ON brand_credentials (brand_id);
CREATE UNIQUE INDEX uq_brand_credentials_app_id ON brand_credentials (app_id);

-- +goose Down
DROP TABLE brand_credentials;
