package simulation_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/member"
	"hutong/service/order"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// offerScenes are of promotions, coupons and groups.
func (h *history) offerScenes() []scene {
	return slices.Concat(h.groupScenes(), []scene{
		{"coupons that run out", h.couponsRunOut},
		{"coupons out of their time", h.couponsInTime},
		{"codes of coupons", h.codesOnce},
		{"coupons that come back", h.couponsBack},
		{"what shares with nothing", h.sharesWithNothing},
		{"orders of nothing", h.ordersOfNothing},
		{"a flash sale", h.flashSale},
		{"a first order", h.firstOrder},
		{"levels", h.levelsGo},
		{"coupons for a segment", h.issueToSegment},
	})
}

// couponsRunOut are coupons of which one may have one, and two there are.
func (h *history) couponsRunOut(t *rapid.T) {
	s := h.overseas(t)
	one, two, three := s.Buyer(), s.Buyer(), s.Buyer()
	kind := s.coupon(off(500), func(c *promotion.CouponSpec) { c.Total, c.PerUser = 2, 1 })
	had := granted(s.claim(one, kind.No))
	_, err := s.claim(one, kind.No)
	s.refused(t, "a second coupon of one", err, model.ErrCouponLimit)
	_ = granted(s.claim(two, kind.No))
	_, err = s.claim(three, kind.No)
	s.refused(t, "a coupon of which there are no more", err, model.ErrCouponOver)
	fewer := kind.CouponSpec
	fewer.Total = 1
	_, err = s.Promotion.ChangeCoupon(s.desk(), kind.No, fewer)
	s.refused(t, "fewer coupons than were had", err, model.ErrQuotaTaken)

	sku := s.SKU(2_000, 9)
	theirs := s.quote(three, s.basket(three, sku, 1, had))
	is(s, "what another's coupon does", theirs.CouponProblem, model.ErrCouponNotFound.Code)
	is(s, "a price with another's coupon", theirs.TotalFen, 2_000)
	is(s, "a price with a coupon", granted(s.place(one, s.basket(one, sku, 1, had))).TotalFen, 1_500)
}

// couponsInTime are coupons before and after the time in which they are to be had, and while they are paused.
func (h *history) couponsInTime(t *rapid.T) {
	s := h.overseas(t)
	b := s.Buyer()
	closed := func(what, no string) {
		_, err := s.claim(b, no)
		s.refused(t, "a coupon "+what, err, model.ErrCouponClosed)
	}
	kind := s.coupon(off(500), func(c *promotion.CouponSpec) {
		c.ClaimFrom, c.ClaimUntil = s.now().Add(time.Hour), s.now().Add(2*time.Hour)
	})
	short := s.coupon(off(500), func(c *promotion.CouponSpec) {
		c.ValidDays, c.ValidFrom, c.ValidUntil = 0, s.now(), s.now().Add(time.Hour)
	})
	closed("before its time", kind.No)
	_ = granted(s.claim(b, short.No))
	s.Clock.Turn(time.Hour)
	_ = granted(s.claim(b, kind.No))
	closed("that could not be used any more", short.No)
	_ = granted(s.Promotion.MoveCoupon(s.desk(), kind.No, model.CouponPaused))
	closed("that is paused", kind.No)
	_ = granted(s.Promotion.MoveCoupon(s.desk(), kind.No, model.CouponActive))
	_ = granted(s.claim(b, kind.No))
	s.Clock.Turn(time.Hour)
	closed("after its time", kind.No)
}

// codesOnce are a code that is good once, and one that is good for everybody.
func (h *history) codesOnce(t *rapid.T) {
	s := h.overseas(t)
	one, two := s.Buyer(), s.Buyer()
	redeem := func(b *testshop.Buyer, code string) (promotion.ClaimView, error) {
		return s.Promotion.Redeem(s.Ctx, b.UserID, s.key(), code)
	}
	byCode := func(code string) func(*promotion.CouponSpec) {
		return func(c *promotion.CouponSpec) { c.Access, c.Code = model.CouponByCode, code }
	}
	single := s.coupon(off(500), byCode(""))
	codes := granted(s.Promotion.NewCodes(s.desk(), single.No, 1)).Codes
	_ = granted(redeem(one, codes[0]))
	_, err := redeem(two, codes[0])
	s.refused(t, "a code that was used", err, model.ErrCouponCodeUsed)
	is(s, "coupons of one code", granted(s.Promotion.GetCoupon(s.desk(), single.No)).Claimed, 1)

	shared := s.coupon(off(500), byCode("salute"))
	again := shared.CouponSpec
	again.Code = "Salute"
	_, err = s.Promotion.CreateCoupon(s.desk(), s.key(), again)
	s.refused(t, "a code of another coupon", err, model.ErrInvalid)
	is(s, "what a code is good for", granted(redeem(two, " SALUTE ")).Coupon.No, shared.No)
}

// couponsBack are coupons of orders whose money goes back: in part, before anything was sent, and after.
func (h *history) couponsBack(t *rapid.T) {
	s := h.stall(t)
	b, sku := s.Buyer(), s.SKU(2_000, 20)
	kind := s.coupon(off(500), nil)
	never := s.coupon(off(500), func(c *promotion.CouponSpec) { c.Back = model.CouponBackNever })
	status := func(what, no string, want model.ClaimStatus) {
		mine, _, err := s.Promotion.Mine(s.Ctx, b.UserID, nil, 0, 50)
		at := slices.IndexFunc(mine, func(v promotion.ClaimView) bool { return v.No == no })
		if err != nil || at < 0 {
			t.Fatalf("%s: no coupon, %v", what, err)
		}
		is(s, what, mine[at].Status, want)
	}
	buy := func(kind string, pieces int) (claim, no string) {
		claim = granted(s.claim(b, kind))
		return claim, s.bought(b, s.basket(b, sku, pieces, claim)).No
	}
	claim, no := buy(kind.No, 2)
	s.refund(no, 1, 0)
	status("a coupon of an order that is kept in part", claim, model.ClaimUsed)
	s.refund(no, 1, 0)
	status("a coupon of an order that is kept no more", claim, model.ClaimHeld)
	_ = s.bought(b, s.basket(b, sku, 1, claim))
	status("a coupon that came back and was used again", claim, model.ClaimUsed)

	claim, no = buy(kind.No, 1)
	s.ship(t, placed{b, no})
	s.refund(no, 1, 1)
	status("a coupon of what was sent", claim, model.ClaimUsed)

	claim, no = buy(never.No, 1)
	s.refund(no, 1, 0)
	status("a coupon that is never given back", claim, model.ClaimUsed)
}

// sharesWithNothing are promotions and coupons that could make something cheaper together, and may not.
func (h *history) sharesWithNothing(t *rapid.T) {
	s := h.overseas(t)
	b := s.Buyer()
	price := func(what string, sku model.SKU, coupon string, want model.Fen) {
		is(s, what, granted(s.place(b, s.basket(b, sku, 1, coupon))).TotalFen, want)
	}
	alone := s.SKU(5_000, 9)
	s.promote(alone, off(500), func(p *promotion.Spec) { p.Stackable, p.Coupons = false, false })
	s.promote(alone, off(400), func(p *promotion.Spec) { p.Coupons = false })
	price("one that shares with none", alone, order.NoCoupon, 4_500)
	_ = granted(s.claim(b, s.coupon(off(300), nil).No))
	price("one that no coupon comes on top of", alone, "", 4_500)

	one := s.SKU(5_000, 9)
	for _, fen := range []model.Fen{100, 150} {
		s.promote(one, off(fen), func(p *promotion.Spec) { p.Group = "scene" })
	}
	price("two of one group", one, order.NoCoupon, 4_850)
}

// ordersOfNothing are orders that a coupon pays whole: where they may cost nothing they are paid at once, elsewhere a fen
// is left to pay.
func (h *history) ordersOfNothing(t *rapid.T) {
	for _, s := range []stall{h.stall(t), h.overseas(t)} {
		b, sku := s.Buyer(), s.SKU(9_000, 5) // which is delivered for nothing
		claim := granted(s.claim(b, s.coupon(off(20_000), nil).No))
		v := granted(s.place(b, s.basket(b, sku, 1, claim)))
		now := s.Reload(sku)
		if s.Shop == h.abroad {
			is(s, "what is left to pay", v.TotalFen, 1)
			is(s, "an order of a fen", v.Status, model.OrderPending)
			is(s, "pieces of an order of a fen", now.Reserved, 1)
			continue
		}
		is(s, "what is left to pay where nothing has to be", v.TotalFen, 0)
		is(s, "an order of nothing", v.Status, model.OrderPaid)
		is(s, "pieces of an order of nothing", now.OnHand, 4)
		_, err := s.Payment.Prepare(s.Ctx, b.Buyer, v.No)
		s.refused(t, "to pay an order of nothing", err, model.ErrAlreadyPaid)
		s.ship(t, placed{b, v.No})
		is(s, "an order of nothing that was sent", s.State(v.No).Status, model.OrderShipped)
	}
}

// flashSale is a sale of few pieces, of which one may have some, and one of a single piece that is sold.
func (h *history) flashSale(t *rapid.T) {
	s := h.overseas(t)
	one, two, sku := s.Buyer(), s.Buyer(), s.SKU(1_000, 50)
	want := func(b *testshop.Buyer, pieces int) order.Basket { return s.basket(b, sku, pieces, order.NoCoupon) }
	sale := s.promote(sku, promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 700}, func(p *promotion.Spec) {
		p.Quota = &promotion.Quota{Total: 3, PerUser: 2}
	})
	is(s, "more than one may have", granted(s.place(one, want(one, 3))).TotalFen, 3_000)
	err, quicker := s.overtaken(one, want(one, 2), one, want(one, 1))
	s.refused(t, "more pieces of a sale than one may have", err, model.ErrOfferGone)
	is(s, "who was quicker", quicker, nil)
	err, quicker = s.overtaken(one, want(one, 1), two, want(two, 2))
	s.refused(t, "more pieces of a sale than there are", err, model.ErrOfferGone)
	is(s, "who was quicker", quicker, nil)
	is(s, "more than there are", granted(s.place(one, want(one, 1))).TotalFen, 1_000)
	fewer := sale.Spec
	fewer.Quota = &promotion.Quota{Total: 2, PerUser: 2}
	_, err = s.Promotion.Change(s.desk(), sale.No, fewer)
	s.refused(t, "a sale of fewer pieces than are taken", err, model.ErrQuotaTaken)

	s = h.stall(t)
	one, two, sku = s.Buyer(), s.Buyer(), s.SKU(1_000, 50)
	s.promote(sku, promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 100}, func(p *promotion.Spec) {
		p.Stackable, p.Quota = false, &promotion.Quota{Total: 1, PerUser: 1}
	})
	is(s, "the discount on the only piece", s.bought(one, s.basket(one, sku, 1, order.NoCoupon)).DiscountFen, -900)
	is(s, "a discount when it is sold", granted(s.place(two, s.basket(two, sku, 1, order.NoCoupon))).DiscountFen > -900, true)
}

// firstOrder is what is for a first order, and a buyer with two.
func (h *history) firstOrder(t *rapid.T) {
	s := h.overseas(t)
	b, sku := s.Buyer(), s.SKU(1_000, 50)
	s.promote(sku, off(300), func(p *promotion.Spec) { p.Conditions.FirstOrder = true })
	want := s.basket(b, sku, 1, order.NoCoupon)
	err, quicker := s.overtaken(b, want, b, want)
	s.refused(t, "a second order as the first", err, model.ErrOfferGone)
	is(s, "who was quicker", quicker, nil)
	is(s, "a second order", granted(s.place(b, want)).TotalFen, 1_000)
}

// levelsGo are a level, what is for it, and what becomes of it when it goes.
func (h *history) levelsGo(t *rapid.T) {
	s := h.overseas(t)
	b, sku := s.Buyer(), s.SKU(1_000, 50)
	gold := granted(s.Member.Create(s.desk(), s.key(), member.Spec{Rank: 9, Name: member.Name{Name: model.Text{"en": "Gold"}}})).No
	give := func(level string) error { return errOf(s.Member.Set(s.desk(), s.number(b), level)) }
	s.promote(sku, off(300), func(p *promotion.Spec) { p.Conditions.LevelFrom = 9 })
	price := func(what string, want model.Fen) {
		is(s, what, granted(s.place(b, s.basket(b, sku, 1, order.NoCoupon))).TotalFen, want)
	}
	price("what is for members, to others", 1_000)
	is(s, "to give a level", give(gold), nil)
	price("what is for members", 700)
	s.refused(t, "to take away a level that somebody has", s.Member.Remove(s.desk(), gold), model.ErrLevelInUse)
	is(s, "to take a level from somebody", give(""), nil)
	price("what is for members, to who was one", 1_000)
	// Somebody gives it at each point while it is taken away: that is before, or finds it gone.
	for n := 1; n < 6; n++ {
		err, given, _ := s.meet(s.t, n, func() error { return s.Member.Remove(s.desk(), gold) }, func() error { return give(gold) })
		if err == nil {
			break
		}
		s.refused(t, "to take away a level that was given meanwhile", err, model.ErrLevelInUse)
		is(s, "to give a level meanwhile", given, nil)
		is(s, "to take a level from somebody again", give(""), nil)
	}
	s.refused(t, "a level that is gone", give(gold), model.ErrLevelNotFound)
}

// issueToSegment gives coupons to a segment: as long as there are any, while they are to be had, and to nobody who has
// theirs or is gone.
func (h *history) issueToSegment(t *rapid.T) {
	s := h.overseas(t)
	s.Clock.Turn(time.Second)
	has, gone := s.Buyer(), s.Buyer()
	left := []*testshop.Buyer{s.Buyer(), s.Buyer(), s.Buyer()}
	segment := granted(s.Customer.CreateSegment(s.desk(), s.key(), customer.SegmentSpec{Name: "scene", Rule: customer.Rule{CameFrom: s.now()}}))
	kind := s.coupon(off(500), func(c *promotion.CouponSpec) { c.Access, c.Total, c.PerUser = model.CouponIssued, 3, 1 })
	_ = granted(s.Promotion.Issue(s.desk(), s.key(), kind.No, promotion.Wish{Users: []string{s.number(has)}}))
	is(s, "to delete an account", s.Privacy.Delete(s.Ctx, gone.UserID), nil)
	is(s, "customers of a segment", *granted(s.Customer.Segment(s.desk(), segment.No)).Customers, 4)
	issue := granted(s.Promotion.IssueTo(s.desk(), s.key(), kind.No, promotion.IssueWish{Segment: segment.No}))
	is(s, "whom an issue is for", issue.Matched, 4)
	stands := func(status model.IssueStatus, reason string, issued int64) {
		s.work()
		views, _, err := s.Promotion.Issues(s.desk(), promotion.IssueFilter{Coupon: kind.No}, 0, 1)
		if err != nil || len(views) != 1 {
			t.Fatalf("%d issues, %v", len(views), err)
		}
		is(s, "an issue", views[0].Status, status)
		is(s, "why an issue stops", views[0].Reason, reason)
		is(s, "coupons of an issue", views[0].Issued, issued)
		is(s, "who is skipped", views[0].Skipped, 1)
	}
	stands(model.IssueStopped, model.ErrCouponOver.Code, 2)
	more := kind.CouponSpec
	more.Total = 9
	_ = granted(s.Promotion.ChangeCoupon(s.desk(), kind.No, more))
	goesOn := func() {
		s.Clock.Turn(time.Second)
		_ = granted(s.Promotion.MoveIssue(s.desk(), issue.No, model.IssueRunning))
	}
	_ = granted(s.Promotion.MoveCoupon(s.desk(), kind.No, model.CouponPaused))
	goesOn()
	stands(model.IssueStopped, model.ErrCouponClosed.Code, 2)
	_ = granted(s.Promotion.MoveCoupon(s.desk(), kind.No, model.CouponActive))
	goesOn()
	stands(model.IssueDone, "", 3)
	for _, b := range append(left, has) {
		mine, _, err := s.Promotion.Mine(s.Ctx, b.UserID, nil, 0, 9)
		if err != nil || len(mine) != 1 {
			t.Errorf("user %d has %d coupons, %v", b.UserID, len(mine), err)
		}
	}
}
