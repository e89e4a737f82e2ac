package promotion_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// A threshold promotion and a coupon, from the claim to the paid order: the quote says what is missing, picks the best,
// and the coupon is locked, used, and given back with the money.
func TestFromTheClaimToThePaidOrder(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		s.promote(off(1_000), from(10_000))
		kind := s.coupon(off(500), from(8_000))

		centre, err := s.Promotion.Centre(s.Ctx, b.UserID, "en")
		if err != nil || len(centre) != 1 || centre[0].Problem != "" || centre[0].Mine != 0 {
			t.Fatalf("centre: %+v, %v", centre, err)
		}
		claim := s.claim(b, kind.No)

		q := s.quote(b, b.Wants(sku, 1))
		if q.TotalFen != 6_000 || len(q.Hints) != 1 || q.Hints[0].Key != "amount_more" || q.Hints[0].MissingFen != 4_000 {
			t.Errorf("one piece: %d, hints %+v", q.TotalFen, q.Hints)
		}
		if len(q.Coupons) != 1 || q.Coupons[0].Problem != "coupon_more" || q.Coupons[0].MissingFen != 2_000 {
			t.Errorf("one piece: coupons %+v", q.Coupons)
		}
		q = s.quote(b, b.Wants(sku, 2))
		if q.TotalFen != 10_500 || q.DiscountFen != -1_500 || len(q.Applied) != 2 || !q.Coupons[0].Chosen || q.Coupons[0].SavesFen != 500 {
			t.Errorf("two pieces: %d, applied %+v, coupons %+v", q.TotalFen, q.Applied, q.Coupons)
		}
		without := b.Wants(sku, 2)
		without.CouponNo = order.NoCoupon
		if q := s.quote(b, without); q.TotalFen != 11_000 || q.Coupons[0].Chosen {
			t.Errorf("without the coupon: %d", q.TotalFen)
		}

		_, err = s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: b.Wants(sku, 2), ExpectedTotalFen: 11_000})
		var known *model.Error
		if !errors.As(err, &known) || !errors.Is(err, model.ErrPriceChanged) || known.Args["total_fen"] != "10500" {
			t.Errorf("at another price: %v", err)
		}
		o := b.MustOrder(b.Wants(sku, 2))
		if o.TotalFen != 10_500 || s.statusOf(b, claim.No) != model.ClaimLocked {
			t.Errorf("placed: %d, coupon %s", o.TotalFen, s.statusOf(b, claim.No))
		}
		again := b.Wants(sku, 2)
		again.CouponNo = claim.No
		if q := s.quote(b, again); q.CouponProblem != "coupon_used" || q.TotalFen != 11_000 {
			t.Errorf("a second time: %q, %d", q.CouponProblem, q.TotalFen)
		}

		// It ends unpaid: the coupon is back. The next order is paid: it is used.
		if _, err := s.Payment.Cancel(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if st := s.statusOf(b, claim.No); st != model.ClaimHeld {
			t.Errorf("after the cancellation: %s", st)
		}
		o = b.MustOrder(b.Wants(sku, 2))
		s.must(b.Pay(o.No))
		s.Deliver()
		if st := s.statusOf(b, claim.No); st != model.ClaimUsed || s.State(o.No).Status != model.OrderPaid {
			t.Errorf("after the payment: %s", st)
		}
		v, err := s.Promotion.GetCoupon(s.Staff, kind.No)
		if err != nil || v.Used != 1 || v.Claimed != 1 || v.Numbers.Orders != 1 || v.Numbers.SavedFen != 500 || v.Numbers.PaidFen != 10_500 {
			t.Errorf("numbers: %+v %+v, %v", v, v.Numbers, err)
		}

		// A piece goes back: its share, and the coupon stays used. With the last one, unsent, it is the consumer's again.
		s.refund(t, o.No, 1)
		if st := s.statusOf(b, claim.No); st != model.ClaimUsed || s.State(o.No).RefundedFen != 5_250 {
			t.Errorf("after one piece: %s, %d back", st, s.State(o.No).RefundedFen)
		}
		s.refund(t, o.No, 1)
		if st := s.statusOf(b, claim.No); st != model.ClaimHeld || s.State(o.No).RefundedFen != 10_500 {
			t.Errorf("after both: %s, %d back", st, s.State(o.No).RefundedFen)
		}
	})
}

func (s *desk) refund(t *testing.T, no string, pieces int) {
	t.Helper()
	_, err := s.Payment.RefundByStaff(s.Staff, s.key(), no, payment.StaffRefund{
		Reason: "other", Lines: []payment.StaffRefundLine{{Line: 0, Quantity: pieces}},
	})
	s.must(err)
	s.Later(2 * time.Minute)
	s.Later(2 * time.Minute)
}

// A coupon whose rule is never, or of an order that was sent, stays used.
func TestACouponThatIsNotGivenBack(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Back = model.CouponBackNever })
		claim := s.claim(b, kind.No)
		o := b.MustOrder(b.Wants(sku, 1))
		s.must(b.Pay(o.No))
		s.Deliver()
		s.refund(t, o.No, 1)
		if st := s.statusOf(b, claim.No); st != model.ClaimUsed {
			t.Errorf("after the refund: %s", st)
		}
	})
}

// A gift comes on top, at no price, as long as there is one, but not of what is bought.
func TestAGift(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, gift, b := s.SKU(6_000, 50), s.SKU(900, 2), s.Buyer()
		s.promote(promotion.EffectSpec{Kind: model.EffectGift, GiftSKU: gift.No, GiftPieces: 1}, from(6_000))
		order := func(b *testshop.Buyer, want map[string]int, total model.Fen, lines int) {
			t.Helper()
			o := b.MustOrder(basket(b, want))
			if o.TotalFen != total || len(o.Lines) != lines {
				t.Errorf("%v: %d, %d lines", want, o.TotalFen, len(o.Lines))
			}
			s.must(b.Pay(o.No))
			s.Deliver()
		}
		order(b, map[string]int{sku.No: 1}, 6_000, 2)
		if now := s.Reload(gift); now.OnHand != 1 || now.Reserved != 0 {
			t.Errorf("%+v", now)
		}
		order(b, map[string]int{sku.No: 1, gift.No: 1}, 6_900, 2)
		order(b, map[string]int{sku.No: 1}, 6_000, 1) // there is none left
	})
}

// Codes: one for everybody, and codes that are each good once.
func TestCodes(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		now := model.At(s.Clock.Now())
		shared := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Access, c.Code = model.CouponByCode, "ciao-2026" })
		single := s.coupon(off(700), from(0), func(c *promotion.CouponSpec) {
			c.Access, c.ValidDays, c.ValidFrom, c.ValidUntil = model.CouponByCode, 0, now.Add(time.Hour), now.Add(2*time.Hour)
		})
		codes, err := s.Promotion.NewCodes(s.Staff, single.No, 2)
		s.must(err)
		one, two := s.Buyer(), s.Buyer()
		redeem := func(b *testshop.Buyer, code string, want error) {
			t.Helper()
			if _, err := s.Promotion.Redeem(s.Ctx, b.UserID, s.key(), code); !errors.Is(err, want) {
				t.Errorf("%s: %v", code, err)
			}
		}
		redeem(one, " Ciao 2026", nil)
		redeem(one, "CIAO2026", model.ErrCouponLimit)
		redeem(two, "CIAO2026", nil)
		redeem(one, "CIAO2027", model.ErrCouponCode)
		redeem(one, codes.Codes[0], nil)
		redeem(two, codes.Codes[0], model.ErrCouponCodeUsed)
		redeem(one, codes.Codes[1], model.ErrCouponLimit)
		redeem(two, codes.Codes[1], nil)
		if _, err := s.Promotion.Claim(s.Ctx, one.UserID, s.key(), shared.No); !errors.Is(err, model.ErrCouponNotFound) {
			t.Errorf("claimed without the code: %v", err)
		}
		spec := shared.CouponSpec
		spec.Code = "CIAO 2026"
		if _, err := s.Promotion.CreateCoupon(s.Staff, s.key(), spec); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("the same code for another: %v", err)
		}

		// It is good in an hour, for an hour.
		sku := s.SKU(6_000, 50)
		b := one.Wants(sku, 1)
		b.CouponNo = order.NoCoupon
		find := func(no string) string {
			for _, c := range s.quote(one, b).Coupons {
				if c.Name == "Coupon" && c.Effect.AmountFen == 700 {
					return c.Problem
				}
			}
			return "gone"
		}
		if p := find(single.No); p != "coupon_early" {
			t.Errorf("now: %q", p)
		}
		s.Clock.Turn(90 * time.Minute)
		if p := find(single.No); p != "" {
			t.Errorf("in its time: %q", p)
		}
		s.Clock.Turn(time.Hour)
		if p := find(single.No); p != "gone" {
			t.Errorf("after its time: %q", p)
		}
		if n, err := s.Promotion.Expire(model.AcrossBrands(s.Ctx), 100); err != nil || n != 2 {
			t.Errorf("%d ended, %v", n, err)
		}
	})
}

// Staff issue coupons to consumers and to the buyers of orders; who has as many as they may is skipped.
func TestIssue(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Access, c.Total = model.CouponIssued, 2 })
		sku, one, two, three := s.SKU(6_000, 50), s.Buyer(), s.Buyer(), s.Buyer()
		no := func(b *testshop.Buyer) (u model.User) {
			s.must(s.DB.Read(s.Ctx).Where("id = ?", b.UserID).Take(&u).Error)
			return u
		}
		o := two.MustOrder(two.Wants(sku, 1))
		issue := func(w promotion.Wish, want promotion.Issued, wantErr error) {
			t.Helper()
			got, err := s.Promotion.Issue(s.Staff, s.key(), kind.No, w)
			if got != want || !errors.Is(err, wantErr) {
				t.Errorf("%+v: %+v, %v", w, got, err)
			}
		}
		issue(promotion.Wish{Users: []string{no(one).No}, Orders: []string{o.No, o.No}}, promotion.Issued{Issued: 2}, nil)
		issue(promotion.Wish{Users: []string{no(one).No}}, promotion.Issued{Skipped: 1}, nil)
		issue(promotion.Wish{Users: []string{no(three).No}}, promotion.Issued{}, model.ErrCouponOver)
		issue(promotion.Wish{Users: []string{"nobody"}}, promotion.Issued{}, model.ErrInvalid)
		issue(promotion.Wish{}, promotion.Issued{}, model.ErrRequired)
		if _, err := s.Promotion.Claim(s.Ctx, three.UserID, s.key(), kind.No); !errors.Is(err, model.ErrCouponNotFound) {
			t.Errorf("claimed: %v", err)
		}
	})
}

// What is for a first order goes to one, and comes back with a cancelled one.
func TestAFirstOrder(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		s.promote(off(1_000), promotion.ConditionsSpec{FirstOrder: true})
		first := b.MustOrder(b.Wants(sku, 1))
		if first.TotalFen != 5_000 || s.quote(b, b.Wants(sku, 1)).TotalFen != 6_000 {
			t.Errorf("first %d, then %d", first.TotalFen, s.quote(b, b.Wants(sku, 1)).TotalFen)
		}
		if _, err := s.Payment.Cancel(s.Ctx, b.Buyer, first.No); err != nil {
			t.Fatal(err)
		}
		if q := s.quote(b, b.Wants(sku, 1)); q.TotalFen != 5_000 {
			t.Errorf("after the cancelled one: %d", q.TotalFen)
		}
	})
}

// Staff change, pause and stop; what is placed keeps its price; a quota never falls below what is taken.
func TestTheDesk(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		flash := s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000},
			promotion.ConditionsSpec{Products: []string{s.handle(sku)}}, func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 10, PerUser: 5} })
		o := b.MustOrder(b.Wants(sku, 3))
		if o.TotalFen != 12_000 {
			t.Fatalf("in the sale: %d", o.TotalFen)
		}
		change := func(f func(*promotion.Spec), want error) {
			t.Helper()
			now, err := s.Promotion.Get(s.Staff, flash.No)
			s.must(err)
			f(&now.Spec)
			if _, err := s.Promotion.Change(s.Staff, flash.No, now.Spec); !errors.Is(err, want) {
				t.Errorf("change: %v", err)
			}
		}
		change(func(p *promotion.Spec) { p.Quota.Total = 2 }, model.ErrQuotaTaken)
		change(func(p *promotion.Spec) { p.Quota = nil }, model.ErrInvalid)
		change(func(p *promotion.Spec) { p.Quota.PerUser = 1 }, model.ErrInvalid)
		change(func(p *promotion.Spec) { p.Conditions.Products = []string{"no-such"} }, model.ErrInvalid)
		change(func(p *promotion.Spec) { p.Quota.Total, p.Effect.PriceFen = 3, 5_000 }, nil)
		q := s.quote(b, b.Wants(sku, 1))
		if q.TotalFen != 6_000 || len(q.Hints) != 1 || q.Hints[0].Key != "flash_sold_out" {
			t.Errorf("sold out: %d, %+v", q.TotalFen, q.Hints)
		}
		change(func(p *promotion.Spec) { p.Quota.Total = 4 }, nil)
		if q := s.quote(b, b.Wants(sku, 1)); q.TotalFen != 5_000 {
			t.Errorf("at the new price: %d", q.TotalFen)
		}
		move := func(to model.PromotionStatus, total model.Fen, want error) {
			t.Helper()
			if _, err := s.Promotion.Move(s.Staff, flash.No, to); !errors.Is(err, want) {
				t.Errorf("%s: %v", to, err)
			}
			if q := s.quote(b, b.Wants(sku, 1)); q.TotalFen != total {
				t.Errorf("%s: %d", to, q.TotalFen)
			}
		}
		move(model.PromotionPaused, 6_000, nil)
		move(model.PromotionActive, 5_000, nil)
		move(model.PromotionStopped, 6_000, nil)
		move(model.PromotionActive, 6_000, model.ErrWrongState)
		change(func(*promotion.Spec) {}, model.ErrWrongState)
		s.must(b.Pay(o.No))
		s.Deliver()
		v, err := s.Promotion.Get(s.Staff, flash.No)
		if err != nil || v.Sold != 3 || v.Reserved != 0 || v.Numbers.Orders != 1 || v.Numbers.SavedFen != 6_000 {
			t.Errorf("numbers: %+v %+v, %v", v, v.Numbers, err)
		}
		named := v.Named
		if len(named.Products) != 1 || named.Products[0].Handle != s.handle(sku) || len(named.SKUs)+len(named.Categories) != 0 {
			t.Errorf("what it names: %+v", named)
		}
		if n := s.Count(&model.AuditEntry{}, "action IN ?", []string{"promotion.create", "promotion.change", "promotion.paused", "promotion.stopped"}); n < 4 {
			t.Errorf("%d rows in the audit log", n)
		}
	})
}

// What makes a product cheaper now, for everybody.
func TestOffersOfAProduct(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, other := s.SKU(6_000, 50), s.SKU(7_000, 50)
		handle := s.handle(sku)
		s.promote(off(1_000), from(10_000))
		s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{handle}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 10} })
		s.coupon(off(500), from(0))
		s.coupon(off(500), promotion.ConditionsSpec{Products: []string{s.handle(other)}})
		v, err := s.Promotion.Offers(s.Ctx, handle, "en")
		if err != nil || len(v.FlashSales) != 1 || len(v.Promotions) != 1 || len(v.Coupons) != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		p := v.FlashSales[0].Products[0]
		if p.PriceFen != 6_000 || p.SalePriceFen != 4_000 || v.FlashSales[0].Left != 10 || len(p.SKUs) != 1 {
			t.Errorf("%+v", v.FlashSales[0])
		}
		if v, err := s.Promotion.Offers(s.Ctx, s.handle(other), "en"); err != nil || len(v.FlashSales) != 0 || len(v.Coupons) != 2 {
			t.Errorf("the other: %+v, %v", v, err)
		}
		if _, err := s.Promotion.Offers(s.Ctx, "no-such", "en"); !errors.Is(err, model.ErrProductNotFound) {
			t.Errorf("no such product: %v", err)
		}
		if all, err := s.Promotion.FlashSales(s.Ctx, "", "en"); err != nil || len(all) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func (s *desk) sendAll(t *testing.T, no string) {
	t.Helper()
	_, err := s.Fulfilment.Ship(s.Staff, s.key(), no, fulfilment.Shipment{
		Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "ZTO", Waybill: "ZTO0000001"}},
	})
	s.must(err)
	s.Later(time.Minute)
}

// A coupon is had in its time alone, except from staff, and not once it could not be used any more.
func TestACouponIsHadInItsTime(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		now := model.At(s.Clock.Now())
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) {
			c.PerUser, c.ClaimFrom, c.ClaimUntil = 0, now.Add(time.Hour), now.Add(2*time.Hour)
			c.ValidDays, c.ValidFrom, c.ValidUntil = 0, now, now.Add(5*time.Hour)
		})
		b := s.Buyer()
		var u model.User
		s.must(s.DB.Read(s.Ctx).Where("id = ?", b.UserID).Take(&u).Error)
		try := func(claim, issue error) {
			t.Helper()
			if _, err := s.Promotion.Claim(s.Ctx, b.UserID, s.key(), kind.No); !errors.Is(err, claim) {
				t.Errorf("claimed: %v", err)
			}
			if _, err := s.Promotion.Issue(s.Staff, s.key(), kind.No, promotion.Wish{Users: []string{u.No}}); !errors.Is(err, issue) {
				t.Errorf("issued: %v", err)
			}
		}
		try(model.ErrCouponClosed, nil)
		s.Clock.Turn(90 * time.Minute)
		try(nil, nil)
		s.Clock.Turn(time.Hour)
		try(model.ErrCouponClosed, nil)
		s.Clock.Turn(3 * time.Hour)
		try(model.ErrCouponClosed, model.ErrCouponClosed)
	})
}

// Of a kind of coupon there are never fewer than were had, and how it is had stays.
func TestChangeACoupon(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Total = 5 })
		for range 3 {
			s.claim(s.Buyer(), kind.No)
		}
		change := func(f func(*promotion.CouponSpec), want error) {
			t.Helper()
			spec := kind.CouponSpec
			f(&spec)
			if _, err := s.Promotion.ChangeCoupon(s.Staff, kind.No, spec); !errors.Is(err, want) {
				t.Errorf("change: %v", err)
			}
		}
		change(func(c *promotion.CouponSpec) { c.Total = 2 }, model.ErrQuotaTaken)
		change(func(c *promotion.CouponSpec) { c.Access = model.CouponIssued }, model.ErrInvalid)
		change(func(c *promotion.CouponSpec) { c.Total, c.Effect.AmountFen = 3, 700 }, nil)
		if _, err := s.Promotion.Claim(s.Ctx, s.Buyer().UserID, s.key(), kind.No); !errors.Is(err, model.ErrCouponOver) {
			t.Errorf("a fourth: %v", err)
		}
		change(func(c *promotion.CouponSpec) { c.Total = 0 }, nil)
		s.claim(s.Buyer(), kind.No)
		_, err := s.Promotion.MoveCoupon(s.Staff, kind.No, model.CouponStopped)
		s.must(err)
		change(func(*promotion.CouponSpec) {}, model.ErrWrongState)
	})
}

// What was sent and came back has used its coupon.
func TestACouponOfWhatWasSentStaysUsed(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		claim := s.claim(b, s.coupon(off(500), from(0)).No)
		o := b.MustOrder(b.Wants(sku, 1))
		s.must(b.Pay(o.No))
		s.Deliver()
		s.sendAll(t, o.No)
		_, err := s.Payment.RefundByStaff(s.Staff, s.key(), o.No, payment.StaffRefund{
			Reason: "other", Lines: []payment.StaffRefundLine{{Line: 0, Quantity: 1, Sent: 1}},
		})
		s.must(err)
		s.Later(2 * time.Minute)
		s.Later(2 * time.Minute)
		if st := s.statusOf(b, claim.No); st != model.ClaimUsed || s.State(o.No).RefundedFen != 5_500 {
			t.Errorf("%s, %d back", st, s.State(o.No).RefundedFen)
		}
	})
}
