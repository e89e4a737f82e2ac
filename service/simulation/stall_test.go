package simulation_test

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// stall is where a scene sells, with goods, buyers and offers of its own: in the shop of the history, where it is paid, or
// abroad, where nothing else makes anything cheaper and delivery costs nothing.
type stall struct {
	*history
	*testshop.Shop

	t *rapid.T
}

func (h *history) stall(t *rapid.T) stall    { return stall{h, h.Shop, t} }
func (h *history) overseas(t *rapid.T) stall { return stall{h, h.abroad, t} }

// granted is what must not be refused.
func granted[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Errorf("refused: %w", err))
	}
	return v
}

func (s stall) desk() context.Context {
	return model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
}

func (s stall) now() model.Millis { return model.At(s.Clock.Now()) }

// is wants that something is as it should be.
func is[T comparable](s stall, what string, got, want T) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// product is what a SKU's product is called in addresses.
func (s stall) product(sku model.SKU) (handle string) {
	if err := s.DB.Read(s.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handle).Error; err != nil {
		panic(err)
	}
	return handle
}

func off(fen model.Fen) promotion.EffectSpec {
	return promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: fen}
}

// promote makes a promotion for one product, which shares with all that do so.
func (s stall) promote(sku model.SKU, effect promotion.EffectSpec, change func(*promotion.Spec)) promotion.DeskView {
	spec := promotion.Spec{
		Name: model.Text{"en": "Scene"}, Effect: effect, Conditions: promotion.ConditionsSpec{Products: []string{s.product(sku)}},
		Stackable: true, Coupons: true, StartsAt: s.now(), EndsAt: s.now().Add(1000 * 24 * time.Hour),
	}
	if change != nil {
		change(&spec)
	}
	return granted(s.Promotion.Create(s.desk(), s.key(), spec))
}

// coupon makes a kind of coupon that everybody can claim for years, and that is good for so long from then.
func (s stall) coupon(effect promotion.EffectSpec, change func(*promotion.CouponSpec)) promotion.CouponDeskView {
	spec := promotion.CouponSpec{
		Name: model.Text{"en": "Scene"}, Effect: effect, Access: model.CouponPublic, Back: model.CouponBackUnsent, Stackable: true,
		ClaimFrom: s.now(), ClaimUntil: s.now().Add(1000 * 24 * time.Hour), ValidDays: 400,
	}
	if change != nil {
		change(&spec)
	}
	return granted(s.Promotion.CreateCoupon(s.desk(), s.key(), spec))
}

func (s stall) claim(b *testshop.Buyer, coupon string) (string, error) {
	v, err := s.Promotion.Claim(s.Ctx, b.UserID, s.key(), coupon)
	return v.No, err
}

// basket is so many pieces of a SKU, with a coupon or order.NoCoupon.
func (s stall) basket(b *testshop.Buyer, sku model.SKU, pieces int, coupon string) order.Basket {
	return order.Basket{AddressNo: b.Address, CouponNo: coupon, Lines: []offer.Want{{SKUNo: sku.No, Quantity: pieces}}}
}

func (s stall) quote(b *testshop.Buyer, basket order.Basket) order.Quote {
	return granted(s.Order.Quote(s.Ctx, b.Buyer, basket))
}

// place makes an order of a basket, at what a quote says a moment before.
func (s stall) place(b *testshop.Buyer, basket order.Basket) (order.View, error) {
	return s.placeFor(b, basket, s.quote(b, basket).TotalFen)
}

func (s stall) placeFor(b *testshop.Buyer, basket order.Basket, total model.Fen) (order.View, error) {
	return s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: basket, ExpectedTotalFen: total})
}

// overtaken lets one buyer order, and in between, when that order has its price and is about to be written, another.
func (s stall) overtaken(one *testshop.Buyer, basket order.Basket, other *testshop.Buyer, others order.Basket) (err, quicker error) {
	otherTotal := s.quote(other, others).TotalFen // what is kept in memory of offers is read with that
	before := s.rival.interrupter.Points()
	total := s.quote(one, basket).TotalFen // which reads what is read before an order is written
	points := s.rival.interrupter.Points() - before
	err, quicker, came := s.meet(s.t, points+1, func() error { return errOf(s.placeFor(one, basket, total)) },
		func() error { return errOf(s.placeFor(other, others, otherTotal)) })
	is(s, "somebody came in between", came, true)
	return err, quicker
}

// pay pays an order, of which WeChat tells at once.
func (s stall) pay(b *testshop.Buyer, no string) {
	_ = granted(s.Payment.Prepare(s.Ctx, b.Buyer, no))
	s.paySheet(no)
	is(s, "an order that was paid", s.State(no).Status, model.OrderPaid)
}

// paySheet pays on a sheet of WeChat's that is open.
func (s stall) paySheet(no string) {
	_ = granted(s.Sim.Pay(no))
	s.deliver(s.t)
}

// bought is an order that is paid.
func (s stall) bought(b *testshop.Buyer, basket order.Basket) order.View {
	v := granted(s.place(b, basket))
	s.pay(b, v.No)
	return v
}

// refund gives back some pieces of the first line of an order, of which so many were sent.
func (s stall) refund(no string, pieces, sent int) {
	_ = granted(s.Payment.RefundByStaff(s.desk(), s.key(), no, payment.StaffRefund{
		Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: pieces, Sent: sent}},
	}))
	s.settle()
}

// work does all that is due in its shop.
func (s stall) work() {
	run := func() (bool, error) { return s.runJob(s.t) }
	if s.Shop == s.abroad {
		run = func() (bool, error) { return s.RunJob(s.Ctx) }
	}
	for granted(run()) {
	}
}

// settle does all that is due, and lets refunds come to their end.
func (s stall) settle() {
	for range 2 {
		s.work()
		s.Clock.Turn(90 * time.Second)
		s.deliver(s.t)
	}
}

// number is a consumer's number.
func (s stall) number(b *testshop.Buyer) (no string) {
	if err := s.DB.Read(s.Ctx).Model(&model.User{}).Where("id = ?", b.UserID).Pluck("no", &no).Error; err != nil {
		panic(err)
	}
	return no
}
