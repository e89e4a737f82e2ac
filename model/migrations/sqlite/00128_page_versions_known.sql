-- +goose Up
INSERT INTO page_versions (brand_id, slug, number, title, blocks, actor_kind, actor_no, created_at)
SELECT p.brand_id, p.slug, p.version, p.title, p.blocks, 'operator', '', p.updated_at
FROM pages p
WHERE p.version > 0
  AND NOT EXISTS (SELECT 1 FROM page_versions v WHERE v.brand_id = p.brand_id AND v.slug = p.slug AND v.number = p.version);

-- +goose Down
DELETE FROM page_versions WHERE 1 = 0;
