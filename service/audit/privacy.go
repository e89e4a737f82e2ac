package audit

// privacy are the invariants of accounts that were deleted.
var privacy = []Invariant{
	{24, "nothing personal is left of a deleted account", `
SELECT u.brand_id, CONCAT('consumer ', u.no) AS subject, 'account' AS detail
FROM users u WHERE u.deleted_at > 0 AND (u.openid <> CONCAT('deleted:', u.no) OR u.unionid <> '' OR u.phone_masked <> ''
      OR u.phone_sealed IS NOT NULL OR u.session_key_sealed IS NOT NULL)`},

	// One after the other, so that each finds the few accounts that were deleted and looks up what is theirs.
	{24, "a deleted account has nothing of its own", `
SELECT u.brand_id, CONCAT('consumer ', u.no) AS subject, 'address' AS detail
FROM users u JOIN addresses x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'cart'
FROM users u JOIN cart_lines x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'favourite'
FROM users u JOIN favourites x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'history'
FROM users u JOIN seen_products x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'leave for messages'
FROM users u JOIN message_grants x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'visit of a group'
FROM users u JOIN group_visits x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'level'
FROM users u JOIN members x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'name in a group'
FROM users u JOIN group_seats x ON x.brand_id = u.brand_id AND x.user_id = u.id WHERE u.deleted_at > 0 AND x.name <> ''
UNION ALL
SELECT u.brand_id, CONCAT('consumer ', u.no), 'review'
FROM users u JOIN reviews x ON x.brand_id = u.brand_id AND x.user_id = u.id
WHERE u.deleted_at > 0 AND (x.status <> 'removed' OR x.words <> '' OR x.added_words <> '')`},

	{24, "an order that was purged has nothing personal, and is over", `
SELECT o.brand_id, CONCAT('order ', o.no) AS subject, o.status AS detail
FROM orders o WHERE o.purged_at > 0 AND (o.remark <> '' OR o.placed_from <> '' OR o.place NOT LIKE '%"name":""%' OR o.status NOT IN ('closed', 'cancelled'))
UNION ALL
SELECT o.brand_id, CONCAT('order ', o.no), 'words of a case'
FROM orders o JOIN after_sales c ON c.brand_id = o.brand_id AND c.order_id = o.id
WHERE o.purged_at > 0 AND (c.words <> '' OR c.pictures <> '[]')
UNION ALL
SELECT o.brand_id, CONCAT('order ', o.no), 'way of a parcel'
FROM orders o JOIN parcels p ON p.brand_id = o.brand_id AND p.order_id = o.id
JOIN parcel_events e ON e.brand_id = p.brand_id AND e.parcel_id = p.id
WHERE o.purged_at > 0 AND (e.place <> '' OR e.remark <> '')`},
}
