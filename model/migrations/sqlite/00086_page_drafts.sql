-- +goose Up
CREATE TABLE page_drafts (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id          INTEGER NOT NULL,
    slug              TEXT NOT NULL,
    title             TEXT NOT NULL,
    blocks            TEXT NOT NULL,
    version           INTEGER NOT NULL,
    published_version INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_page_drafts_slug ON page_drafts (brand_id, slug);

-- +goose Down
DROP TABLE page_drafts;
