-- +goose Up
CREATE TABLE content_checks (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    content      TEXT NOT NULL,
    status       TEXT NOT NULL,
    verdict      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    trace_id     TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX ix_content_checks_subject ON content_checks (brand_id, subject_kind, subject_id, id);
CREATE INDEX ix_content_checks_trace_id ON content_checks (brand_id, trace_id);
CREATE INDEX ix_content_checks_user_id ON content_checks (brand_id, user_id);

-- +goose Down
DROP TABLE content_checks;
