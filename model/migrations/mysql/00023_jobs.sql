-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS jobs (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    brand_id   BIGINT NOT NULL,
    kind       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    job_key    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload    MEDIUMTEXT NOT NULL,
    status     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    run_at     BIGINT NOT NULL,
    fence      BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    last_error VARCHAR(512) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE KEY uq_jobs_kind_job_key (brand_id, kind, job_key),
    KEY ix_jobs_status_run_at_id (status, run_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS jobs;
