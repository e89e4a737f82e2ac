package audit

import "slices"

// Invariants are the rules that apply so far. A new way to sell adds its own here, or it is not done.
// Numbers up to 13 are those of the list every part of the trade shares; from 14 on they are the spine's own.
// CONCAT, COALESCE and derived tables read the same in both dialects.
var Invariants = slices.Concat(spine, refunds, afterSale, messages, fulfilment, content, privacy, promotions, groups, figures)

var spine = []Invariant{
	{1, "every journal entry adds up to zero", `
SELECT e.brand_id, CONCAT('entry ', e.kind, ' ', e.ref) AS subject,
       CONCAT('sum ', COALESCE(p.total, 0), ' of ', COALESCE(p.n, 0), ' postings') AS detail
FROM journal_entries e
LEFT JOIN (SELECT brand_id, entry_id, SUM(amount_fen) AS total, COUNT(*) AS n
           FROM journal_postings GROUP BY brand_id, entry_id) p ON p.brand_id = e.brand_id AND p.entry_id = e.id
WHERE COALESCE(p.total, 1) <> 0 OR COALESCE(p.n, 0) < 2`},

	{1, "no posting stands without its entry", `
SELECT p.brand_id, CONCAT('posting ', p.id) AS subject, p.account AS detail
FROM journal_postings p LEFT JOIN journal_entries e ON e.brand_id = p.brand_id AND e.id = p.entry_id
WHERE e.id IS NULL`},

	// Debit is positive: what WeChat holds for us cannot be less than nothing, nor can consumers owe us what
	// they have paid in advance. WeChat's fees stand apart: they are known a day late, and a refund gives back
	// only their share.
	{2, "no account of an order has the wrong sign", `
SELECT e.brand_id, CONCAT('order ', e.order_id, ' ', p.account) AS subject, CONCAT('balance ', SUM(p.amount_fen)) AS detail
FROM journal_postings p JOIN journal_entries e ON e.brand_id = p.brand_id AND e.id = p.entry_id
WHERE e.kind NOT IN ('fee', 'fee_back')
GROUP BY e.brand_id, e.order_id, p.account
HAVING (p.account = 'wechat_clearing' AND SUM(p.amount_fen) < 0)
    OR (p.account IN ('customer_prepaid', 'refund_payable', 'paid_outside') AND SUM(p.amount_fen) > 0)`},

	{4, "stock is never negative nor promised twice", `
SELECT brand_id, CONCAT('sku ', no) AS subject, CONCAT('on hand ', on_hand, ', reserved ', reserved) AS detail
FROM skus WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`},

	{4, "what is on hand of a SKU is the sum of its movements", `
SELECT s.brand_id, CONCAT('sku ', s.no) AS subject,
       CONCAT('on hand ', s.on_hand, ' moved ', COALESCE(m.on_hand, 0)) AS detail
FROM skus s
LEFT JOIN (SELECT brand_id, sku_id, SUM(on_hand_delta) AS on_hand
           FROM stock_movements GROUP BY brand_id, sku_id) m ON m.brand_id = s.brand_id AND m.sku_id = s.id
WHERE s.on_hand <> COALESCE(m.on_hand, 0)`},

	{4, "reserved is what pending orders hold, sold is what paid orders bought", `
SELECT s.brand_id, CONCAT('sku ', s.no) AS subject,
       CONCAT('reserved ', s.reserved, ' held ', COALESCE(l.held, 0),
              ', sold ', COALESCE(m.sold, 0), ' bought ', COALESCE(l.bought, 0)) AS detail
FROM skus s
LEFT JOIN (SELECT brand_id, sku_id, -SUM(on_hand_delta) AS sold
           FROM stock_movements WHERE kind = 'sell' GROUP BY brand_id, sku_id) m
       ON m.brand_id = s.brand_id AND m.sku_id = s.id
LEFT JOIN (SELECT l.brand_id, l.sku_id,
                  SUM(CASE WHEN o.status = 'pending' THEN l.quantity ELSE 0 END) AS held,
                  SUM(CASE WHEN o.status IN ('pending', 'cancelled') THEN 0 ELSE l.quantity END) AS bought
           FROM order_lines l JOIN orders o ON o.brand_id = l.brand_id AND o.id = l.order_id
           GROUP BY l.brand_id, l.sku_id) l ON l.brand_id = s.brand_id AND l.sku_id = s.id
WHERE s.reserved <> COALESCE(l.held, 0) OR COALESCE(m.sold, 0) <> COALESCE(l.bought, 0)`},

	{5, "no more is refunded or promised back than was paid", `
SELECT p.brand_id, CONCAT('payment ', p.no) AS subject,
       CONCAT('paid ', p.amount_fen, ', refunds ', SUM(r.amount_fen)) AS detail
FROM payments p JOIN refunds r ON r.brand_id = p.brand_id AND r.payment_id = p.id
WHERE r.status <> 'replaced'
GROUP BY p.brand_id, p.no, p.amount_fen, p.status
HAVING SUM(r.amount_fen) > p.amount_fen OR p.status <> 'paid'`},

	{6, "each payment of WeChat is recorded once", `
SELECT brand_id, CONCAT('transaction ', transaction_id) AS subject, CONCAT(COUNT(*), ' payments') AS detail
FROM payments WHERE status = 'paid' GROUP BY brand_id, transaction_id HAVING COUNT(*) > 1 OR transaction_id = ''`},

	// What cost nothing is given back without money, and without an entry.
	{6, "each payment and each refund is booked exactly once, with its amount", `
SELECT t.brand_id, CONCAT(t.kind, ' ', t.no) AS subject,
       CONCAT('amount ', t.amount_fen, ', entries ', COUNT(e.id), ', booked ', COALESCE(SUM(p.amount_fen), 0)) AS detail
FROM (SELECT brand_id, 'payment' AS kind, no, amount_fen, 'wechat_clearing' AS account, 1 AS sign, status = 'paid' AS due FROM payments
      UNION ALL
      SELECT brand_id, 'refund_due', no, amount_fen, 'refund_payable', -1, amount_fen > 0 FROM refunds
      UNION ALL
      SELECT brand_id, 'refund_replaced', no, amount_fen, 'refund_payable', 1, status = 'replaced' FROM refunds
      UNION ALL
      SELECT brand_id, 'refund_settled', no, amount_fen, 'paid_outside', -1, status = 'settled' FROM refunds
      UNION ALL
      SELECT brand_id, 'refund', no, amount_fen, 'wechat_clearing', -1, status = 'succeeded' AND amount_fen > 0 FROM refunds) t
LEFT JOIN journal_entries e ON e.brand_id = t.brand_id AND e.kind = t.kind AND e.ref = t.no
LEFT JOIN (SELECT brand_id, entry_id, account, SUM(amount_fen) AS amount_fen
           FROM journal_postings GROUP BY brand_id, entry_id, account) p
       ON p.brand_id = e.brand_id AND p.entry_id = e.id AND p.account = t.account
GROUP BY t.brand_id, t.kind, t.no, t.amount_fen, t.sign, t.due
HAVING COUNT(e.id) <> t.due OR (t.due = 1 AND COALESCE(SUM(p.amount_fen), 0) <> t.sign * t.amount_fen)`},

	{7, "a kept idempotency key has an answer", `
SELECT brand_id, CONCAT('key ', id) AS subject, owner AS detail FROM idempotency_keys WHERE answer IS NULL`},

	// Of days whose run has come to its end. A refund that is not done is not booked yet, and the fee of one that was done
	// since is booked when the day is looked at again.
	{11, "what WeChat's bill has is in the journal, or an exception tells", `
SELECT t.brand_id, CONCAT('bill of ', t.day, ', ', t.kind, ' ', t.no) AS subject,
       CONCAT('moved ', t.moved, ', booked ', t.booked) AS detail
FROM (SELECT b.brand_id, b.day, b.kind, b.no,
             CASE WHEN b.kind = 'payment' THEN b.settled_fen ELSE -b.settled_fen END - b.fee_fen AS moved,
             COALESCE(SUM(j.amount_fen), 0) AS booked
      FROM trade_bill_rows b
      JOIN reconciliations r ON r.brand_id = b.brand_id AND r.day = b.day AND r.status = 'finished'
      LEFT JOIN refunds f ON b.kind = 'refund' AND f.brand_id = b.brand_id AND f.no = b.no
      LEFT JOIN (SELECT e.brand_id, e.kind, e.ref, SUM(p.amount_fen) AS amount_fen
                 FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
                 WHERE p.account = 'wechat_clearing' GROUP BY e.brand_id, e.kind, e.ref) j
             ON j.brand_id = b.brand_id AND j.ref = b.no
            AND j.kind IN (b.kind, CASE WHEN b.kind = 'payment' THEN 'fee' ELSE 'fee_back' END)
      WHERE b.kind = 'payment' OR b.state = 'SUCCESS' OR f.status = 'succeeded' AND f.updated_at < r.started_at
      GROUP BY b.id, b.brand_id, b.day, b.kind, b.no, b.settled_fen, b.fee_fen) t
WHERE t.moved <> t.booked AND NOT EXISTS
      (SELECT 1 FROM bill_exceptions x WHERE x.brand_id = t.brand_id AND x.number = t.no AND x.status <> 'cleared')`},

	// A day begins at 16:00 UTC. What was recorded after the run began is the next run's. WeChat hears of no refund of nothing,
	// and lists what is another merchant's in that one's bills.
	{11, "what was paid and paid back on a day is in WeChat's bills, or an exception tells", `
SELECT t.brand_id, CONCAT(t.kind, ' ', t.no) AS subject, CONCAT('done on ', r.day, ', amount ', t.amount_fen) AS detail
FROM (SELECT brand_id, 'payment' AS kind, no, amount_fen, paid_at AS done_at, updated_at, mch_id FROM payments WHERE status = 'paid'
      UNION ALL
      SELECT f.brand_id, 'refund', f.no, f.amount_fen, f.succeeded_at, f.updated_at, p.mch_id
      FROM refunds f JOIN payments p ON p.brand_id = f.brand_id AND p.id = f.payment_id
      WHERE f.status = 'succeeded' AND f.amount_fen > 0) t
JOIN reconciliations r ON r.brand_id = t.brand_id AND r.day_from = t.done_at - (t.done_at + 28800000) % 86400000
     AND r.status = 'finished' AND t.updated_at < r.started_at AND r.mch_id IN ('', t.mch_id)
WHERE NOT EXISTS (SELECT 1 FROM trade_bill_rows b WHERE b.brand_id = t.brand_id AND b.no = t.no AND b.kind = t.kind)
  AND NOT EXISTS (SELECT 1 FROM bill_exceptions x WHERE x.brand_id = t.brand_id AND x.number = t.no AND x.status <> 'cleared')`},

	{14, "an order's amounts add up", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT('total ', o.total_fen, ', goods ', o.goods_fen, ', adjustments ', COALESCE(a.total, 0),
              ', lines ', COALESCE(l.total, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT brand_id, order_id, SUM(amount_fen) AS total FROM order_adjustments GROUP BY brand_id, order_id) a
       ON a.brand_id = o.brand_id AND a.order_id = o.id
LEFT JOIN (SELECT brand_id, order_id, SUM(unit_fen * quantity) AS goods, SUM(total_fen) AS total
           FROM order_lines GROUP BY brand_id, order_id) l ON l.brand_id = o.brand_id AND l.order_id = o.id
WHERE o.total_fen <> o.goods_fen + COALESCE(a.total, 0)
   OR o.total_fen <> o.goods_fen + o.discount_fen + o.freight_fen + o.tax_fen
   OR o.goods_fen <> COALESCE(l.goods, 0) OR o.goods_fen + o.discount_fen <> COALESCE(l.total, 0)
   OR o.total_fen < 0 OR (o.total_fen = 0 AND o.status IN ('pending', 'cancelled'))`},

	// Captured money less what goes back is the order's total when the order lives on it, and nothing otherwise.
	{10, "captured money is an order's or on its way back", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT(o.status, ', total ', o.total_fen, ', captured ', COALESCE(p.captured, 0), ', going back ', COALESCE(r.back, 0)) AS detail
FROM orders o
LEFT JOIN (SELECT brand_id, order_id, SUM(amount_fen) AS captured FROM payments WHERE status = 'paid'
           GROUP BY brand_id, order_id) p ON p.brand_id = o.brand_id AND p.order_id = o.id
LEFT JOIN (SELECT brand_id, order_id, SUM(amount_fen) AS back FROM refunds WHERE status <> 'replaced' AND kind = 'late'
           GROUP BY brand_id, order_id) r ON r.brand_id = o.brand_id AND r.order_id = o.id
WHERE COALESCE(p.captured, 0) - COALESCE(r.back, 0) <>
      CASE WHEN o.status IN ('pending', 'cancelled') THEN 0 ELSE o.total_fen END`},

	{10, "the job that ends an order has not left it pending", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, j.status AS detail
FROM orders o JOIN jobs j ON j.brand_id = o.brand_id AND j.kind = 'order.expire' AND j.job_key = o.no
WHERE o.status = 'pending' AND j.status <> 'queued'`},

	{10, "the same work is there once", `
SELECT brand_id, CONCAT('job ', kind, ' ', job_key) AS subject, CONCAT(COUNT(*), ' jobs') AS detail
FROM jobs GROUP BY brand_id, kind, job_key HAVING COUNT(*) > 1`},

	{10, "what is cancelled cannot be paid any more", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT('payment ', p.no, ' ', p.status) AS detail
FROM orders o JOIN payments p ON p.brand_id = o.brand_id AND p.order_id = o.id
WHERE o.status = 'cancelled' AND p.status IN ('created', 'prepaid')`},

	{10, "a refund that is not done has a job that follows it", `
SELECT r.brand_id, CONCAT('refund ', r.no) AS subject, CONCAT(r.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM refunds r LEFT JOIN jobs j ON j.brand_id = r.brand_id AND j.kind = 'refund.submit' AND j.job_key = r.no
WHERE r.status IN ('pending', 'processing', 'abnormal') AND COALESCE(j.status, '') <> 'queued'`},

	{15, "an order's state is where its events lead", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT(o.status, ', last event ', COALESCE(e.to_state, 'none yet')) AS detail
FROM orders o
LEFT JOIN (SELECT brand_id, order_id, MAX(id) AS id FROM order_events GROUP BY brand_id, order_id) m
       ON m.brand_id = o.brand_id AND m.order_id = o.id
LEFT JOIN order_events e ON e.brand_id = m.brand_id AND e.id = m.id
WHERE COALESCE(e.to_state, 'pending') <> o.status`},
}
