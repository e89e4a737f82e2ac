-- +goose Up
CREATE TABLE audit_log (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id     INTEGER NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_no     TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_no   TEXT NOT NULL,
    before_state TEXT NOT NULL,
    after_state  TEXT NOT NULL,
    address      TEXT NOT NULL,
    request_id   TEXT NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE INDEX ix_audit_log_subject ON audit_log (brand_id, subject_kind, subject_no);
CREATE INDEX ix_audit_log_actor ON audit_log (brand_id, actor_kind, actor_no, id);
CREATE INDEX ix_audit_log_action_id ON audit_log (brand_id, action, id);
CREATE INDEX ix_audit_log_created_at ON audit_log (brand_id, created_at);

-- +goose Down
DROP TABLE audit_log;
