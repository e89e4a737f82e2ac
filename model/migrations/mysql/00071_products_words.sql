-- +goose NO TRANSACTION
-- +goose Up
UPDATE products SET words = LEFT(LOWER(CONCAT(handle, ' ', title, ' ', vendor)), 700) WHERE words = '';

-- +goose Down
UPDATE products SET words = '' WHERE 1 = 0;
