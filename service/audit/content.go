package audit

// content are the invariants of what consumers write and show.
var content = []Invariant{
	{23, "what others see of a review has passed every look, or staff have let it pass", `
SELECT r.brand_id, CONCAT('review ', r.no) AS subject, CONCAT(c.subject_kind, ' ', c.kind, ' ', c.status, ' ', c.verdict) AS detail
FROM reviews r JOIN content_checks c ON c.brand_id = r.brand_id AND c.subject_id = r.id
 AND (c.subject_kind = 'review' AND r.status = 'published' OR c.subject_kind = 'review_addition' AND r.added_status = 'published')
LEFT JOIN (SELECT DISTINCT brand_id, subject_no, CASE WHEN before_state LIKE '%"addition":true%' THEN 'review_addition' ELSE 'review' END AS about
           FROM audit_log WHERE subject_kind = 'review' AND action = 'review.decide' AND after_state LIKE '%"status":"published"%') d
       ON d.brand_id = r.brand_id AND d.subject_no = r.no AND d.about = c.subject_kind
WHERE c.status <> 'done' OR c.verdict = 'risky' OR c.verdict = 'review' AND d.subject_no IS NULL`},

	// A list of numbers has two quotes for each.
	{23, "all that others see of a review was given to be looked at", `
SELECT r.brand_id, CONCAT('review ', r.no) AS subject, CONCAT(COALESCE(c.texts, 0), ' texts, ', COALESCE(c.pictures, 0), ' pictures') AS detail
FROM reviews r
LEFT JOIN (SELECT brand_id, subject_id, SUM(CASE WHEN kind = 'text' THEN 1 ELSE 0 END) AS texts, SUM(CASE WHEN kind = 'picture' THEN 1 ELSE 0 END) AS pictures
           FROM content_checks WHERE subject_kind = 'review' GROUP BY brand_id, subject_id) c ON c.brand_id = r.brand_id AND c.subject_id = r.id
WHERE r.status = 'published'
  AND (r.words <> '' AND COALESCE(c.texts, 0) = 0 OR LENGTH(r.pictures) - LENGTH(REPLACE(r.pictures, '"', '')) <> 2 * COALESCE(c.pictures, 0))
UNION ALL
SELECT r.brand_id, CONCAT('review ', r.no), 'what was added'
FROM reviews r LEFT JOIN content_checks c ON c.brand_id = r.brand_id AND c.subject_kind = 'review_addition' AND c.subject_id = r.id
WHERE r.added_status = 'published' AND c.id IS NULL`},

	{23, "nothing is left of a review that was taken back", `
SELECT r.brand_id, CONCAT('review ', r.no) AS subject, CONCAT(COALESCE(c.n, 0), ' checks') AS detail
FROM reviews r
LEFT JOIN (SELECT brand_id, subject_id, COUNT(*) AS n FROM content_checks
           WHERE subject_kind IN ('review', 'review_addition') GROUP BY brand_id, subject_id) c ON c.brand_id = r.brand_id AND c.subject_id = r.id
WHERE r.status = 'removed' AND (r.words <> '' OR r.added_words <> '' OR r.author <> '' OR r.reply <> '' OR r.pictures LIKE '%"%' OR COALESCE(c.n, 0) > 0)`},

	{10, "a text or picture that is to be looked at has a job that asks", `
SELECT c.brand_id, CONCAT('content check ', c.id) AS subject, CONCAT(c.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM content_checks c LEFT JOIN jobs j ON j.brand_id = c.brand_id AND j.kind = 'content.check' AND j.job_key = CAST(c.id AS CHAR)
WHERE c.status <> 'done' AND COALESCE(j.status, '') <> 'queued'`},

	{23, "a photo in use is shown by one review or one move of a case, and one that is not by none", `
SELECT x.brand_id, CONCAT('photo ', x.no) AS subject, CONCAT('used at ', x.used_at, ', shown by ', x.shown) AS detail
FROM (SELECT p.brand_id, p.no, p.used_at,
             (SELECT COUNT(*) FROM reviews r
              WHERE r.brand_id = p.brand_id AND r.user_id = p.user_id AND r.pictures LIKE CONCAT('%"', p.no, '"%'))
           + (SELECT COUNT(*) FROM after_sale_events e
              WHERE e.brand_id = p.brand_id AND e.pictures LIKE CONCAT('%"', p.no, '"%')
                AND e.after_sale_id IN (SELECT a.id FROM after_sales a WHERE a.brand_id = p.brand_id AND a.user_id = p.user_id)) AS shown
      FROM photos p) x
WHERE x.shown <> CASE WHEN x.used_at > 0 THEN 1 ELSE 0 END`},
}
