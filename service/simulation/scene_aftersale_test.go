package simulation_test

import (
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/payment"
)

// afterSaleScenes are of cases and their deadlines.
func (h *history) afterSaleScenes() []scene {
	return []scene{
		{"an order on its way waits for its case", h.caseOnTheWay},
		{"the end of an order waits for its case", h.caseAtTheEnd},
		{"a refusal is taken up when another case has the pieces", h.refusalTakenUp},
		{"goods leave while their money is asked for", h.sentMeanwhile},
		{"what was exchanged comes back", h.exchangedBefore},
	}
}

const day = 24 * time.Hour

// dispute is a case of a deal.
type dispute struct {
	deal
	id string // its number
}

// wish is that of one piece of the deal's goods.
func wish(kind model.AfterSaleKind, reason string) aftersale.Wish {
	return aftersale.Wish{Kind: kind, Reason: reason, Lines: []aftersale.WishLine{{Quantity: 1}}}
}

func (d deal) apply(w aftersale.Wish) (aftersale.View, error) {
	return d.h.AfterSale.Apply(d.h.Ctx, d.buyer.Buyer, d.h.key(), d.no, w)
}

// ask opens a case.
func (d deal) ask(w aftersale.Wish) dispute {
	d.t.Helper()
	v, err := d.apply(w)
	d.must(err)
	return dispute{d, v.No}.at(model.AfterSaleApplied)
}

func (c dispute) row() (row model.AfterSale) {
	c.must(c.h.DB.Read(c.h.Ctx).Where("no = ?", c.id).Take(&row).Error)
	return row
}

// at wants the case to be in a state.
func (c dispute) at(want model.AfterSaleStatus) dispute {
	c.t.Helper()
	if got := c.row().Status; got != want {
		c.t.Errorf("case %s of order %s is %s, not %s", c.id, c.no, got, want)
	}
	return c
}

// because wants a case to be where it is for a reason.
func (c dispute) because(want string) {
	c.t.Helper()
	var last model.AfterSaleEvent
	c.must(c.h.DB.Read(c.h.Ctx).Where("after_sale_id = ?", c.row().ID).Order("id DESC").Take(&last).Error)
	if last.Reason != want {
		c.t.Errorf("case %s is %s because of %q, not of %q", c.id, last.ToState, last.Reason, want)
	}
}

func (c dispute) handling() aftersale.Handling { return aftersale.Handling{No: c.id, Key: c.h.key()} }

func (c dispute) agree() dispute {
	c.t.Helper()
	c.must(errOf(c.h.AfterSale.Agree(c.h.staffCtx(), c.handling(), aftersale.Consent{})))
	return c
}

func (c dispute) refuse() dispute {
	c.t.Helper()
	c.h.refuse(c.id, c.h.key())
	return c.at(model.AfterSaleRefused)
}

func (c dispute) withdraw() dispute {
	c.t.Helper()
	c.must(errOf(c.h.AfterSale.Withdraw(c.h.Ctx, c.buyer.Buyer, c.id)))
	return c.at(model.AfterSaleWithdrawn)
}

func (c dispute) sendBack() dispute {
	c.t.Helper()
	c.must(errOf(c.h.AfterSale.SendBack(c.h.Ctx, c.buyer.Buyer, c.id, parcel)))
	return c.at(model.AfterSaleSending)
}

// arrive has the goods come back, of which so many can be sold again.
func (c dispute) arrive(restock int) error {
	return errOf(c.h.AfterSale.Receive(c.h.staffCtx(), c.handling(), aftersale.Arrival{Lines: []aftersale.Condition{{Restock: restock}}}))
}

// refunded lets WeChat give back the money of the case, and wants so much of the order's to be back by then.
func (c dispute) refunded(back model.Fen) {
	c.t.Helper()
	c.at(model.AfterSaleRefunding)
	for range 3 {
		c.h.pass(c.t, 2*time.Minute)
	}
	c.at(model.AfterSaleDone)
	if got := c.h.State(c.no).RefundedFen; got != back {
		c.t.Errorf("of order %s %d fen are back, not %d", c.no, got, back)
	}
}

// caseOnTheWay: the goods are on their way back when the order would be taken for received. The consumer sends them late,
// so that each deadline that was moved passes.
func (h *history) caseOnTheWay(t *rapid.T) {
	d := h.deal(t, 2)
	d.send()
	c := d.ask(wish(model.AfterSaleReturn, "damaged"))
	h.pass(t, 47*time.Hour)
	c.agree()
	h.pass(t, 4*day) // beyond the time to answer
	c.at(model.AfterSaleAgreed).sendBack()
	h.pass(t, 5*day) // beyond the time to send
	c.at(model.AfterSaleSending)
	d.is(model.OrderShipped) // eleven days after it was sent
	d.must(c.arrive(1))
	c.refunded(c.row().AmountFen)
	h.pass(t, 2*day)
	d.is(model.OrderReceived)
}

// caseAtTheEnd: nothing can be asked for without a fault when a week has passed, and nothing at all after two. A case that
// was opened in time keeps the order from its end.
func (h *history) caseAtTheEnd(t *rapid.T) {
	d, other := h.deal(t, 2), h.deal(t, 1)
	d.received()
	other.received()
	unwanted := wish(model.AfterSaleReturn, "unwanted")
	h.pass(t, 6*day)
	first := d.ask(unwanted).withdraw()
	h.pass(t, 3*day)
	h.refused(t, "to return without a fault after nine days", errOf(d.apply(unwanted)), model.ErrTooLate)
	h.pass(t, 6*day)
	d.is(model.OrderReceived)
	c := d.ask(wish(model.AfterSaleReturn, "damaged")) // of the fifteenth day
	c.agree()
	h.pass(t, 30*time.Hour)
	d.is(model.OrderReceived)
	h.refused(t, "to return after sixteen days", errOf(d.apply(wish(model.AfterSaleReturn, "damaged"))), model.ErrTooLate)
	h.pass(t, 2*day)
	other.is(model.OrderClosed)
	d.is(model.OrderReceived)
	c.at(model.AfterSaleAgreed).withdraw()
	h.pass(t, 2*day)
	d.is(model.OrderClosed)
	first.at(model.AfterSaleWithdrawn)
}

// refusalTakenUp: what was refused cannot be decided again while another case is about the same pieces, nor when the time
// for that has passed.
func (h *history) refusalTakenUp(t *rapid.T) {
	d := h.deal(t, 1)
	d.received()
	damaged := wish(model.AfterSaleReturn, "damaged")
	first := d.ask(damaged).refuse()
	second := d.ask(damaged)
	escalate := func() error { return errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, first.id, refusal)) }
	h.refused(t, "to take up a refusal of what another case is about", escalate(), model.ErrPiecesTaken)
	second.withdraw()
	d.must(escalate())
	h.refused(t, "another case of what is before the owner", errOf(d.apply(damaged)), model.ErrPiecesTaken)
	d.must(errOf(h.AfterSale.Decide(h.staffCtx(), first.handling(), aftersale.Decision{Verdict: "refund", Consent: aftersale.Consent{Note: refusal}})))
	first.refunded(h.State(d.no).TotalFen)

	late := h.deal(t, 1)
	late.received()
	c := late.ask(damaged).refuse()
	h.pass(t, c.row().DeadlineAt.Time().Sub(h.Clock.Now()))
	h.refused(t, "to take up a refusal of long ago", errOf(h.AfterSale.Escalate(h.Ctx, late.buyer.Buyer, c.id, refusal)), model.ErrTooLate)
	c.at(model.AfterSaleRefused)
}

// sentMeanwhile: the money of one piece is asked for, and both leave before anybody has answered. It stays the brand's,
// until the goods are back.
func (h *history) sentMeanwhile(t *rapid.T) {
	d := h.deal(t, 2)
	c := d.ask(wish(model.AfterSaleRefund, "unwanted"))
	d.send()
	h.refused(t, "the money after the goods, unseen", errOf(h.AfterSale.Agree(h.staffCtx(), c.handling(), aftersale.Consent{})), model.ErrConflict)
	h.pass(t, 2*day)
	c.at(model.AfterSaleRefused).because("sent_meanwhile")
	d.is(model.OrderShipped)
	d.count(0, &model.Refund{}, "1 = 1")
	back := d.ask(wish(model.AfterSaleReturn, "unwanted")).agree().sendBack()
	d.must(back.arrive(1))
	back.refunded(back.row().AmountFen)
	if n := h.Reload(d.sku).OnHand; n != 1 {
		t.Errorf("%d pieces are back, not one", n)
	}
}

// resent is a case about one of two pieces, which are exchanged for something else: it came back, and the last piece of the
// other has been sent.
func (h *history) resent(t *rapid.T) (c dispute, instead model.SKU) {
	d := h.deal(t, 2)
	instead = h.Variant(d.sku, d.sku.PriceFen, 1)
	d.received()
	w := wish(model.AfterSaleExchange, "damaged")
	w.Lines[0].NewSKU = instead.No
	c = d.ask(w).agree().sendBack()
	d.must(c.arrive(1))
	d.must(errOf(h.AfterSale.Resend(h.staffCtx(), c.handling(), parcel)))
	return c, instead
}

// exchangedBefore: of two pieces one is exchanged for something else. When one comes back later, nobody knows which, and
// it cannot be sold as what was bought.
func (h *history) exchangedBefore(t *rapid.T) {
	c, instead := h.resent(t)
	d := c.deal
	d.must(errOf(h.AfterSale.Confirm(h.Ctx, d.buyer.Buyer, c.id)))
	c.at(model.AfterSaleDone)
	back := d.ask(wish(model.AfterSaleReturn, "damaged")).agree().sendBack()
	h.refused(t, "goods back that were exchanged before", back.arrive(1), model.ErrExchangedBefore)
	h.refused(t, "goods back at the desk that were exchanged before", errOf(h.Payment.RefundByStaff(h.staffCtx(), h.key(), d.no, payment.StaffRefund{
		Reason: "returned", Lines: []payment.StaffRefundLine{{Quantity: 1, Sent: 1, Restock: 1}},
	})), model.ErrExchangedBefore)
	d.must(back.arrive(0))
	back.refunded(back.row().AmountFen)
	if a, b := h.Reload(d.sku).OnHand, h.Reload(instead).OnHand; a != 1 || b != 0 {
		t.Errorf("%d pieces of what was bought are back and %d are left of what was sent instead, not 1 and 0", a, b)
	}
}
