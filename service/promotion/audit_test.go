package promotion_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/order"
	"hutong/service/promotion"
)

// Each invariant of coupons and flash sales finds what breaks it.
func TestAuditFindsWhatIsBroken(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{s.handle(sku)}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 10, PerUser: 5} })
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Total, c.PerUser = 9, 3 })
		coded := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Access = model.CouponByCode })
		codes, err := s.Promotion.NewCodes(s.Staff, coded.No, 2)
		s.must(err)
		_, err = s.Promotion.Redeem(s.Ctx, b.UserID, s.key(), codes.Codes[0])
		s.must(err)
		held, locked, used := s.claim(b, kind.No), s.claim(b, kind.No), s.claim(b, kind.No)
		with := func(no string) model.Order {
			basket := b.Wants(sku, 1)
			basket.CouponNo = no
			return s.State(b.MustOrder(basket).No)
		}
		paid, pending := with(used.No), with(locked.No)
		s.must(b.Pay(paid.No))
		s.Deliver()
		basket := b.Wants(s.SKU(100, 5), 1)
		basket.CouponNo = order.NoCoupon
		plain := s.State(b.MustOrder(basket).No)
		s.Audit(t)

		id := func(m any, where string, args ...any) (id int64) {
			t.Helper()
			s.must(s.DB.Read(s.Ctx).Model(m).Where(where, args...).Limit(1).Pluck("id", &id).Error)
			return id
		}
		claim := func(no string) int64 { return id(&model.CouponClaim{}, "no = ?", no) }
		quota := id(&model.PromotionQuota{}, "1 = 1")
		for _, c := range []struct {
			name   string
			row    any
			id     int64
			column string
			value  any
			was    any
		}{
			{"a coupon is where its order is", &model.CouponClaim{}, claim(locked.No), "status", model.ClaimUsed, model.ClaimLocked},
			{"a coupon is where its order is", &model.CouponClaim{}, claim(used.No), "status", model.ClaimLocked, model.ClaimUsed},
			{"a coupon is where its order is", &model.CouponClaim{}, claim(held.No), "order_id", paid.ID, 0},
			{"a coupon is where its order is", &model.CouponClaim{}, claim(used.No), "status", model.ClaimHeld, model.ClaimUsed},
			{"an order that a coupon made cheaper", &model.CouponClaim{}, claim(locked.No), "order_id", plain.ID, pending.ID},
			{"an order of nothing waits", &model.Order{}, plain.ID, "total_fen", 0, plain.TotalFen},
			{"no more of a coupon", &model.Coupon{}, id(&model.Coupon{}, "no = ?", kind.No), "claimed", 2, 3},
			{"no more of a coupon", &model.Coupon{}, id(&model.Coupon{}, "no = ?", kind.No), "total", 2, 9},
			{"a consumer's coupons of a kind", &model.CouponClaim{}, claim(used.No), "n", 9, 3},
			{"a code was used", &model.CouponCode{}, id(&model.CouponCode{}, "claim_id = 0"), "claim_id", id(&model.CouponClaim{}, "access = ?", model.CouponByCode), 0},
			{"the quota of a flash sale", &model.PromotionQuota{}, quota, "reserved", 2, 1},
			{"the quota of a flash sale", &model.PromotionQuota{}, quota, "sold", 0, 1},
			{"the quota of a flash sale", &model.PromotionQuota{}, quota, "total", 1, 10},
			{"nobody has more pieces", &model.PromotionUse{}, id(&model.PromotionUse{}, "1 = 1"), "taken", 1, 2},
			{"nobody has more pieces", &model.PromotionQuota{}, quota, "per_user", 1, 5},
			{"only what promotions", &model.Order{}, paid.ID, "has_offers", false, true},
			{"only what promotions", &model.Order{}, plain.ID, "has_offers", true, false},
			{"no coupon makes two orders", &model.Adjustment{}, id(&model.Adjustment{}, "order_id = ? AND kind = ?", pending.ID, model.AdjustCoupon), "source", s.source(paid), s.source(pending)},
		} {
			s.Breaks(c.name, c.row, c.id, c.column, c.value, c.was)
		}
	})
}

// Each invariant of issues to segments and of members' levels finds what breaks it.
func TestAuditFindsBrokenIssuesAndLevels(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		silver, gold := s.level(1), s.level(2)
		first, second := s.Buyer(), s.Buyer()
		s.give(first, silver.No)
		s.give(second, gold.No)
		s.give(second, "") // had one, and has none any more
		many := func(c *promotion.CouponSpec) { c.PerUser = 3 }
		kind, other := s.coupon(off(500), from(0), many), s.coupon(off(500), from(0), many)
		s.claim(second, kind.No)
		i, err := s.Promotion.IssueTo(s.Staff, s.key(), kind.No, promotion.IssueWish{Segment: s.segment(customer.Rule{}).No})
		s.must(err)
		own := s.claim(second, other.No)
		s.Later(time.Minute)
		s.Audit(t)
		id := func(m any, where string, args ...any) (id int64) {
			t.Helper()
			s.must(s.DB.Read(s.Ctx).Model(m).Where(where, args...).Limit(1).Pluck("id", &id).Error)
			return id
		}
		issue := id(&model.CouponIssue{}, "no = ?", i.No)
		given := id(&model.CouponClaim{}, "issue_id = ? AND user_id = ?", issue, second.UserID)
		claimed := id(&model.CouponClaim{}, "no = ?", own.No)
		kindID, otherID := id(&model.Coupon{}, "no = ?", kind.No), id(&model.Coupon{}, "no = ?", other.No)
		level := func(no string) int64 { return id(&model.MemberLevel{}, "no = ?", no) }
		member := id(&model.Member{}, "user_id = ?", first.UserID)
		for _, c := range []struct {
			name   string
			row    any
			id     int64
			column string
			value  any
			was    any
		}{
			{"an issue to a segment", &model.CouponIssue{}, issue, "issued", 1, 2},
			{"an issue to a segment", &model.CouponIssue{}, issue, "after_id", first.UserID, second.UserID},
			{"an issue to a segment", &model.CouponClaim{}, given, "issue_id", 0, issue},
			{"an issue to a segment", &model.CouponClaim{}, given, "user_id", first.UserID, second.UserID},
			{"an issue to a segment", &model.CouponClaim{}, given, "coupon_id", otherID, kindID},
			{"a coupon that came with an issue", &model.CouponClaim{}, claimed, "issue_id", issue + 1000, 0},
			{"a coupon that came with an issue", &model.CouponClaim{}, given, "access", model.CouponPublic, model.CouponIssued},
			{"a member's level", &model.Member{}, member, "level_id", level(gold.No), level(silver.No)},
			{"a member's level", &model.Member{}, member, "level_id", 0, level(silver.No)},
			{"a member's level", &model.Member{}, member, "level_id", level(gold.No) + 1000, level(silver.No)},
			{"a member's level", &model.Member{}, id(&model.Member{}, "user_id = ?", second.UserID), "level_id", level(gold.No), 0},
			{"a deleted account", &model.User{}, first.UserID, "deleted_at", model.At(s.Clock.Now()), 0},
		} {
			s.Breaks(c.name, c.row, c.id, c.column, c.value, c.was)
		}
		s.Audit(t)
	})
}

// source is where the coupon's adjustment of an order comes from.
func (s *desk) source(o model.Order) (source string) {
	s.t.Helper()
	s.must(s.DB.Read(s.Ctx).Model(&model.Adjustment{}).Where("order_id = ? AND kind = ?", o.ID, model.AdjustCoupon).Pluck("source", &source).Error)
	return source
}
