package main

// customers guard levels, and coupons on their way to a segment.
var customers = []guard{
	{
		"what is for members from a level on is for them", "service/promotion/rule.go",
		`if r.conditions.LevelFrom > b.rank {`, `if false {`, "service/promotion", "TestFromALevelOn/sqlite",
	},
	{
		"a level that somebody has is not taken away", "service/member/member.go",
		`if n > 0 {
			return model.ErrLevelInUse`, `if n < 0 {
			return model.ErrLevelInUse`, "service/promotion", "TestLevels/sqlite",
	},
	{
		"who sets a level waits for who takes it away", "service/member/member.go",
		`err = tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("no = ?", no).Take(&l).Error`,
		`err = tx.Where("no = ?", no).Take(&l).Error`, "service/promotion", "TestALevelThatGoes",
	},
	{
		"no more of a coupon are issued to a segment than there are", "service/promotion/issue.go",
		`if !s.givable(c) || c.Total > 0 && int64(len(claims)) >= left {`, `if !s.givable(c) || left < -1 {`, "service/promotion", "TestAnIssueThatStops/sqlite",
	},
	{
		"a coupon that is paused is not issued to a segment", "service/promotion/issue.go",
		`return c.Status == model.CouponActive && (c.ValidDays > 0 || c.ValidUntil > s.now.Now())`, `return c.Status != "" || s.now.Now() < 0`,
		"service/promotion", "TestAnIssueThatStops/sqlite",
	},
	{
		"who has as many as they may is skipped by an issue", "service/promotion/issue.go",
		`if c.PerUser > 0 && had[id] >= c.PerUser {`, `if false {`, "service/promotion", "TestIssueToASegment/sqlite",
	},
	{
		"who has had their account deleted is in no segment", "service/customer/segment.go",
		`query := tx.Model(&model.User{}).Where("users.deleted_at = 0")`, `query := tx.Model(&model.User{})`,
		"service/promotion", "TestWhomARuleChooses/sqlite",
	},
}
