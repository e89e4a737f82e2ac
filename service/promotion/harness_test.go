package promotion_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// desk is a shop whose staff make offers.
type desk struct {
	*testshop.Shop
	t      testing.TB
	Staff  context.Context
	serial atomic.Int64
}

func shops(t *testing.T, test func(t *testing.T, s *desk), options ...func(*brand.Spec)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newDesk(t, testshop.NewWorld(t, db, clock), options...)
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

func newDesk(t testing.TB, w *testshop.World, options ...func(*brand.Spec)) *desk {
	s := &desk{Shop: w.Shop(options...), t: t}
	s.Staff = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	return s
}

func (s *desk) key() string { return fmt.Sprintf("key-%06d", s.serial.Add(1)) }

func (s *desk) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// promote makes a promotion that runs for a day.
func (s *desk) promote(e promotion.EffectSpec, c promotion.ConditionsSpec, change ...func(*promotion.Spec)) promotion.DeskView {
	s.t.Helper()
	now := model.At(s.Clock.Now())
	spec := promotion.Spec{
		Name: model.Text{"en": "Promotion"}, Effect: e, Conditions: c, StartsAt: now, EndsAt: now.Add(24 * time.Hour), Coupons: true,
	}
	for _, f := range change {
		f(&spec)
	}
	v, err := s.Promotion.Create(s.Staff, s.key(), spec)
	s.must(err)
	return v
}

// coupon makes a kind of coupon that can be claimed for a day and is good for a week from then on.
func (s *desk) coupon(e promotion.EffectSpec, c promotion.ConditionsSpec, change ...func(*promotion.CouponSpec)) promotion.CouponDeskView {
	s.t.Helper()
	now := model.At(s.Clock.Now())
	spec := promotion.CouponSpec{
		Name: model.Text{"en": "Coupon"}, Access: model.CouponPublic, Effect: e, Conditions: c, Stackable: true,
		Back: model.CouponBackUnsent, PerUser: 1, ClaimFrom: now, ClaimUntil: now.Add(24 * time.Hour), ValidDays: 7,
	}
	for _, f := range change {
		f(&spec)
	}
	v, err := s.Promotion.CreateCoupon(s.Staff, s.key(), spec)
	s.must(err)
	return v
}

func (s *desk) claim(b *testshop.Buyer, no string) promotion.ClaimView {
	s.t.Helper()
	v, err := s.Promotion.Claim(s.Ctx, b.UserID, s.key(), no, "en")
	s.must(err)
	return v
}

func (s *desk) quote(b *testshop.Buyer, basket order.Basket) order.Quote {
	s.t.Helper()
	q, err := s.Order.Quote(s.Ctx, b.Buyer, basket)
	s.must(err)
	return q
}

func (s *desk) statusOf(b *testshop.Buyer, claim string) model.ClaimStatus {
	s.t.Helper()
	views, _, err := s.Promotion.Mine(s.Ctx, b.UserID, nil, 0, 50)
	s.must(err)
	for _, v := range views {
		if v.No == claim {
			return v.Status
		}
	}
	return ""
}

func (s *desk) handle(sku model.SKU) string {
	s.t.Helper()
	var p model.Product
	s.must(s.DB.Read(s.Ctx).Where("id = ?", sku.ProductID).Take(&p).Error)
	return p.Handle
}

func basket(b *testshop.Buyer, pieces map[string]int) order.Basket {
	out := order.Basket{AddressNo: b.Address}
	for no, n := range pieces {
		out.Lines = append(out.Lines, offer.Want{SKUNo: no, Quantity: n})
	}
	return out
}

func off(fen model.Fen) promotion.EffectSpec {
	return promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: fen}
}

func from(fen model.Fen) promotion.ConditionsSpec {
	return promotion.ConditionsSpec{AmountFromFen: fen}
}

// withFreight lets delivery cost something.
func withFreight(s *brand.Spec) {
	s.Freight = []brand.FreightTemplate{{
		Name: "standard", Default: true, Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 2, FirstFen: 600, Next: 1, NextFen: 150}},
	}}
}
