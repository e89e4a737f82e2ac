package simulation_test

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// leftScenes are of what would be left for ever if nobody cared: at WeChat, or here.
func (h *history) leftScenes() []scene {
	return []scene{
		{"closed at WeChat alone", h.closedAlone},
		{"a payment beside the one that paid", h.paidByTheFirst},
		{"cancelled while its old price is paid", h.cancelledAtTheOldPrice},
		{"a refund that WeChat never takes", h.neverTaken},
		{"granted when the goods are here", h.grantedHere},
		{"a refused parcel is corrected after the last", h.correctedAfterTheLast},
		{"corrected while an answer is lost", h.correctedUnheard},
		{"WeChat refuses to hear of a parcel", h.toldAgain},
		{"what was sent instead does not come", h.replacementLost},
		{"goods are brought to the counter", h.broughtBack},
		{"the fee of a refund that takes two days", h.slowRefund},
	}
}

// changePrice changes the price of an order that is not paid, from what it is expected to cost.
func (b bid) changePrice(by, from model.Fen) error {
	c := order.PriceChange{AmountFen: by, Words: "agreed", ExpectedTotalFen: from}
	return errOf(b.h.Payment.ChangePrice(b.h.staffCtx(), nil, b.h.key(), b.no, c))
}

// closedAlone is a payment that WeChat closes without being heard, while staff change the price and leave it at that: the
// consumer pays by another as soon as WeChat is asked.
func (h *history) closedAlone(t *rapid.T) {
	b := h.ordered(t, 1)
	b.must(b.prepare())
	b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.ErrorAfter}))
	if err := b.changePrice(-100, h.State(b.no).TotalFen); err == nil {
		t.Errorf("the price of order %s was changed, and WeChat did not answer", b.no)
	}
	b.must(errOf(h.Payment.Refresh(h.Ctx, b.buyer.Buyer, b.no)))
	b.paid()
}

// paidByTheFirst is an order whose first payment was closed for another price, and pays it after all when that is its
// price again: nobody can pay by the second any more.
func (h *history) paidByTheFirst(t *rapid.T) {
	b := h.ordered(t, 1)
	b.must(b.prepare())
	b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}))
	price := h.State(b.no).TotalFen
	b.must(b.changePrice(-100, price))
	b.must(b.changePrice(100, price-100))
	for range 2 { // the same, when the sheet is opened again
		b.must(b.prepare())
	}
	if n := h.Count(&model.Payment{}, "order_id = ?", h.State(b.no).ID); n != 2 {
		t.Errorf("order %s has %d payments", b.no, n)
	}
	h.Clock.Turn(time.Minute)
	h.deliver(t)
	b.is(model.OrderPaid)
	h.pass(t, time.Minute)
	if b.payable() {
		t.Errorf("order %s is paid, and can be paid once more", b.no)
	}
}

// cancelledAtTheOldPrice is an order that its consumer cancels while staff change its price and the old one is paid: it is
// cancelled; or it is still to be paid, and the consumer is told to do it again; or it was paid before its price changed.
func (h *history) cancelledAtTheOldPrice(t *rapid.T) {
	again := 0
	for n, came := 1, true; came; n++ {
		b := h.ordered(t, 1)
		b.must(b.prepare())
		b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}))
		var err error
		err, _, came = h.meet(t, n, b.cancel, func() error { return b.changePrice(-100, h.State(b.no).TotalFen) })
		h.Sim.ClearFaults()
		want := model.OrderCancelled
		switch {
		case errors.Is(err, model.ErrConflict):
			again++
			err = b.cancel()
		case errors.Is(err, model.ErrAlreadyPaid):
			want, err = model.OrderPaid, nil
		}
		b.must(err)
		h.Clock.Turn(time.Minute)
		h.deliver(t)
		b.is(want)
	}
	if again == 0 {
		t.Errorf("no order was paid at its old price while it was cancelled")
	}
}

// neverTaken is a refund that WeChat refuses for good: it waits for staff when WeChat does not have it, and goes back when
// it has.
func (h *history) neverTaken(t *rapid.T) {
	for n := 0; n < 60 && h.Count(&model.Refund{}, "status IN ?", []model.RefundStatus{model.RefundPending, model.RefundProcessing}) > 0; n++ {
		h.pass(t, 2*time.Minute) // no other refund is to be refused
	}
	gone := simulator.Fault{Op: simulator.OpRefund, Kind: simulator.AccountGone}
	b := h.ordered(t, 1).paid()
	b.must(h.Sim.AddFault(gone))
	r := b.mustRefund(payment.StaffRefundLine{AmountFen: 1})
	h.pass(t, 0)
	b.refundIs(r.No, model.RefundClosed)
	b.must(errOf(h.settleOutside(h.key(), r.No)))
	b.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.ErrorAfter}))
	b.must(h.Sim.AddFault(gone))
	r = b.mustRefund(payment.StaffRefundLine{AmountFen: 1})
	for range 4 {
		h.pass(t, 2*time.Minute)
	}
	b.refundIs(r.No, model.RefundSucceeded)
}

// grantedHere is a refusal that the owner turns round when the goods are here: the consumer sends nothing. Another stays what
// it is, for good.
func (h *history) grantedHere(t *rapid.T) {
	d := h.deal(t, 1)
	d.received()
	c := d.ask(wish(model.AfterSaleReturn, "damaged")).agree().sendBack().refuse()
	d.must(errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, c.id, refusal)))
	h.refused(t, "goods that come while the owner thinks", c.arrive(1), model.ErrWrongState)
	d.must(errOf(h.AfterSale.Decide(h.staffCtx(), c.handling(), aftersale.Decision{
		Verdict: "agree", GoodsHere: true, Consent: aftersale.Consent{Note: refusal},
	})))
	c.at(model.AfterSaleSending)
	d.must(c.arrive(1))
	c.refunded(h.State(d.no).TotalFen)

	d = h.deal(t, 1)
	d.received()
	c = d.ask(wish(model.AfterSaleReturn, "damaged")).refuse()
	escalate := func() error { return errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, c.id, refusal)) }
	d.must(escalate())
	d.must(errOf(h.AfterSale.Decide(h.staffCtx(), c.handling(), aftersale.Decision{Verdict: "refuse", Consent: aftersale.Consent{Note: refusal}})))
	h.refused(t, "to take up the owner's refusal", escalate(), model.ErrWrongState)
}

// correct changes the waybill of a parcel.
func (d deal) correct(p model.Parcel, waybill string) {
	d.t.Helper()
	d.must(errOf(d.h.Fulfilment.Correct(d.h.staffCtx(), p.No, fulfilment.Correction{Carrier: "SF", Waybill: waybill})))
}

// correctedAfterTheLast: WeChat refuses to hear of the first parcel, and hears of the second, which is the last. Then the
// first is corrected: WeChat knows both.
func (h *history) correctedAfterTheLast(t *rapid.T) {
	d := h.deal(t, 2)
	first := d.send(d.pieces(1))
	d.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpShipping, Kind: simulator.NotYetKnown, Times: -1}))
	for range 4 {
		h.pass(t, day)
	}
	h.Sim.ClearFaults()
	d.count(1, &model.ShippingUpload{}, "status = ?", model.UploadRefused)
	second := d.send()
	h.pass(t, time.Minute)
	d.knows(true, 1, 0, second.Waybill)
	d.correct(first, "SFRIGHT00003")
	h.pass(t, 11*time.Minute)
	d.knows(true, 2, 1, "SFRIGHT00003", second.Waybill)
}

// correctedUnheard: WeChat hears of the last parcel without being heard, and its waybill is corrected meanwhile: WeChat
// knows both parcels at the end.
func (h *history) correctedUnheard(t *rapid.T) {
	d := h.deal(t, 2)
	first := d.send(d.pieces(1))
	h.pass(t, time.Minute)
	d.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpShipping, Kind: simulator.ErrorAfter}))
	second := d.send()
	h.settle(t)
	d.count(1, &model.ShippingUpload{}, "status = ?", model.UploadSending)
	d.correct(second, "SFRIGHT00004")
	for range 4 {
		h.pass(t, 11*time.Minute)
	}
	d.knows(true, 3, 1, first.Waybill, "SFRIGHT00004")
}

// toldAgain: WeChat knows the buyer by another name, and refuses to hear of a parcel, until staff have it told again: while
// more is to come, by the one change when it knows the last, and not at all when it has been told by hand.
func (h *history) toldAgain(t *rapid.T) {
	refused := func(pieces int) (d deal, first model.Parcel) {
		b := h.goods(t, 2)
		b.buyer = h.newcomer()
		b.must(b.order(2))
		d = deal{b.paid()}
		h.settle(t)
		openID := h.Sim.OpenID(h.Merchant.AppID, d.buyer.Name)
		known := func(openID string) {
			h.Set(&model.User{}, map[string]any{"openid": openID}, "id = ?", d.buyer.UserID)
		}
		known(fmt.Sprint("o-somebody-else-", d.buyer.UserID))
		first = d.send(d.pieces(pieces))
		h.pass(t, time.Minute)
		d.count(1, &model.ShippingUpload{}, "status = ?", model.UploadRefused)
		known(openID)
		return d, first
	}
	again := func(d deal) {
		for range 2 {
			d.must(errOf(h.Fulfilment.TellAgain(h.staffCtx(), d.no)))
		}
		h.pass(t, time.Minute)
	}
	d, first := refused(1)
	again(d)
	d.knows(false, 1, 0, first.Waybill)
	second := d.send()
	h.pass(t, time.Minute)
	d.knows(true, 2, 0, first.Waybill, second.Waybill)

	d, first = refused(1)
	second = d.send()
	h.pass(t, time.Minute)
	again(d)
	d.knows(true, 2, 1, first.Waybill, second.Waybill)

	d, first = refused(2)
	client, err := h.Brand.Client(h.Ctx, h.Row.ID)
	d.must(err)
	d.must(client.UploadShipping(h.Ctx, wechat.Shipping{
		MchID: h.Merchant.MchID, OutTradeNo: d.no, OpenID: h.Sim.OpenID(h.Merchant.AppID, d.buyer.Name), Delivery: model.DeliveryExpress,
		Whole: true, At: h.Clock.Now(), Parcels: []wechat.ShippedParcel{{Carrier: first.Carrier, Waybill: first.Waybill, Contents: "by hand", Phone: "138****8000"}},
	}))
	again(d)
	d.knows(true, 1, 0, first.Waybill)
}

// replacementLost: what was sent instead does not come, and the owner gives the money back, later than it would have counted
// as received. It is not sent once more, and nobody finds it on the shelf.
func (h *history) replacementLost(t *rapid.T) {
	c, instead := h.resent(t)
	d := c.deal
	h.pass(t, 9*day)
	c.at(model.AfterSaleResending)
	d.must(errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, c.id, refusal)))
	h.pass(t, 2*day)
	c.at(model.AfterSaleEscalated)
	decide := func(verdict string) error {
		return errOf(h.AfterSale.Decide(h.staffCtx(), c.handling(), aftersale.Decision{Verdict: verdict, Consent: aftersale.Consent{Note: refusal}}))
	}
	h.refused(t, "to exchange once more what was sent", decide("agree"), model.ErrResentBefore)
	d.must(decide("refund"))
	c.refunded(c.row().AmountFen)
	if a, b := h.Reload(d.sku).OnHand, h.Reload(instead).OnHand; a != 1 || b != 0 {
		t.Errorf("%d pieces of what was bought are back and %d are left of what was sent instead, not 1 and 0", a, b)
	}
}

// broughtBack: the goods come without a waybill on the last day, so that nobody can note a parcel. The case does not end as
// if nothing had been sent.
func (h *history) broughtBack(t *rapid.T) {
	d := h.deal(t, 1)
	d.received()
	c := d.ask(wish(model.AfterSaleReturn, "unwanted")).agree()
	h.pass(t, 6*day)
	d.must(c.at(model.AfterSaleAgreed).arrive(1))
	h.pass(t, 2*day)
	for range 3 {
		h.pass(t, 2*time.Minute)
	}
	c.at(model.AfterSaleDone)
	if o := h.State(d.no); o.RefundedFen != o.TotalFen || h.Reload(d.sku).OnHand != 1 {
		t.Errorf("of order %s %d of %d fen are back, and %d pieces", d.no, o.RefundedFen, o.TotalFen, h.Reload(d.sku).OnHand)
	}
}

// slowRefund is accepted on the day on which its order was paid, and done on the next: its fee is back then, and not before.
func (h *history) slowRefund(t *rapid.T) {
	day := h.newDay(t)
	d := h.deal(t, 1)
	h.catchUp(t)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundAbnormal}))
	r, err := h.Payment.RefundByStaff(h.staffCtx(), h.key(), d.no, payment.StaffRefund{
		Reason: "out_of_stock", Lines: []payment.StaffRefundLine{{Quantity: 1}},
	})
	must(t, err)
	h.pass(t, time.Minute)
	back := func(when string, want int64) {
		if n := h.Count(&model.JournalEntry{}, "kind = 'fee_back' AND ref = ?", r.No); n != want {
			t.Errorf("%s the fee of a refund was given back %d times", when, n)
		}
	}
	h.turnTo(day.Add(1), 11*time.Hour)
	h.differs(t, day, r.No, "")
	back("before it was done", 0)
	must(t, h.Sim.SettleRefund(h.Merchant.MchID, r.No, "SUCCESS"))
	h.paid(t, h.newcomer()) // so that this day has a bill
	h.pass(t, time.Minute)
	h.turnTo(day.Add(2), 11*time.Hour)
	must(t, h.Reconcile.Ask(h.staffCtx(), day.Add(1)))
	h.catchUp(t)
	back("when it was done", 1)
}
