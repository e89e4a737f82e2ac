-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS member_levels (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    no         VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    level_rank BIGINT NOT NULL,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_member_levels_no (no),
    UNIQUE KEY uq_member_levels_level_rank (brand_id, level_rank)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS member_levels;
