-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS secret_marks (
    id       BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id BIGINT NOT NULL,
    secret   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    set_at   BIGINT NOT NULL,
    UNIQUE KEY uq_secret_marks_secret (brand_id, secret)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS secret_marks;
