-- +goose Up
CREATE TABLE users (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id           INTEGER NOT NULL,
    no                 TEXT NOT NULL,
    app_id             TEXT NOT NULL,
    openid             TEXT NOT NULL,
    unionid            TEXT NOT NULL,
    session_key_sealed BLOB NULL,
    phone_sealed       BLOB NULL,
    phone_masked       TEXT NOT NULL,
    language           TEXT NOT NULL,
    history_paused     BOOLEAN NOT NULL,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    last_seen_at       INTEGER NOT NULL,
    deleted_at         INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_users_no ON users (no);
CREATE UNIQUE INDEX uq_users_app_id_openid ON users (app_id, openid);
CREATE INDEX ix_users_id ON users (brand_id, id);
CREATE INDEX ix_users_deleted_at ON users (deleted_at);

-- +goose Down
DROP TABLE users;
