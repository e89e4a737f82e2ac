package promotion_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// An order that promotions and a coupon have made cheaper, given back piece by piece in whatever order: exactly what
// was paid comes back, and the coupon is given back with the last piece.
func TestAllPartsOfACheaperOrderAddUp(t *testing.T) {
	clock := testshop.NewClock()
	s := newDesk(t, testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock), withFreight)
	skus := []model.SKU{s.SKU(3_333, 9_000), s.SKU(1_999, 9_000), s.SKU(101, 9_000)}
	until := func(p *promotion.Spec) { p.EndsAt, p.Stackable = p.EndsAt.Add(1000*24*time.Hour), true }
	s.promote(promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 777, Times: 3}, from(5_000), until)
	s.promote(promotion.EffectSpec{Kind: model.EffectNth, Nth: 3, Rate: 3_333}, promotion.ConditionsSpec{Products: []string{s.handle(skus[1])}}, until)
	s.promote(promotion.EffectSpec{Kind: model.EffectFreight, MostFen: 333}, from(8_000), until)
	kind := s.coupon(promotion.EffectSpec{Kind: model.EffectPercent, Rate: 777}, from(0), func(c *promotion.CouponSpec) {
		c.ClaimUntil, c.ValidDays = c.ClaimUntil.Add(1000*24*time.Hour), 3000
	})
	rapid.Check(t, func(t *rapid.T) {
		b := s.Buyer()
		claim := s.claim(b, kind.No)
		want := order.Basket{AddressNo: b.Address}
		left := 0
		for i, k := range skus {
			if n := rapid.IntRange(0, 5).Draw(t, "pieces"); n > 0 || i == 0 {
				want.Lines = append(want.Lines, offer.Want{SKUNo: k.No, Quantity: max(1, n)})
				left += max(1, n)
			}
		}
		o := b.MustOrder(want)
		s.must(b.Pay(o.No))
		s.Deliver()
		pieces := make([]int, len(o.Lines))
		for i, l := range o.Lines {
			pieces[i] = l.Quantity
		}
		for left > 0 {
			var refund payment.StaffRefund
			refund.Reason = "other"
			for i, n := range pieces {
				if take := rapid.IntRange(0, n).Draw(t, "back"); take > 0 {
					refund.Lines = append(refund.Lines, payment.StaffRefundLine{Line: i, Quantity: take})
					pieces[i] -= take
					left -= take
				}
			}
			if len(refund.Lines) == 0 {
				continue
			}
			_, err := s.Payment.RefundByStaff(s.Staff, s.key(), o.No, refund)
			s.must(err)
			s.Later(2 * time.Minute)
		}
		s.Later(2 * time.Minute)
		now := s.State(o.No)
		var back model.Fen
		for _, r := range s.Sim.Refunds() {
			if r.OutTradeNo == o.No {
				back += model.Fen(r.Amount)
			}
		}
		if now.RefundedFen != o.TotalFen || back != o.TotalFen || now.Status != model.OrderClosed {
			t.Fatalf("%d of %d went back, %d at WeChat, the order is %s", now.RefundedFen, o.TotalFen, back, now.Status)
		}
		if st := s.statusOf(b, claim.No); st != model.ClaimHeld {
			t.Fatalf("the coupon is %s", st)
		}
	})
	s.Audit(t)
}
