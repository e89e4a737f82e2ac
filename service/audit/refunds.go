package audit

// refunds are the invariants of money that goes back by line, and of what has been earned.
var refunds = []Invariant{
	{5, "an order's figures of its refunds are the sums of its refunds", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT('refunded ', o.refunded_fen, ' of ', o.total_fen, ', refunds ', COALESCE(r.amount, 0),
              ', freight ', o.refunded_freight_fen, ' in ', COALESCE(r.freight, 0), ', lines ', COALESCE(l.amount, 0),
              ', count ', o.refund_count, ' of ', COALESCE(r.n, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT brand_id, order_id, COUNT(*) AS n,
                  SUM(CASE WHEN status = 'replaced' THEN 0 ELSE amount_fen END) AS amount,
                  SUM(CASE WHEN status = 'replaced' THEN 0 ELSE freight_fen END) AS freight,
                  SUM(CASE WHEN status = 'replaced' THEN 0 ELSE tax_fen END) AS tax
           FROM refunds WHERE kind = 'order' GROUP BY brand_id, order_id) r
       ON r.brand_id = o.brand_id AND r.order_id = o.id
LEFT JOIN (SELECT brand_id, order_id, SUM(refunded_fen) AS amount FROM order_lines GROUP BY brand_id, order_id) l
       ON l.brand_id = o.brand_id AND l.order_id = o.id
WHERE o.refunded_fen <> COALESCE(r.amount, 0) OR o.refunded_freight_fen <> COALESCE(r.freight, 0)
   OR o.refunded_tax_fen <> COALESCE(r.tax, 0) OR o.refund_count <> COALESCE(r.n, 0)
   OR o.refunded_fen <> COALESCE(l.amount, 0) + o.refunded_freight_fen + o.refunded_tax_fen
   OR o.refunded_fen > o.total_fen OR o.refunded_freight_fen > o.freight_fen OR o.refunded_tax_fen > o.tax_fen`},

	{5, "a line's figures of its refunds are the sums of its refunds, and no piece is counted twice", `
SELECT l.brand_id, CONCAT('order line ', l.id) AS subject,
       CONCAT('of ', l.quantity, ' pieces refunded ', l.refunded, ' in ', COALESCE(r.pieces, 0), ', dropped ', l.dropped, ' in ',
              COALESCE(r.dropped, 0), ', shipped ', l.shipped, ', restocked ', l.restocked, ' in ', COALESCE(r.restocked, 0),
              ', ', l.refunded_fen, ' of ', l.total_fen, ' fen in ', COALESCE(r.amount, 0)) AS detail
FROM order_lines l
LEFT JOIN (SELECT x.brand_id, x.order_line_id, SUM(x.quantity) AS pieces, SUM(x.dropped) AS dropped, SUM(x.amount_fen) AS amount,
                  SUM(CASE WHEN f.status IN ('succeeded', 'settled') THEN x.restock ELSE 0 END) AS restocked
           FROM refund_lines x JOIN refunds f ON f.brand_id = x.brand_id AND f.id = x.refund_id
           WHERE f.status <> 'replaced' GROUP BY x.brand_id, x.order_line_id) r
       ON r.brand_id = l.brand_id AND r.order_line_id = l.id
WHERE l.refunded <> COALESCE(r.pieces, 0) OR l.dropped <> COALESCE(r.dropped, 0) OR l.refunded_fen <> COALESCE(r.amount, 0)
   OR l.restocked <> COALESCE(r.restocked, 0) OR l.refunded_fen > l.total_fen OR l.refunded > l.quantity
   OR l.shipped + l.dropped > l.quantity OR l.refunded - l.dropped > l.shipped`},

	{4, "what came back into stock is what refunds have put there", `
SELECT s.brand_id, CONCAT('sku ', s.no) AS subject,
       CONCAT('returned ', COALESCE(m.back, 0), ', restocked ', COALESCE(l.restocked, 0)) AS detail
FROM skus s
LEFT JOIN (SELECT brand_id, sku_id, SUM(on_hand_delta) AS back FROM stock_movements WHERE kind = 'return'
           GROUP BY brand_id, sku_id) m ON m.brand_id = s.brand_id AND m.sku_id = s.id
LEFT JOIN (SELECT brand_id, sku_id, SUM(restocked) AS restocked FROM order_lines GROUP BY brand_id, sku_id) l
       ON l.brand_id = s.brand_id AND l.sku_id = s.id
WHERE COALESCE(m.back, 0) <> COALESCE(l.restocked, 0)`},

	{2, "what buyers have paid in advance is what the brand owes them goods for", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT(o.status, ', total ', o.total_fen, ', refunded ', o.refunded_fen, ', prepaid ', COALESCE(b.prepaid, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT e.brand_id, e.order_id, SUM(p.amount_fen) AS prepaid
           FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
           WHERE p.account = 'customer_prepaid' GROUP BY e.brand_id, e.order_id) b
       ON b.brand_id = o.brand_id AND b.order_id = o.id
WHERE COALESCE(b.prepaid, 0) <>
      CASE WHEN o.status IN ('paid', 'partly_shipped', 'shipped') THEN o.refunded_fen - o.total_fen ELSE 0 END`},

	{2, "what is earned is what buyers have received and kept, and belongs to goods, freight and tax", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT(o.status, ', total ', o.total_fen, ', refunded ', o.refunded_fen, ', earned ', COALESCE(b.earned, 0),
              ', freight ', COALESCE(b.freight, 0), ', tax ', COALESCE(b.tax, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT e.brand_id, e.order_id, -SUM(p.amount_fen) AS earned,
                  -SUM(CASE WHEN p.account = 'freight' THEN p.amount_fen ELSE 0 END) AS freight,
                  -SUM(CASE WHEN p.account = 'tax_payable' THEN p.amount_fen ELSE 0 END) AS tax
           FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
           WHERE p.account IN ('revenue', 'freight', 'tax_payable') GROUP BY e.brand_id, e.order_id) b
       ON b.brand_id = o.brand_id AND b.order_id = o.id
WHERE COALESCE(b.earned, 0) <> CASE WHEN o.status IN ('received', 'closed') THEN o.total_fen - o.refunded_fen ELSE 0 END
   OR COALESCE(b.freight, 0) <> CASE WHEN o.status IN ('received', 'closed') THEN o.freight_fen - o.refunded_freight_fen ELSE 0 END
   OR COALESCE(b.tax, 0) <> CASE WHEN o.status IN ('received', 'closed') THEN o.tax_fen - o.refunded_tax_fen ELSE 0 END`},

	{2, "what is owed back is what refunds have still to give", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT('owed ', COALESCE(b.owed, 0), ', refunds ', COALESCE(r.owed, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT e.brand_id, e.order_id, -SUM(p.amount_fen) AS owed
           FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
           WHERE p.account = 'refund_payable' GROUP BY e.brand_id, e.order_id) b
       ON b.brand_id = o.brand_id AND b.order_id = o.id
LEFT JOIN (SELECT brand_id, order_id, SUM(amount_fen) AS owed FROM refunds
           WHERE status NOT IN ('succeeded', 'settled', 'replaced') GROUP BY brand_id, order_id) r
       ON r.brand_id = o.brand_id AND r.order_id = o.id
WHERE COALESCE(b.owed, 0) <> COALESCE(r.owed, 0)`},

	{10, "an order of which nothing is left is over", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, o.status AS detail
FROM orders o
JOIN (SELECT brand_id, order_id, SUM(quantity - refunded) AS kept FROM order_lines GROUP BY brand_id, order_id) l
  ON l.brand_id = o.brand_id AND l.order_id = o.id AND l.kept = 0
LEFT JOIN (SELECT brand_id, order_id, COUNT(*) AS open FROM refunds
           WHERE kind = 'order' AND status NOT IN ('succeeded', 'settled', 'replaced') GROUP BY brand_id, order_id) r
       ON r.brand_id = o.brand_id AND r.order_id = o.id
WHERE o.status <> 'closed' AND COALESCE(r.open, 0) = 0`},
}
