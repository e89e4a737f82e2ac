-- +goose Up
CREATE TABLE jobs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    job_key    TEXT NOT NULL,
    payload    TEXT NOT NULL,
    status     TEXT NOT NULL,
    run_at     INTEGER NOT NULL,
    fence      INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_jobs_kind_job_key ON jobs (brand_id, kind, job_key);
CREATE INDEX ix_jobs_status_run_at_id ON jobs (status, run_at, id);

-- +goose Down
DROP TABLE jobs;
