package promotion_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/promotion"
)

// Every pair of states of promotions and of kinds of coupon: it leads where the table says, or changes nothing.
func TestEveryMoveOfTheDesk(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		for _, before := range model.PromotionStatuses {
			for _, to := range model.PromotionStatuses {
				p := s.promote(off(100), from(0))
				s.force(&model.Promotion{}, p.No, before)
				_, err := s.Promotion.Move(s.Staff, p.No, to)
				now, getErr := s.Promotion.Get(s.Staff, p.No)
				s.must(getErr)
				check(t, "promotion", before, to, now.Status, model.PromotionFlow, err)
			}
		}
		for _, before := range model.CouponStatuses {
			for _, to := range model.CouponStatuses {
				c := s.coupon(off(100), from(0))
				s.force(&model.Coupon{}, c.No, before)
				_, err := s.Promotion.MoveCoupon(s.Staff, c.No, to)
				now, getErr := s.Promotion.GetCoupon(s.Staff, c.No)
				s.must(getErr)
				check(t, "coupon", before, to, now.Status, model.CouponFlow, err)
				b := s.Buyer()
				_, err = s.Promotion.Claim(s.Ctx, b.UserID, s.key(), c.No)
				if claimable := now.Status == model.CouponActive; claimable != (err == nil) {
					t.Errorf("a coupon that is %s: %v", now.Status, err)
				}
			}
		}
		for _, no := range []string{"01JZQ4T7M9S8X5N2K6V3B1C0DE", ""} {
			_, one := s.Promotion.Move(s.Staff, no, model.PromotionPaused)
			_, two := s.Promotion.MoveCoupon(s.Staff, no, model.CouponPaused)
			if !errors.Is(one, model.ErrPromotionNotFound) || !errors.Is(two, model.ErrCouponNotFound) {
				t.Errorf("%q: %v, %v", no, one, two)
			}
		}
	})
}

func check[S ~string](t *testing.T, what string, before, to, now S, flow model.Flow[S], err error) {
	t.Helper()
	if flow.Allows(before, to) {
		if err != nil || now != to {
			t.Errorf("%s from %s to %s: it is %s, %v", what, before, to, now, err)
		}
	} else if !errors.Is(err, model.ErrWrongState) || now != before {
		t.Errorf("%s from %s to %s: it is %s, %v", what, before, to, now, err)
	}
}

// force sets a state as nobody can.
func (s *desk) force(m any, no string, status any) {
	s.t.Helper()
	s.must(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return tx.Model(m).Where("no = ?", no).Update("status", status).Error }))
}

// A coupon in each state, and each thing that may happen with it: an order that wants it, its payment, its end, the
// refund, and the end of its time.
func TestEveryMoveOfAClaim(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 500)
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.PerUser = 0 })
		// lead brings a coupon of a new consumer into a state.
		for _, before := range model.ClaimStatuses {
			for _, act := range []string{"order", "pay", "cancel", "refund", "expire"} {
				b := s.Buyer()
				claim := s.claim(b, kind.No)
				var o string
				if before == model.ClaimLocked || before == model.ClaimUsed {
					o = b.MustOrder(b.Wants(sku, 1)).No
				}
				if before == model.ClaimUsed {
					s.must(b.Pay(o))
					s.Deliver()
				}
				if before == model.ClaimExpired {
					s.force(&model.CouponClaim{}, claim.No, before)
				}
				want := before
				switch act {
				case "order":
					basket := b.Wants(sku, 1)
					basket.CouponNo = claim.No
					v := b.MustOrder(basket)
					if before == model.ClaimHeld {
						want = model.ClaimLocked
					}
					if cheaper := v.TotalFen == 5_500; cheaper != (before == model.ClaimHeld) {
						t.Errorf("an order with one that is %s: %d", before, v.TotalFen)
					}
				case "pay":
					if before == model.ClaimLocked {
						s.must(b.Pay(o))
						s.Deliver()
						want = model.ClaimUsed
					}
				case "cancel":
					if o != "" {
						_, err := s.Payment.Cancel(s.Ctx, b.Buyer, o)
						if before == model.ClaimLocked {
							s.must(err)
							want = model.ClaimHeld
						}
					}
				case "refund":
					if before == model.ClaimUsed {
						s.refund(t, o, 1)
						want = model.ClaimHeld
					}
				case "expire":
					s.must(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
						return tx.Model(&model.CouponClaim{}).Where("no = ?", claim.No).Update("valid_until", 1).Error
					}))
					_, err := s.Promotion.Expire(model.AcrossBrands(s.Ctx), 100)
					s.must(err)
					if before == model.ClaimHeld {
						want = model.ClaimExpired
					}
				}
				if now := s.statusOf(b, claim.No); now != want {
					t.Errorf("%s, then %s: it is %s, want %s", before, act, now, want)
				}
				if want != before && !model.ClaimFlow.Allows(before, want) {
					t.Errorf("%s, then %s: %s is not in the table", before, act, want)
				}
			}
		}
	})
}
