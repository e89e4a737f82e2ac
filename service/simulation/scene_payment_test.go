package simulation_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/groupbuy"
	"hutong/service/payment"
	"hutong/service/promotion"
	"hutong/wechat/simulator"
)

// paymentScenes are of money that comes in and goes back.
func (h *history) paymentScenes() []scene {
	return []scene{
		{"cancelled while the sheet opens", h.cancelledMeanwhile},
		{"fifty refunds", h.fiftyRefunds},
		{"given back in parts", h.givenBackInParts},
		{"the old price is paid", h.oldPricePaid},
		{"an order of nothing", h.orderOfNothing},
		{"a group that has not formed", h.groupNotFormed},
		{"closed at WeChat late", h.closedAtWeChatLate},
	}
}

// cancelledMeanwhile is an order that its consumer cancels, and begins to pay on another screen: nobody can pay it once it
// is cancelled.
func (h *history) cancelledMeanwhile(t *rapid.T) {
	begun, closed := 0, 0
	for n, came := 1, true; came; n++ {
		b := h.ordered(t, 1)
		var err error
		err, _, came = h.meet(t, n, b.cancel, b.prepare)
		if err != nil {
			h.refused(t, "to cancel what is being paid", err, model.ErrConflict)
			begun++
		} else if b.is(model.OrderCancelled); b.payable() {
			t.Errorf("order %s is cancelled, and can be paid at WeChat", b.no)
		}
	}
	for n, came := 1, true; came; n++ {
		b := h.ordered(t, 1)
		var err, other error
		err, other, came = h.meet(t, n, b.prepare, b.cancel)
		if b.must(other); came {
			b.is(model.OrderCancelled)
		}
		if err != nil {
			h.refused(t, "to pay what is cancelled", err, model.ErrOrderExpired, model.ErrWrongState, model.ErrWeChatBusy)
		}
		if errors.Is(err, model.ErrWrongState) {
			closed++
		}
	}
	if begun == 0 || closed == 0 {
		t.Errorf("%d payments began while their orders were cancelled, and %d were closed while they began", begun, closed)
	}
}

// closedAtWeChatLate is a payment that is closed here while it is being announced. Nothing runs for two days, so that it is
// closed at WeChat only then, is paid in that moment, and nobody is told: it is found, and the money goes back.
func (h *history) closedAtWeChatLate(t *rapid.T) {
	h.pass(t, time.Hour) // no other order waits to be closed
	for n, came := 1, true; came; n++ {
		b := h.ordered(t, 1)
		var err, other error
		err, other, came = h.meet(t, n, b.prepare, b.cancel)
		b.must(other)
		if !errors.Is(err, model.ErrWrongState) || !b.payable() {
			continue
		}
		b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}))
		b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Lost}))
		h.pass(t, 48*time.Hour)
		for range 2 {
			h.pass(t, 14*time.Hour)
		}
		if n := h.Count(&model.Refund{}, "order_id = ? AND kind = ?", h.State(b.no).ID, model.RefundLate); n != 1 {
			t.Errorf("order %s was cancelled, and its payment paid: %d refunds give that back", b.no, n)
		}
		return
	}
	t.Errorf("no payment was closed while it was announced")
}

// payable tells whether the order has a payment that WeChat would take.
func (b bid) payable() bool {
	return slices.ContainsFunc(b.h.Sim.Payments(), func(p simulator.Payment) bool {
		return strings.HasPrefix(p.OutTradeNo, b.no) && p.State == "NOTPAY"
	})
}

// fiftyRefunds is an order of which money goes back fen by fen until WeChat takes no more refunds of it, a minute apart. One
// of them WeChat gives up, and it is not asked for again: that would be one more. The brand pays it itself, once.
func (h *history) fiftyRefunds(t *rapid.T) {
	b := h.ordered(t, 1).paid()
	given := b.givenUp(payment.StaffRefundLine{AmountFen: 1})
	last := h.State(b.no).LastRefundAt
	for range payment.MostRefunds - 1 {
		b.mustRefund(payment.StaffRefundLine{AmountFen: 1})
		at := h.State(b.no).LastRefundAt
		if at < last.Add(time.Minute) {
			t.Errorf("order %s: WeChat is asked for a refund at %d, and for the one before at %d", b.no, at, last)
		}
		last = at
	}
	more, err := b.refund(payment.StaffRefundLine{AmountFen: 1})
	if b.must(err); more.Status != model.RefundClosed {
		t.Errorf("order %s: one refund more than WeChat takes is %s", b.no, more.Status)
	}
	b.must(errOf(h.settleOutside(h.key(), more.No)))
	h.refused(t, "to make one again when WeChat takes no more", errOf(h.Payment.Reissue(h.staffCtx(), b.h.key(), given.No)), model.ErrTooManyRefunds)
	b.must(errOf(h.settleOutside(h.key(), given.No)))
	b.refundIs(given.No, model.RefundSettled)
}

// givenUp is a refund that WeChat gives up.
func (b bid) givenUp(l payment.StaffRefundLine) payment.DeskRefund {
	b.t.Helper()
	b.must(b.h.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}))
	given := b.mustRefund(l)
	b.h.pass(b.t, 0)
	b.h.pass(b.t, time.Minute)
	b.refundIs(given.No, model.RefundClosed)
	return given
}

// madeAgain is a refund that WeChat gives up, and that staff make again.
func (h *history) madeAgain(t *rapid.T) {
	b := h.ordered(t, 1).paid()
	given := b.givenUp(payment.StaffRefundLine{Quantity: 1})
	b.must(errOf(h.Payment.Reissue(h.staffCtx(), b.h.key(), given.No)))
	b.refundIs(given.No, model.RefundReplaced)
}

// givenBackInParts is an order that goes on while its consumer keeps a piece, and while money is on its way; then it is over.
func (h *history) givenBackInParts(t *rapid.T) {
	h.madeAgain(t)
	b := h.ordered(t, 3).paid()
	one := b.mustRefund(payment.StaffRefundLine{Quantity: 1})
	h.pass(t, 0)
	h.pass(t, 2*time.Minute)
	b.refundIs(one.No, model.RefundSucceeded)
	b.is(model.OrderPaid)
	two := b.mustRefund(payment.StaffRefundLine{Quantity: 1})
	b.is(model.OrderPaid)
	three := b.mustRefund(payment.StaffRefundLine{Quantity: 1})
	b.is(model.OrderPaid)
	h.pass(t, 0)
	h.pass(t, 30*time.Second)
	b.refundIs(two.No, model.RefundSucceeded)
	b.refundIs(three.No, model.RefundPending)
	b.is(model.OrderPaid)
	for range 2 {
		h.pass(t, 2*time.Minute)
	}
	b.refundIs(three.No, model.RefundSucceeded)
	b.is(model.OrderClosed)
	if o := h.State(b.no); o.RefundedFen != o.TotalFen {
		t.Errorf("order %s is over, and %d of %d have gone back", b.no, o.RefundedFen, o.TotalFen)
	}
}

// oldPricePaid is an order whose price staff change while WeChat's sheet is open, and which is paid there all the same: that
// money goes back, and the order is paid at its new price.
func (h *history) oldPricePaid(t *rapid.T) {
	b := h.ordered(t, 1)
	old := h.State(b.no).TotalFen
	price := func(expected model.Fen) error { return b.changePrice(-100, expected) }
	b.must(b.prepare())
	b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}))
	b.must(price(old))
	h.refused(t, "to change a price that is another by now", price(old), model.ErrPriceChanged)
	h.Clock.Turn(time.Minute)
	h.deliver(t)
	b.is(model.OrderPending)
	if n := h.Count(&model.Refund{}, "order_id = ? AND kind = ? AND amount_fen = ?", h.State(b.no).ID, model.RefundLate, old); n != 1 {
		t.Errorf("order %s was paid at its old price, and %d refunds give that back", b.no, n)
	}
	b.paid()
	h.refused(t, "to change the price of what is paid", price(old-100), model.ErrAlreadyPaid)
	h.pass(t, 0)
}

// orderOfNothing is an order that a coupon pays for: it is paid with that, and is sent.
func (h *history) orderOfNothing(t *rapid.T) {
	b := h.goods(t, 4)
	now := model.At(h.Clock.Now())
	c, err := h.Promotion.CreateCoupon(h.staffCtx(), b.h.key(), promotion.CouponSpec{
		Name: model.Text{"en": "All of it"}, Access: model.CouponPublic, Total: 1, PerUser: 1, ValidDays: 1, Back: model.CouponBackNever,
		Effect: promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 50_000}, ClaimFrom: now, ClaimUntil: now.Add(time.Hour),
	})
	b.must(err)
	claim, err := h.Promotion.Claim(h.Ctx, b.buyer.UserID, b.h.key(), c.No)
	b.must(err)
	basket := b.basket(4)
	basket.CouponNo = claim.No
	v, err := b.place(b.h.key(), basket)
	b.must(err)
	b.is(model.OrderPaid)
	if v.TotalFen != 0 || v.Status != model.OrderPaid {
		t.Errorf("the consumer is told that order %s costs %d and is %s", b.no, v.TotalFen, v.Status)
	}
	h.refused(t, "to pay an order of nothing", b.prepare(), model.ErrAlreadyPaid)
	b.received()
}

// groupNotFormed is an order that waits for another consumer before it is sent.
func (h *history) groupNotFormed(t *rapid.T) {
	b := h.goods(t, 2)
	now := model.At(h.Clock.Now())
	var handle string
	b.must(h.DB.Read(h.Ctx).Model(&model.Product{}).Where("id = ?", b.sku.ProductID).Pluck("handle", &handle).Error)
	c, err := h.GroupBuy.Create(h.staffCtx(), b.h.key(), groupbuy.Campaign{
		Product: handle, Size: 2, StartsAt: now, EndsAt: now.Add(24 * time.Hour), Life: 3_600, Prices: []groupbuy.PriceInput{{SKUNo: b.sku.No, PriceFen: 990}},
	})
	b.must(err)
	join := func(group string) (bid, string) {
		basket := b.basket(1)
		basket.Group = &model.GroupWish{Campaign: c.No, Group: group}
		v, err := b.place(b.h.key(), basket)
		b.must(err)
		return b.paid(), v.Group.No
	}
	leader, group := join("")
	ship := fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}}
	h.refused(t, "a parcel for a group that has not formed", errOf(h.Fulfilment.Ship(h.staffCtx(), b.h.key(), leader.no, ship)), model.ErrGroupNotFormed)
	b.buyer = h.another(b.buyer)
	join(group)
	h.pass(t, 0)
	b.must(errOf(h.Fulfilment.Ship(h.staffCtx(), b.h.key(), leader.no, ship)))
	leader.is(model.OrderShipped)
}
