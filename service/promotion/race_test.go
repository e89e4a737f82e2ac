package promotion_test

import (
	"errors"
	"fmt"
	"testing"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// mariadb runs a race where races are lost.
func mariadb(t *testing.T, test func(t *testing.T, s *desk)) {
	t.Helper()
	clock := testshop.NewClock()
	s := newDesk(t, testshop.NewWorld(t, testdb.MariaDB(t, testdb.Clock(clock.Now)), clock))
	test(t, s)
	s.Audit(t)
}

// won counts those without an error; every other has to be one of those that were to be expected.
func won(t *testing.T, errs []error, lost ...error) (n int) {
	t.Helper()
	for _, err := range errs {
		known := err == nil
		for _, l := range lost {
			known = known || errors.Is(err, l)
		}
		if !known {
			t.Errorf("strange: %v", err)
		}
		if err == nil {
			n++
		}
	}
	return n
}

func (s *desk) buyers(n int) []*testshop.Buyer {
	out := make([]*testshop.Buyer, n)
	for i := range out {
		out[i] = s.Buyer()
	}
	return out
}

// Ten coupons, and sixty-four who want one: ten have it.
func TestCouponTotalAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Total = 10 })
		buyers := s.buyers(64)
		errs := testdb.Race(64, func(i int) error {
			_, err := s.Promotion.Claim(s.Ctx, buyers[i].UserID, fmt.Sprintf("race-key-%d", i), kind.No)
			return err
		})
		if n := won(t, errs, model.ErrCouponOver); n != 10 || s.Count(&model.CouponClaim{}, "1 = 1") != 10 {
			t.Errorf("%d were told so, %d have one", n, s.Count(&model.CouponClaim{}, "1 = 1"))
		}
	})
}

// One consumer asks sixty-four times at once for a coupon of which they may have two.
func TestCouponPerUserAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.PerUser = 2 })
		b := s.Buyer()
		errs := testdb.Race(64, func(i int) error {
			_, err := s.Promotion.Claim(s.Ctx, b.UserID, fmt.Sprintf("race-key-%d", i), kind.No)
			return err
		})
		if n := won(t, errs, model.ErrCouponLimit); n != 2 || s.Count(&model.CouponClaim{}, "1 = 1") != 2 {
			t.Errorf("%d were told so, %d there are", n, s.Count(&model.CouponClaim{}, "1 = 1"))
		}
	})
}

// One code that is good once, and thirty-two who type it.
func TestACodeAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Access = model.CouponByCode })
		codes, err := s.Promotion.NewCodes(s.Staff, kind.No, 1)
		s.must(err)
		buyers := s.buyers(32)
		errs := testdb.Race(32, func(i int) error {
			_, err := s.Promotion.Redeem(s.Ctx, buyers[i].UserID, fmt.Sprintf("race-key-%d", i), codes.Codes[0])
			return err
		})
		if n := won(t, errs, model.ErrCouponCodeUsed); n != 1 {
			t.Errorf("%d have one", n)
		}
	})
}

// One coupon, sent with sixteen orders at once: one has it.
func TestOneCouponInManyOrders(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 500), s.Buyer()
		claim := s.claim(b, s.coupon(off(500), from(0)).No)
		want := b.Wants(sku, 1)
		want.CouponNo = claim.No
		errs := testdb.Race(16, func(i int) error {
			_, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("race-key-%d", i), order.Checkout{Basket: want, ExpectedTotalFen: 5_500})
			return err
		})
		if n := won(t, errs, model.ErrOfferGone, model.ErrPriceChanged); n != 1 || s.Count(&model.Order{}, "1 = 1") != 1 {
			t.Errorf("%d orders", n)
		}
	})
}

// A flash sale of a hundred pieces, and 256 who want one at once: a hundred have it, and nobody else an order.
func TestFlashQuotaAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 1_000)
		flash := s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{s.handle(sku)}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 100, PerUser: 1} })
		buyers := s.buyers(256)
		errs := testdb.Race(256, func(i int) error {
			b := buyers[i]
			_, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("race-key-%d", i), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: 4_000})
			return err
		})
		n := won(t, errs, model.ErrOfferGone, model.ErrPriceChanged)
		v, err := s.Promotion.Get(s.Staff, flash.No)
		if n != 100 || err != nil || v.Reserved != 100 || s.Reload(sku).Reserved != 100 {
			t.Errorf("%d orders, %d reserved of the quota, %d of the stock, %v", n, v.Reserved, s.Reload(sku).Reserved, err)
		}
	})
}

// Orders that are written together keep apart: each has the lines, the price and the pieces of its own buyer.
func TestFlashOrdersAtOnceKeepApart(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 1_000)
		flash := s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{s.handle(sku)}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 900, PerUser: 3} })
		buyers, nos := s.buyers(96), make([]string, 96)
		pieces := func(i int) int { return 1 + i%3 }
		errs := testdb.Race(96, func(i int) error {
			b := buyers[i]
			v, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("race-key-%d", i),
				order.Checkout{Basket: b.Wants(sku, pieces(i)), ExpectedTotalFen: model.Fen(4_000 * pieces(i))})
			nos[i] = v.No
			return err
		})
		s.must(errors.Join(errs...))
		for i, no := range nos {
			v, err := s.Order.Get(s.Ctx, buyers[i].Buyer, no)
			s.must(err)
			if want := model.Fen(4_000 * pieces(i)); len(v.Lines) != 1 || v.Lines[0].Quantity != pieces(i) || v.Lines[0].TotalFen != want || v.TotalFen != want {
				t.Errorf("an order of %d pieces has %+v, and costs %d", pieces(i), v.Lines, v.TotalFen)
			}
		}
		if v, err := s.Promotion.Get(s.Staff, flash.No); err != nil || v.Reserved != 192 || s.Reload(sku).Reserved != 192 {
			t.Errorf("%d reserved of the quota, %d of the stock, %v", v.Reserved, s.Reload(sku).Reserved, err)
		}
	})
}

// One consumer orders sixteen times at once in a sale of which they may have three pieces.
func TestFlashPerUserAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 1_000), s.Buyer()
		s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{s.handle(sku)}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 100, PerUser: 3} })
		errs := testdb.Race(16, func(i int) error {
			_, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("race-key-%d", i), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: 4_000})
			return err
		})
		if n := won(t, errs, model.ErrOfferGone, model.ErrPriceChanged); n != 3 {
			t.Errorf("%d orders", n)
		}
	})
}

// What is for a first order, in sixteen at once: one has it.
func TestFirstOrderAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 1_000)
		s.promote(off(1_000), promotion.ConditionsSpec{FirstOrder: true})
		for range 8 { // the window is narrow
			b := s.Buyer()
			errs := testdb.Race(16, func(i int) error {
				_, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("race-key-%d", i), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: 5_000})
				return err
			})
			if n := won(t, errs, model.ErrOfferGone, model.ErrPriceChanged); n != 1 {
				t.Errorf("%d first orders", n)
			}
		}
	})
}

// The payment and the end of an order at once: the coupon is used or held, and the quota sold or free, as the order says.
func TestPaymentAgainstTheEnd(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 1_000)
		s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, promotion.ConditionsSpec{Products: []string{s.handle(sku)}},
			func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 100, PerUser: 3} })
		kind := s.coupon(off(500), from(0))
		for range 8 {
			b := s.Buyer()
			claim := s.claim(b, kind.No)
			o := b.MustOrder(b.Wants(sku, 1))
			s.must(b.Pay(o.No))
			testdb.Race(2, func(i int) error {
				if i == 0 {
					s.Sim.Deliver(s.Ctx)
					return nil
				}
				_, err := s.Payment.Cancel(s.Ctx, b.Buyer, o.No)
				return err
			})
			want := map[model.OrderStatus]model.ClaimStatus{model.OrderPaid: model.ClaimUsed, model.OrderCancelled: model.ClaimHeld}
			if st := s.State(o.No).Status; want[st] != s.statusOf(b, claim.No) {
				t.Errorf("the order is %s and the coupon %s", st, s.statusOf(b, claim.No))
			}
		}
	})
}
