package audit

// messages are the invariants of subscribe messages.
var messages = []Invariant{
	{22, "no more messages of a template take a leave than a consumer has given", `
SELECT g.brand_id, CONCAT('grant ', g.id) AS subject,
       CONCAT('granted ', g.granted, ', remaining ', g.remaining, ', used ', COALESCE(m.used, 0)) AS detail
FROM message_grants g
LEFT JOIN (SELECT brand_id, user_id, template_id, COUNT(*) AS used FROM messages
           WHERE status IN ('sending', 'held', 'sent', 'unclear') GROUP BY brand_id, user_id, template_id) m
       ON m.brand_id = g.brand_id AND m.user_id = g.user_id AND m.template_id = g.template_id
WHERE g.remaining < 0 OR g.remaining + COALESCE(m.used, 0) > g.granted`},

	{10, "a message that is not at its end has a job that sends it", `
SELECT m.brand_id, CONCAT('message ', m.no) AS subject, CONCAT(m.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM messages m LEFT JOIN jobs j ON j.brand_id = m.brand_id AND j.kind = 'message.send' AND j.job_key = m.no
WHERE m.status IN ('waiting', 'sending', 'held') AND COALESCE(j.status, '') <> 'queued'`},
}
