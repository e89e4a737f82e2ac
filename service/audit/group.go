package audit

// groups are the invariants of small groups.
var groups = []Invariant{
	{3, "nobody sits in a group beyond its size, and one that has formed was complete", `
SELECT brand_id, CONCAT('group ', no) AS subject,
       CONCAT(status, ', size ', size, ', least ', min_size, ', paid ', paid, ', reserved ', reserved) AS detail
FROM small_groups
WHERE paid < 0 OR reserved < 0 OR paid + reserved > size OR (status <> 'open' AND reserved > 0)
   OR (status = 'formed' AND paid < size AND (min_size = 0 OR paid < min_size))`},

	{3, "a group's figures are what its seats say", `
SELECT g.brand_id, CONCAT('group ', g.no) AS subject,
       CONCAT('paid ', g.paid, ' seats ', COALESCE(s.paid, 0), ', reserved ', g.reserved, ' seats ', COALESCE(s.reserved, 0)) AS detail
FROM small_groups g
LEFT JOIN (SELECT brand_id, group_id, SUM(CASE WHEN counted THEN 1 ELSE 0 END) AS paid,
                  SUM(CASE WHEN status = 'reserved' THEN 1 ELSE 0 END) AS reserved
           FROM group_seats GROUP BY brand_id, group_id) s ON s.brand_id = g.brand_id AND s.group_id = g.id
WHERE g.paid <> COALESCE(s.paid, 0) OR g.reserved <> COALESCE(s.reserved, 0)`},

	{3, "a seat is what its group allows, and its holder's as long as it is live", `
SELECT s.brand_id, CONCAT('seat ', s.id, ' of group ', g.no) AS subject,
       CONCAT(g.status, ', seat ', s.status, ', holder ', s.holder, ' user ', s.user_id, ', holding ', s.holding, ', counted ', s.counted) AS detail
FROM group_seats s JOIN small_groups g ON g.brand_id = s.brand_id AND g.id = s.group_id
WHERE (s.status IN ('reserved', 'paid') AND g.status <> 'open')
   OR (s.status = 'confirmed' AND g.status <> 'formed')
   OR (s.status IN ('reserved', 'paid', 'confirmed') AND (s.holder <> s.user_id OR NOT s.holding))
   OR (s.status NOT IN ('reserved', 'paid', 'confirmed') AND (s.holder <> -s.order_id OR s.newcomer <> -s.order_id OR s.holding))
   OR (s.status IN ('paid', 'confirmed') AND (NOT s.counted OR s.paid_at = 0 OR s.paid_at >= g.expires_at))
   OR (s.status IN ('reserved', 'released') AND s.counted)
   OR (g.new_only AND s.status IN ('paid', 'confirmed') AND s.newcomer <> s.user_id)`},

	{3, "nobody has lost a seat to somebody else before its time", `
SELECT s.brand_id, CONCAT('seat ', s.id, ' of group ', s.group_id) AS subject,
       CONCAT('lost at ', e.created_at, ', kept until ', s.expires_at) AS detail
FROM group_events e JOIN group_seats s ON s.brand_id = e.brand_id AND s.id = e.seat_id
WHERE e.reason = 'seat_lapsed' AND e.created_at < s.expires_at`},

	{4, "what a campaign has sold of a SKU is what its seats hold, and not more than it may", `
SELECT p.brand_id, CONCAT('price ', p.id, ' of campaign ', p.campaign_id) AS subject,
       CONCAT('taken ', p.taken, ', held ', COALESCE(s.held, 0)) AS detail
FROM group_prices p
LEFT JOIN (SELECT brand_id, price_id, SUM(quantity) AS held FROM group_seats WHERE holding GROUP BY brand_id, price_id) s
       ON s.brand_id = p.brand_id AND s.price_id = p.id
WHERE p.taken <> COALESCE(s.held, 0)`},

	{10, "a paid order of a group has a seat that was paid for, or its money goes back", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT(o.status, ', seat ', COALESCE(s.status, 'none')) AS detail
FROM orders o LEFT JOIN group_seats s ON s.brand_id = o.brand_id AND s.order_id = o.id
WHERE o.in_group AND (s.id IS NULL
   OR (o.status = 'pending' AND s.status NOT IN ('reserved', 'released'))
   OR (o.status = 'cancelled' AND s.status <> 'released')
   OR (o.status NOT IN ('pending', 'cancelled') AND s.status IN ('reserved', 'released')))`},

	{10, "a member whose money is to go back has a job for it, or refunds of all of it", `
SELECT s.brand_id, CONCAT('order ', o.no) AS subject, CONCAT('lines keep ', SUM(l.quantity - l.refunded), ', ', COALESCE(MAX(j.status), 'no job')) AS detail
FROM group_seats s JOIN orders o ON o.brand_id = s.brand_id AND o.id = s.order_id
JOIN order_lines l ON l.brand_id = s.brand_id AND l.order_id = s.order_id
LEFT JOIN jobs j ON j.brand_id = s.brand_id AND j.kind = 'group.refund' AND j.job_key = o.no
WHERE s.status = 'refunding'
GROUP BY s.brand_id, o.no
HAVING COALESCE(MAX(j.status), '') <> 'queued' AND SUM(l.quantity - l.refunded) > 0`},

	{10, "an open group has a job that ends it", `
SELECT g.brand_id, CONCAT('group ', g.no) AS subject, COALESCE(j.status, 'no job') AS detail
FROM small_groups g LEFT JOIN jobs j ON j.brand_id = g.brand_id AND j.kind = 'group.end' AND j.job_key = g.no
WHERE g.status = 'open' AND COALESCE(j.status, '') <> 'queued'`},

	{26, "nothing of an order is sent before its group has formed", `
SELECT p.brand_id, CONCAT('order ', o.no) AS subject, CONCAT('seat ', s.status, ', confirmed at ', s.confirmed_at) AS detail
FROM parcels p JOIN orders o ON o.brand_id = p.brand_id AND o.id = p.order_id
JOIN group_seats s ON s.brand_id = p.brand_id AND s.order_id = p.order_id
WHERE s.confirmed_at = 0`},

	{15, "a group's and a seat's state is where its events lead", `
SELECT t.brand_id, CONCAT(t.what, ' ', t.id) AS subject, CONCAT(t.status, ', last event ', COALESCE(e.to_state, 'none')) AS detail
FROM (SELECT brand_id, 'group' AS what, id, id AS group_id, 0 AS seat_id, status FROM small_groups
      UNION ALL
      SELECT brand_id, 'seat', id, group_id, id, status FROM group_seats) t
LEFT JOIN (SELECT brand_id, group_id, seat_id, MAX(id) AS id FROM group_events GROUP BY brand_id, group_id, seat_id) m
       ON m.brand_id = t.brand_id AND m.group_id = t.group_id AND m.seat_id = t.seat_id
LEFT JOIN group_events e ON e.brand_id = m.brand_id AND e.id = m.id
WHERE COALESCE(e.to_state, '') <> t.status`},
}
