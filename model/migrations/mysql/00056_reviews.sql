-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS reviews (
    id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id      BIGINT NOT NULL,
    no            VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id       BIGINT NOT NULL,
    order_line_id BIGINT NOT NULL,
    product_id    BIGINT NOT NULL,
    choice        MEDIUMTEXT NOT NULL,
    author        VARCHAR(64) NOT NULL,
    rating        BIGINT NOT NULL,
    words         MEDIUMTEXT NOT NULL,
    pictures      MEDIUMTEXT NOT NULL,
    status        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reply         MEDIUMTEXT NOT NULL,
    replied_at    BIGINT NOT NULL,
    added_words   MEDIUMTEXT NOT NULL,
    added_status  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    added_at      BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    UNIQUE KEY uq_reviews_no (no),
    UNIQUE KEY uq_reviews_order_line_id (brand_id, order_line_id),
    KEY ix_reviews_product_id_status_rating_id (brand_id, product_id, status, rating, id),
    KEY ix_reviews_product_id_status_id (brand_id, product_id, status, id),
    KEY ix_reviews_status_id (brand_id, status, id),
    KEY ix_reviews_user_id_id (brand_id, user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS reviews;
