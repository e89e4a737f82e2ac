package simulation_test

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
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
