package main

// promotions guard what makes orders cheaper: coupons and their codes, flash sales, and the price.
var promotions = []guard{
	{
		"no more of a coupon are had than there are", "service/promotion/coupon.go",
		`Where("total = 0 OR claimed < total")`, `Where("total >= 0")`, "service/promotion", "TestCouponTotalAtOnce",
	},
	{
		"a coupon that is paused is not handed out", "service/promotion/coupon.go",
		`tx.Model(&model.Coupon{}).Where("id = ? AND status = ?", c.ID, model.CouponActive)`, `tx.Model(&model.Coupon{}).Where("id = ?", c.ID)`,
		"service/promotion", "TestEveryMoveOfTheDesk/sqlite",
	},
	{
		"nobody has more of a coupon than they may", "service/promotion/coupon.go",
		`if c.PerUser > 0 && had >= c.PerUser {`, `if false {`, "service/promotion", "TestCouponPerUserAtOnce",
	},
	{
		"a coupon is claimed in its time", "service/promotion/coupon.go",
		`query = query.Where("claim_from <= ? AND claim_until > ?", now, now)`, `query = query.Where("1 = 1")`,
		"service/promotion", "TestACouponIsHadInItsTime/sqlite",
	},
	{
		"a coupon that could not be used any more is not handed out", "service/promotion/coupon.go",
		`Where("total = 0 OR claimed < total").Where("valid_days > 0 OR valid_until > ?", now)`, `Where("total = 0 OR claimed < total")`,
		"service/promotion", "TestACouponIsHadInItsTime/sqlite",
	},
	{
		"a code is good once", "service/promotion/coupon.go",
		`Where("id = ? AND claim_id = 0", single.ID)`, `Where("id = ?", single.ID)`, "service/promotion", "TestACodeAtOnce",
	},
	{
		"a code stands for one coupon", "service/promotion/desk_coupon.go",
		`if others+single > 0 {`, `if others+single < 0 {`, "service/promotion", "TestCodes/sqlite",
	},
	{
		"there are never fewer coupons than were had", "service/promotion/desk_coupon.go",
		`Where("id = ? AND (? = 0 OR claimed <= ?)", c.ID, c.Total, c.Total)`, `Where("id = ?", c.ID)`, "service/promotion", "TestChangeACoupon/sqlite",
	},
	{
		"another consumer's coupon is nobody's", "service/promotion/service.go",
		`tx.Where("user_id = ? AND no = ?", userID, wanted)`, `tx.Where("no = ?", wanted)`, "api/storefront", "TestCouponJourney/sqlite",
	},
	{
		"a flash sale sells no more than there is", "service/promotion/taken.go",
		`"reserved + sold + ? <= total"`, `"reserved + sold + ? >= 0"`, "service/promotion", "TestFlashQuotaAtOnce",
	},
	{
		"nobody has more of a flash sale than they may", "service/promotion/taken.go",
		`"promotion_id = ? AND user_id = ? AND taken + ? <= ?"`, `"promotion_id = ? AND user_id = ? AND ? + ? > 0"`,
		"service/promotion", "TestFlashPerUserAtOnce",
	},
	{
		"a flash sale never has less than is taken", "service/promotion/desk.go",
		`Where("promotion_id = ? AND reserved + sold <= ?", p.ID, after.Total)`, `Where("promotion_id = ?", p.ID)`, "service/promotion", "TestTheDesk/sqlite",
	},
	{
		"what is for a first order goes to one", "service/promotion/taken.go",
		`if others > 0 {`, `if others < 0 {`, "service/promotion", "TestFirstOrderAtOnce",
	},
	{
		"first orders of one buyer wait for each other", "service/promotion/taken.go",
		`tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("id")`, `tx.Select("id")`, "service/promotion", "TestFirstOrderAtOnce",
	},
	{
		"a coupon comes back when nothing was sent", "service/promotion/participant.go",
		`"order_id = ? AND (refunded < quantity OR shipped > 0)"`, `"order_id = ? AND refunded < quantity"`,
		"service/promotion", "TestACouponOfWhatWasSent/sqlite",
	},
	{
		"a coupon comes back when all has gone back", "service/promotion/participant.go",
		`"order_id = ? AND (refunded < quantity OR shipped > 0)"`, `"order_id = ? AND shipped > 0"`,
		"service/promotion", "TestFromTheClaim/sqlite",
	},
	{
		"a coupon comes back when its rule says so", "service/promotion/participant.go",
		`Where("id = ? AND back = ?", c.CouponID, model.CouponBackUnsent)`, `Where("id = ?", c.CouponID)`,
		"service/promotion", "TestACouponThatIsNotGivenBack/sqlite",
	},
	{
		"something remains to be paid", "service/promotion/rule.go",
		`excess := o.saved() - max(0, b.total()-b.floor)`, `excess := o.saved() - max(0, b.total())`, "service/promotion", "TestPrice",
	},
	{
		"a promotion leaves alone what another way to sell has priced", "service/promotion/rule.go",
		`return !l.foreign && !l.sealed && (r.stackable || !l.reached)`, `return !l.sealed && (r.stackable || !l.reached)`, "service/promotion", "TestPrice",
	},
	{
		"what shares with no other promotion shares with none", "service/promotion/rule.go",
		`return !l.foreign && !l.sealed && (r.stackable || !l.reached)`, `return !l.foreign && (r.stackable || !l.reached)`, "service/promotion", "TestPrice",
	},
	{
		"no coupon comes on top of a promotion that allows none", "service/promotion/rule.go",
		`return !l.couponed && (r.stackable || !l.reached)`, `return r.stackable || !l.reached`, "service/promotion", "TestPrice",
	},
	{
		"a quote promises no more of a flash sale than there is", "service/promotion/rule.go",
		`if off <= 0 || r.flash && int64(l.pieces) > left {`, `if off <= 0 {`, "service/promotion", "TestPrice",
	},
	{
		"of a group one promotion applies", "service/promotion/choose.go",
		`if r.group != "" && groups[r.group] {`, `if false {`, "service/promotion", "TestPrice",
	},
	{
		"what costs nothing is paid at once", "service/order/place.go",
		`if o.TotalFen > 0 {`, `if o.TotalFen >= 0 {`, "service/promotion", "TestAnOrderOfNothing",
	},
}
