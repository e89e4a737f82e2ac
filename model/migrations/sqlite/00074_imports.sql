-- +goose Up
CREATE TABLE imports (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id       INTEGER NOT NULL,
    no             TEXT NOT NULL,
    status         TEXT NOT NULL,
    dry_run        BOOLEAN NOT NULL,
    round          INTEGER NOT NULL,
    file_name      TEXT NOT NULL,
    language       TEXT NOT NULL,
    rate           TEXT NOT NULL,
    keep_pictures  BOOLEAN NOT NULL,
    position       INTEGER NOT NULL,
    total          INTEGER NOT NULL,
    done           INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    updated        INTEGER NOT NULL,
    unchanged      INTEGER NOT NULL,
    refused        INTEGER NOT NULL,
    problems       INTEGER NOT NULL,
    fault          TEXT NOT NULL,
    fault_detail   TEXT NOT NULL,
    unused_columns TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    finished_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_imports_no ON imports (no);
CREATE INDEX ix_imports_status ON imports (brand_id, status);

-- +goose Down
DROP TABLE imports;
