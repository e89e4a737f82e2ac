package audit

// afterSale are the invariants of after-sale cases.
var afterSale = []Invariant{
	{20, "the pieces of open cases are held, and never more than the order has left", `
SELECT l.brand_id, CONCAT('order line ', l.id) AS subject,
       CONCAT('claimed ', l.claimed, ', in open cases ', COALESCE(c.pieces, 0), ', refunded ', l.refunded, ' of ', l.quantity) AS detail
FROM order_lines l
LEFT JOIN (SELECT x.brand_id, x.order_line_id, SUM(x.quantity) AS pieces
           FROM after_sale_lines x JOIN after_sales a ON a.brand_id = x.brand_id AND a.id = x.after_sale_id
           WHERE a.status IN ('applied', 'agreed', 'sending', 'received', 'resending', 'escalated')
           GROUP BY x.brand_id, x.order_line_id) c ON c.brand_id = l.brand_id AND c.order_line_id = l.id
WHERE l.claimed <> COALESCE(c.pieces, 0) OR l.claimed + l.refunded > l.quantity`},

	{4, "what is taken to be exchanged, and what came back of it, is what cases say", `
SELECT s.brand_id, CONCAT('sku ', s.no) AS subject,
       CONCAT('taken ', COALESCE(m.taken, 0), ' held ', COALESCE(h.held, 0),
              ', back ', COALESCE(m.back, 0), ' inspected ', COALESCE(r.restock, 0)) AS detail
FROM skus s
LEFT JOIN (SELECT brand_id, sku_id, -SUM(CASE WHEN kind = 'replace' THEN on_hand_delta ELSE 0 END) AS taken,
                  SUM(CASE WHEN kind = 'regain' THEN on_hand_delta ELSE 0 END) AS back
           FROM stock_movements WHERE kind IN ('replace', 'regain') GROUP BY brand_id, sku_id) m
       ON m.brand_id = s.brand_id AND m.sku_id = s.id
LEFT JOIN (SELECT brand_id, new_sku_id, SUM(held) AS held FROM after_sale_lines GROUP BY brand_id, new_sku_id) h
       ON h.brand_id = s.brand_id AND h.new_sku_id = s.id
LEFT JOIN (SELECT x.brand_id, l.sku_id, SUM(x.restock) AS restock
           FROM after_sale_lines x
           JOIN after_sales a ON a.brand_id = x.brand_id AND a.id = x.after_sale_id AND a.kind = 'exchange'
           JOIN order_lines l ON l.brand_id = x.brand_id AND l.id = x.order_line_id
           GROUP BY x.brand_id, l.sku_id) r ON r.brand_id = s.brand_id AND r.sku_id = s.id
WHERE COALESCE(m.taken, 0) <> COALESCE(h.held, 0) OR COALESCE(m.back, 0) <> COALESCE(r.restock, 0)`},

	{20, "an exchange holds what is sent instead from the consent on, and nothing once it ends before that is sent", `
SELECT a.brand_id, CONCAT('case ', a.no) AS subject, CONCAT(a.kind, ' ', a.status, ', held ', x.held, ' of ', x.quantity) AS detail
FROM after_sales a JOIN after_sale_lines x ON x.brand_id = a.brand_id AND x.after_sale_id = a.id
WHERE x.held <> CASE WHEN a.resent_waybill <> '' OR a.kind = 'exchange' AND a.status IN ('agreed', 'sending', 'received')
                     THEN x.quantity ELSE 0 END`},

	{10, "a case that waits for somebody has a job for its deadline", `
SELECT a.brand_id, CONCAT('case ', a.no) AS subject,
       CONCAT(a.status, ', deadline ', a.deadline_at, ', ', COALESCE(j.status, 'no job')) AS detail
FROM after_sales a
LEFT JOIN jobs j ON j.brand_id = a.brand_id AND j.kind = 'aftersale.deadline'
      AND j.job_key = CONCAT(a.no, '-', a.status, '-', a.deadline_at)
WHERE a.status IN ('applied', 'agreed', 'sending', 'received', 'resending')
  AND (a.deadline_at = 0 OR COALESCE(j.status, '') <> 'queued')`},

	// A refund that WeChat gave up leaves its case refunding until another takes its place or the brand settles it.
	{21, "a case that gives money back has one refund, of its amount, and ends when the money is back", `
SELECT a.brand_id, CONCAT('case ', a.no) AS subject,
       CONCAT(a.kind, ' ', a.status, ', amount ', a.amount_fen, ', refunds ', COALESCE(r.n, 0), ' of ', COALESCE(r.amount, 0),
              ', back ', COALESCE(r.done, 0)) AS detail
FROM after_sales a
LEFT JOIN (SELECT brand_id, after_sale_id, COUNT(*) AS n, SUM(amount_fen) AS amount,
                  SUM(CASE WHEN status IN ('succeeded', 'settled') THEN 1 ELSE 0 END) AS done
           FROM refunds WHERE after_sale_id > 0 AND status <> 'replaced' GROUP BY brand_id, after_sale_id) r
       ON r.brand_id = a.brand_id AND r.after_sale_id = a.id
WHERE (a.status = 'refunding' AND (COALESCE(r.n, 0) <> 1 OR r.done <> 0 OR r.amount <> a.amount_fen))
   OR (a.status = 'done' AND (a.kind <> 'exchange' OR COALESCE(r.n, 0) > 0)
       AND (COALESCE(r.n, 0) <> 1 OR r.done <> 1 OR r.amount <> a.amount_fen))
   OR (a.status NOT IN ('refunding', 'done') AND COALESCE(r.n, 0) > 0)`},

	{15, "a case's state is where its events lead", `
SELECT a.brand_id, CONCAT('case ', a.no) AS subject, CONCAT(a.status, ', last event ', COALESCE(e.to_state, 'none')) AS detail
FROM after_sales a
LEFT JOIN (SELECT brand_id, after_sale_id, MAX(id) AS id FROM after_sale_events GROUP BY brand_id, after_sale_id) m
       ON m.brand_id = a.brand_id AND m.after_sale_id = a.id
LEFT JOIN after_sale_events e ON e.brand_id = m.brand_id AND e.id = m.id
WHERE COALESCE(e.to_state, '') <> a.status`},
}
