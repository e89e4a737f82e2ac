package promotion_test

import (
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/promotion"
)

// An order that costs nothing is paid without WeChat, where the brand allows it; elsewhere a fen is left.
func TestAnOrderOfNothing(t *testing.T) {
	yes := true
	for name, c := range map[string]struct {
		option func(*brand.Spec)
		total  model.Fen
		status model.OrderStatus
	}{
		"allowed":     {func(s *brand.Spec) { s.FreeOrders = &yes }, 0, model.OrderPaid},
		"not allowed": {func(*brand.Spec) {}, 1, model.OrderPending},
	} {
		t.Run(name, func(t *testing.T) {
			shops(t, func(t *testing.T, s *desk) {
				sku, b := s.SKU(6_000, 50), s.Buyer()
				claim := s.claim(b, s.coupon(off(9_000), from(0)).No)
				q := s.quote(b, b.Wants(sku, 1))
				if q.TotalFen != c.total {
					t.Fatalf("total %d", q.TotalFen)
				}
				o, err := s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: c.total})
				if err != nil || o.Status != c.status {
					t.Fatalf("%s, %v", o.Status, err)
				}
				if c.total > 0 {
					return
				}
				if s.statusOf(b, claim.No) != model.ClaimUsed || s.Reload(sku).Reserved != 0 || s.Reload(sku).OnHand != 49 {
					t.Errorf("coupon %s, %+v", s.statusOf(b, claim.No), s.Reload(sku))
				}
				if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); !errors.Is(err, model.ErrAlreadyPaid) {
					t.Errorf("asked for a payment: %v", err)
				}
				s.sendAll(t, o.No)
				if st := s.State(o.No).Status; st != model.OrderShipped {
					t.Errorf("sent: %s", st)
				}
				s.Later(11 * 24 * time.Hour)
				if st := s.State(o.No).Status; st != model.OrderReceived {
					t.Errorf("afterwards: %s", st)
				}
			}, c.option)
		})
	}
}

// What cost nothing can be given back: the pieces are for sale again and the coupon is the consumer's, no money moves and
// WeChat is asked for none. What was sent comes back for nothing as well.
func TestAnOrderOfNothingIsGivenBack(t *testing.T) {
	yes := true
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		kind := s.coupon(off(9_000), from(0), func(c *promotion.CouponSpec) { c.PerUser = 2 })
		place := func() (claim promotion.ClaimView, o order.View) {
			claim = s.claim(b, kind.No)
			want := b.Wants(sku, 1)
			want.CouponNo = claim.No
			o, err := s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: want})
			s.must(err)
			return claim, o
		}
		claim, unsent := place()
		c, err := s.AfterSale.Apply(s.Ctx, b.Buyer, s.key(), unsent.No, aftersale.Wish{
			Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 0, Quantity: 1}},
		})
		s.must(err)
		_, err = s.AfterSale.Agree(s.Staff, aftersale.Handling{Key: s.key(), No: c.No}, aftersale.Consent{})
		s.must(err)
		s.RunJobs()
		if o := s.State(unsent.No); o.Status != model.OrderClosed || s.statusOf(b, claim.No) != model.ClaimHeld || s.Reload(sku).OnHand != 50 {
			t.Errorf("not sent: the order is %s, the coupon %s, %+v", o.Status, s.statusOf(b, claim.No), s.Reload(sku))
		}
		if v, err := s.AfterSale.Get(s.Ctx, b.Buyer, c.No); err != nil || v.Status != model.AfterSaleDone || v.AmountFen != 0 {
			t.Errorf("not sent: %s, %d, %v", v.Status, v.AmountFen, err)
		}
		want := b.Wants(sku, 1)
		want.CouponNo = claim.No
		sent, err := s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: want})
		s.must(err)
		s.sendAll(t, sent.No)
		_, err = s.Payment.RefundByStaff(s.Staff, s.key(), sent.No, payment.StaffRefund{
			Reason: "other", Lines: []payment.StaffRefundLine{{Line: 0, Quantity: 1, Sent: 1, Restock: 1}},
		})
		s.must(err)
		s.RunJobs()
		if o := s.State(sent.No); o.Status != model.OrderClosed || s.statusOf(b, claim.No) != model.ClaimUsed || s.Reload(sku).OnHand != 50 {
			t.Errorf("sent: the order is %s, the coupon %s, %+v", o.Status, s.statusOf(b, claim.No), s.Reload(sku))
		}
		if n := s.Count(&model.Posting{}, "1 = 1"); n != 0 {
			t.Errorf("%d postings of nothing", n)
		}
	}, func(s *brand.Spec) { s.FreeOrders = &yes })
}

// What costs nothing is paid as it is placed: not by an account that another server has just deleted.
func TestAnOrderOfNothingIsNotADeletedAccounts(t *testing.T) {
	yes := true
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		s.claim(b, s.coupon(off(9_000), from(0)).No)
		deleted := func(at model.Millis) {
			s.must(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
				return tx.Model(&model.User{}).Where("id = ?", b.UserID).Update("deleted_at", at).Error
			}))
		}
		deleted(model.At(s.Clock.Now()))
		_, err := s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: b.Wants(sku, 1)})
		if n := s.Count(&model.Order{}, "1 = 1"); !errors.Is(err, model.ErrUnauthorized) || n != 0 {
			t.Errorf("%d orders, %v", n, err)
		}
		deleted(0)
	}, func(s *brand.Spec) { s.FreeOrders = &yes })
}
