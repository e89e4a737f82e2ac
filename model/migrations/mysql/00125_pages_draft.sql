-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE pages
    ADD COLUMN version       BIGINT NOT NULL DEFAULT 0 AFTER published,
    ADD COLUMN draft_title   MEDIUMTEXT NOT NULL AFTER version,
    ADD COLUMN draft_blocks  MEDIUMTEXT NOT NULL AFTER draft_title,
    ADD COLUMN draft_version BIGINT NOT NULL DEFAULT 0 AFTER draft_blocks,
    ADD COLUMN draft_open    BOOLEAN NOT NULL DEFAULT FALSE AFTER draft_version,
    ADD COLUMN draft_base    BIGINT NOT NULL DEFAULT 0 AFTER draft_open,
    ADD COLUMN draft_by      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER draft_base,
    ADD COLUMN draft_at      BIGINT NOT NULL DEFAULT 0 AFTER draft_by;

-- +goose Down
ALTER TABLE pages
    DROP COLUMN draft_at,
    DROP COLUMN draft_by,
    DROP COLUMN draft_base,
    DROP COLUMN draft_open,
    DROP COLUMN draft_version,
    DROP COLUMN draft_blocks,
    DROP COLUMN draft_title,
    DROP COLUMN version;
