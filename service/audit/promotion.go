package audit

// promotions are the invariants of what makes orders cheaper.
var promotions = []Invariant{
	{12, "a coupon is where its order is: locked by a pending one, used by a paid one", `
SELECT c.brand_id, CONCAT('coupon ', c.no) AS subject, CONCAT(c.status, ', order ', COALESCE(o.no, 'none'), ' ', COALESCE(o.status, '')) AS detail
FROM coupon_claims c LEFT JOIN orders o ON o.brand_id = c.brand_id AND o.id = c.order_id AND o.user_id = c.user_id
WHERE CASE c.status WHEN 'locked' THEN COALESCE(o.status, '') = 'pending'
                    WHEN 'used' THEN COALESCE(o.status, 'pending') NOT IN ('pending', 'cancelled')
                    ELSE c.order_id = 0 END = 0`},

	// One that was given back with all the money may be used again: the order that had it has nothing left of it.
	{12, "no coupon makes two orders cheaper that somebody has paid for and kept", `
SELECT a.brand_id, CONCAT('coupon claim ', a.source) AS subject, CONCAT(COUNT(DISTINCT a.order_id), ' orders') AS detail
FROM order_adjustments a JOIN orders o ON o.brand_id = a.brand_id AND o.id = a.order_id
WHERE a.source LIKE 'coupon_claim:%' AND o.status <> 'cancelled'
  AND EXISTS (SELECT 1 FROM order_lines l WHERE l.brand_id = o.brand_id AND l.order_id = o.id AND (l.refunded < l.quantity OR l.shipped > 0))
GROUP BY a.brand_id, a.source HAVING COUNT(DISTINCT a.order_id) > 1`},

	{12, "an order that a coupon made cheaper has it", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, a.source AS detail
FROM orders o JOIN order_adjustments a ON a.brand_id = o.brand_id AND a.order_id = o.id AND a.source LIKE 'coupon_claim:%'
LEFT JOIN coupon_claims c ON c.brand_id = a.brand_id AND c.order_id = a.order_id AND a.source = CONCAT('coupon_claim:', c.id)
WHERE c.id IS NULL AND (o.status = 'pending' OR (o.status <> 'cancelled' AND EXISTS (SELECT 1 FROM order_lines l
      WHERE l.brand_id = o.brand_id AND l.order_id = o.id AND (l.refunded < l.quantity OR l.shipped > 0))))`},

	{27, "no more of a coupon were had than there are, nor by one consumer than they may", `
SELECT c.brand_id, CONCAT('coupon ', c.no) AS subject,
       CONCAT('total ', c.total, ', counted ', c.claimed, ', had ', COALESCE(h.n, 0)) AS detail
FROM coupons c
LEFT JOIN (SELECT brand_id, coupon_id, COUNT(*) AS n FROM coupon_claims GROUP BY brand_id, coupon_id) h
       ON h.brand_id = c.brand_id AND h.coupon_id = c.id
WHERE c.claimed <> COALESCE(h.n, 0) OR (c.total > 0 AND c.claimed > c.total)`},

	{27, "a consumer's coupons of a kind are numbered without a gap", `
SELECT brand_id, CONCAT('coupon ', coupon_id, ' of consumer ', user_id) AS subject, CONCAT(COUNT(*), ' of ', MAX(n)) AS detail
FROM coupon_claims GROUP BY brand_id, coupon_id, user_id HAVING COUNT(*) <> MAX(n)`},

	{27, "a code was used for one coupon at most", `
SELECT brand_id, CONCAT('coupon claim ', claim_id) AS subject, CONCAT(COUNT(*), ' codes') AS detail
FROM coupon_codes WHERE claim_id > 0 GROUP BY brand_id, claim_id HAVING COUNT(*) > 1`},

	{27, "an issue to a segment has given what it says: its own coupon, to nobody twice, and to nobody it has not come to", `
SELECT i.brand_id, CONCAT('issue ', i.no) AS subject,
       CONCAT('issued ', i.issued, ', there are ', COALESCE(c.n, 0), ' of ', COALESCE(c.people, 0), ' consumers up to ', COALESCE(c.last, 0), ', it is at ', i.after_id) AS detail
FROM coupon_issues i
LEFT JOIN (SELECT brand_id, issue_id, COUNT(*) AS n, COUNT(DISTINCT user_id) AS people, MAX(user_id) AS last, MIN(coupon_id) AS least, MAX(coupon_id) AS most
           FROM coupon_claims WHERE issue_id > 0 GROUP BY brand_id, issue_id) c ON c.brand_id = i.brand_id AND c.issue_id = i.id
WHERE i.issued <> COALESCE(c.n, 0) OR c.n <> c.people OR c.last > i.after_id OR c.least <> i.coupon_id OR c.most <> i.coupon_id`},

	{27, "a coupon that came with an issue names one that there is", `
SELECT c.brand_id, CONCAT('coupon ', c.no) AS subject, CONCAT('issue ', c.issue_id) AS detail
FROM coupon_claims c LEFT JOIN coupon_issues i ON i.brand_id = c.brand_id AND i.id = c.issue_id
WHERE c.issue_id > 0 AND (i.id IS NULL OR c.access <> 'issued')`},

	{29, "a member's level is one that there is, and the one that they were given last", `
SELECT m.brand_id, CONCAT('customer ', COALESCE(u.no, m.user_id)) AS subject,
       CONCAT('level ', m.level_id, ' ', COALESCE(l.no, ''), ', given ', COALESCE(a.after_state, 'never')) AS detail
FROM members m
LEFT JOIN users u ON u.brand_id = m.brand_id AND u.id = m.user_id
LEFT JOIN member_levels l ON l.brand_id = m.brand_id AND l.id = m.level_id
LEFT JOIN (SELECT brand_id, subject_no, MAX(id) AS id FROM audit_log WHERE action = 'customer.level' GROUP BY brand_id, subject_no) g
       ON g.brand_id = m.brand_id AND g.subject_no = u.no
LEFT JOIN audit_log a ON a.id = g.id
WHERE (m.level_id > 0 AND l.id IS NULL) OR a.id IS NULL OR a.after_state NOT LIKE CONCAT('%"level":"', COALESCE(l.no, ''), '"%')`},

	// The pieces of a line count for each flash sale that has priced it.
	{28, "the quota of a flash sale is what its orders hold and have bought, and no more than there is", `
SELECT q.brand_id, CONCAT('promotion ', p.no) AS subject,
       CONCAT('total ', q.total, ', reserved ', q.reserved, ' held ', COALESCE(t.held, 0), ', sold ', q.sold, ' bought ', COALESCE(t.bought, 0)) AS detail
FROM promotion_quotas q JOIN promotions p ON p.brand_id = q.brand_id AND p.id = q.promotion_id
LEFT JOIN (SELECT a.brand_id, a.source,
                  SUM(CASE WHEN o.status = 'pending' THEN l.quantity ELSE 0 END) AS held,
                  SUM(CASE WHEN o.status IN ('pending', 'cancelled') THEN 0 ELSE l.quantity END) AS bought
           FROM order_adjustments a
           JOIN orders o ON o.brand_id = a.brand_id AND o.id = a.order_id
           JOIN order_lines l ON l.brand_id = a.brand_id AND l.order_id = a.order_id AND l.position = a.position
           WHERE a.source LIKE 'flash_sale:%' GROUP BY a.brand_id, a.source) t
       ON t.brand_id = q.brand_id AND t.source = CONCAT('flash_sale:', q.promotion_id)
WHERE q.reserved <> COALESCE(t.held, 0) OR q.sold <> COALESCE(t.bought, 0) OR q.reserved + q.sold > q.total OR q.reserved < 0`},

	{28, "nobody has more pieces of a flash sale than they may", `
SELECT u.brand_id, CONCAT('promotion ', u.promotion_id, ' of consumer ', u.user_id) AS subject,
       CONCAT('limit ', q.per_user, ', taken ', u.taken, ', in orders ', COALESCE(t.n, 0)) AS detail
FROM promotion_uses u JOIN promotion_quotas q ON q.brand_id = u.brand_id AND q.promotion_id = u.promotion_id
LEFT JOIN (SELECT a.brand_id, a.source, o.user_id, SUM(l.quantity) AS n
           FROM order_adjustments a
           JOIN orders o ON o.brand_id = a.brand_id AND o.id = a.order_id AND o.status <> 'cancelled'
           JOIN order_lines l ON l.brand_id = a.brand_id AND l.order_id = a.order_id AND l.position = a.position
           WHERE a.source LIKE 'flash_sale:%' GROUP BY a.brand_id, a.source, o.user_id) t
       ON t.brand_id = u.brand_id AND t.source = CONCAT('flash_sale:', u.promotion_id) AND t.user_id = u.user_id
WHERE u.taken <> COALESCE(t.n, 0) OR (q.per_user > 0 AND u.taken > q.per_user)`},

	{14, "an order of nothing waits for no payment", `
SELECT brand_id, CONCAT('order ', no) AS subject, status AS detail FROM orders WHERE status = 'pending' AND total_fen <= 0`},

	{14, "only what promotions and coupons made cheaper says so", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT('has offers: ', o.has_offers, ', adjustments ', COUNT(a.id)) AS detail
FROM orders o LEFT JOIN order_adjustments a ON a.brand_id = o.brand_id AND a.order_id = o.id
     AND (a.source LIKE 'promotion:%' OR a.source LIKE 'flash_sale:%' OR a.source LIKE 'coupon_claim:%')
GROUP BY o.brand_id, o.id, o.no, o.has_offers
HAVING (o.has_offers = 1) <> (COUNT(a.id) > 0)`},
}
