package audit

// content are the invariants of what consumers write and show.
var content = []Invariant{
	{23, "what others see of a review has passed every look", `
SELECT r.brand_id, CONCAT('review ', r.no) AS subject, CONCAT(c.subject_kind, ' ', c.kind, ' ', c.status, ' ', c.verdict) AS detail
FROM reviews r JOIN content_checks c ON c.brand_id = r.brand_id AND c.subject_id = r.id
 AND (c.subject_kind = 'review' AND r.status = 'published' OR c.subject_kind = 'review_addition' AND r.added_status = 'published')
WHERE c.status <> 'done' OR c.verdict = 'risky'`},

	{10, "a text or picture that is to be looked at has a job that asks", `
SELECT c.brand_id, CONCAT('content check ', c.id) AS subject, CONCAT(c.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM content_checks c LEFT JOIN jobs j ON j.brand_id = c.brand_id AND j.kind = 'content.check' AND j.job_key = CAST(c.id AS CHAR)
WHERE c.status <> 'done' AND COALESCE(j.status, 'done') = 'done'`},

	{23, "what a review or a case shows is in use", `
SELECT p.brand_id, CONCAT('photo ', p.no) AS subject, 'not in use' AS detail
FROM photos p JOIN reviews r ON r.brand_id = p.brand_id AND r.user_id = p.user_id AND r.pictures LIKE CONCAT('%', p.no, '%')
WHERE p.used_at = 0
UNION ALL
SELECT p.brand_id, CONCAT('photo ', p.no), 'not in use'
FROM photos p JOIN after_sales a ON a.brand_id = p.brand_id AND a.user_id = p.user_id AND a.pictures LIKE CONCAT('%', p.no, '%')
WHERE p.used_at = 0`},
}
