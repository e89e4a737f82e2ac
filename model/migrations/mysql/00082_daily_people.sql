-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS daily_people (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    day        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seen       BIGINT NOT NULL,
    carted     BIGINT NOT NULL,
    ordered    BIGINT NOT NULL,
    paid       BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    counted_at BIGINT NOT NULL,
    UNIQUE KEY uq_daily_people_day (brand_id, day)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS daily_people;
