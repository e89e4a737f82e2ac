package audit

// fulfilment are the invariants of what was sent.
var fulfilment = []Invariant{
	{16, "what was sent of a line is what its parcels hold, and no more than was not dropped", `
SELECT l.brand_id, CONCAT('order line ', l.id) AS subject,
       CONCAT('shipped ', l.shipped, ', in parcels ', COALESCE(p.pieces, 0), ', dropped ', l.dropped, ' of ', l.quantity) AS detail
FROM order_lines l
LEFT JOIN (SELECT brand_id, order_line_id, SUM(quantity) AS pieces
           FROM parcel_lines GROUP BY brand_id, order_line_id) p ON p.brand_id = l.brand_id AND p.order_line_id = l.id
WHERE l.shipped <> COALESCE(p.pieces, 0) OR l.shipped + l.dropped > l.quantity OR l.shipped < 0`},

	{16, "an order's state agrees with what was sent of it", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject,
       CONCAT(o.status, ', shipped ', l.shipped, ', left ', l.unsent) AS detail
FROM orders o
JOIN (SELECT brand_id, order_id, SUM(shipped) AS shipped, SUM(quantity - dropped - shipped) AS unsent
      FROM order_lines GROUP BY brand_id, order_id) l ON l.brand_id = o.brand_id AND l.order_id = o.id
WHERE (o.status IN ('pending', 'paid', 'cancelled') AND l.shipped > 0)
   OR (o.status = 'partly_shipped' AND (l.shipped = 0 OR l.unsent = 0))
   OR (o.status IN ('shipped', 'received') AND (l.shipped = 0 OR l.unsent > 0))`},

	{16, "an order has at most fifteen parcels, each holds something, and all go one way", `
SELECT p.brand_id, CONCAT('order ', p.order_id) AS subject,
       CONCAT(COUNT(*), ' parcels, ', COUNT(DISTINCT p.delivery), ' ways, ', SUM(CASE WHEN l.parcel_id IS NULL THEN 1 ELSE 0 END), ' empty') AS detail
FROM parcels p
LEFT JOIN (SELECT DISTINCT brand_id, parcel_id FROM parcel_lines) l ON l.brand_id = p.brand_id AND l.parcel_id = p.id
GROUP BY p.brand_id, p.order_id
HAVING COUNT(*) > 15 OR COUNT(DISTINCT p.delivery) > 1 OR SUM(CASE WHEN l.parcel_id IS NULL THEN 1 ELSE 0 END) > 0
    OR (COUNT(*) > 1 AND MIN(p.delivery) <> 'express')`},

	{17, "every parcel is told to WeChat by an upload", `
SELECT p.brand_id, CONCAT('parcel ', p.no) AS subject, CONCAT('upload ', p.upload_seq) AS detail
FROM parcels p JOIN orders o ON o.brand_id = p.brand_id AND o.id = p.order_id
LEFT JOIN shipping_uploads u ON u.brand_id = p.brand_id AND u.order_id = p.order_id AND u.seq = p.upload_seq
WHERE u.id IS NULL AND o.total_fen > 0`},

	{10, "an upload that is not done has a job that brings it to its end", `
SELECT u.brand_id, CONCAT('upload ', o.no, '/', u.seq) AS subject, CONCAT(u.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM shipping_uploads u
JOIN orders o ON o.brand_id = u.brand_id AND o.id = u.order_id
LEFT JOIN jobs j ON j.brand_id = u.brand_id AND j.kind = 'shipping.upload' AND j.job_key = CONCAT(o.no, '/', u.seq)
WHERE u.status IN ('waiting', 'sending') AND COALESCE(j.status, '') <> 'queued'`},

	{10, "a shipped order has a job that takes it for received, a received one a job that ends it", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, CONCAT(o.status, ', ', COALESCE(j.status, 'no job')) AS detail
FROM orders o
LEFT JOIN jobs j ON j.brand_id = o.brand_id AND j.job_key = o.no
      AND j.kind = CASE WHEN o.status = 'shipped' THEN 'order.receive' ELSE 'order.close' END
WHERE o.status IN ('shipped', 'received') AND COALESCE(j.status, '') <> 'queued'`},
}
