-- +goose Up
UPDATE products SET words = SUBSTR(LOWER(handle || ' ' || title || ' ' || vendor), 1, 700) WHERE words = '';

-- +goose Down
UPDATE products SET words = '' WHERE 1 = 0;
