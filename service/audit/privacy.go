package audit

// privacy are the invariants of accounts that were deleted.
var privacy = []Invariant{
	{24, "nothing personal is left of a deleted account", `
SELECT u.brand_id, CONCAT('consumer ', u.no) AS subject, 'account' AS detail
FROM users u WHERE u.deleted_at > 0 AND (u.openid <> CONCAT('deleted:', u.no) OR u.unionid <> '' OR u.phone_masked <> '' OR u.phone_sealed IS NOT NULL)
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'address' FROM users u JOIN addresses a ON a.brand_id = u.brand_id AND a.user_id = u.id
WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'review' FROM users u JOIN reviews r ON r.brand_id = u.brand_id AND r.user_id = u.id
WHERE u.deleted_at > 0 AND r.status <> 'removed'`},

	{24, "an order that was purged has nothing personal, and is over", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, o.status AS detail
FROM orders o WHERE o.purged_at > 0 AND (o.remark <> '' OR o.placed_from <> '' OR o.place NOT LIKE '%"name":""%' OR o.status NOT IN ('closed', 'cancelled'))`},
}
