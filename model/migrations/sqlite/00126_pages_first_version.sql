-- +goose Up
UPDATE pages SET version = published, draft_title = '{}', draft_blocks = '[]' WHERE draft_title = '';

-- +goose Down
UPDATE pages SET version = 0 WHERE 1 = 0;
