-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS import_chunks (
    id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id  BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    content   MEDIUMBLOB NOT NULL,
    UNIQUE KEY uq_import_chunks_import_id_seq (brand_id, import_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS import_chunks;
