package simulation_test

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/database"
	"hutong/service/internal/ledger"
	"hutong/service/payment"
	"hutong/service/stock"
)

// errUndone ends a transaction of which nothing is to stay.
var errUndone = errors.New("undone")

// figureScenes are about conditions that no history comes to, because another look has refused before: the steps are
// called as a mistaken program would call them, or on rows that say what they never should, and refuse by themselves.
func (h *history) figureScenes() []scene {
	return []scene{
		{"a journal that contradicts itself", h.wrongEntries},
		{"a refund that contradicts the order", h.wrongRefundFigures},
		{"stock that contradicts the order", h.wrongStockFigures},
		{"a case that contradicts the order", h.wrongCaseFigures},
		{"an appeal about what was sent meanwhile", h.appealOfWhatLeft},
	}
}

// undone tries a step whose refusal is wanted, and takes back all that it has done.
func (h *history) undone(t *rapid.T, what string, try func(tx *gorm.DB) error, by error) {
	var got error
	err := h.DB.InTx(h.Ctx, func(tx *gorm.DB) error {
		got = try(tx)
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Fatalf("%s: %v", what, err)
	}
	h.seen.add("contradictions refused", 1)
	if !errors.Is(got, by) {
		t.Errorf("%s: %v instead of %v", what, got, by)
	}
}

func (h *history) wrongEntries(t *rapid.T) {
	post := func(lines ...ledger.Line) func(*gorm.DB) error {
		return func(tx *gorm.DB) error { return ledger.Post(tx, "contradiction", "1", 0, lines) }
	}
	one := ledger.Move(100, model.AccountRevenue, model.AccountFee)
	h.undone(t, "an entry that does not add up", post(ledger.Line{Account: model.AccountRevenue, Amount: 100}, ledger.Line{Account: model.AccountFee, Amount: -99}), ledger.ErrUnbalanced)
	h.undone(t, "an entry of one side", post(one[0]), ledger.ErrUnbalanced)
	h.undone(t, "a movement that was booked before", func(tx *gorm.DB) error {
		if err := post(one...)(tx); err != nil {
			return err
		}
		if database.IsDuplicate(post(one...)(tx)) {
			return errUndone
		}
		return nil
	}, errUndone)
}

func (h *history) wrongRefundFigures(t *rapid.T) {
	o, l := h.deal(t, 2).rows()
	whole := payment.RefundPart{LineID: l.ID, Quantity: 1}
	part := func(change func(*payment.RefundPart)) payment.RefundWish {
		p := whole
		change(&p)
		return payment.RefundWish{Reason: "other", Lines: []payment.RefundPart{p}}
	}
	refund := func(what string, w payment.RefundWish, by *model.Error, row any, columns map[string]any) {
		h.undone(t, "a refund of "+what, func(tx *gorm.DB) error {
			if row != nil {
				id := map[bool]int64{true: o.ID, false: l.ID}[fmt.Sprintf("%T", row) == "*model.Order"]
				if err := tx.Model(row).Where("id = ?", id).Updates(columns).Error; err != nil {
					return err
				}
			}
			locked := o // as it was read before
			_, err := h.Payment.RefundOrder(h.staffCtx(), tx, &locked, w)
			return err
		}, by)
	}
	refund("an order that has given back everything", part(func(*payment.RefundPart) {}), model.ErrOverRefund,
		&model.Order{}, map[string]any{"refunded_fen": o.TotalFen})
	refund("an order that is over", part(func(*payment.RefundPart) {}), model.ErrOverRefund,
		&model.Order{}, map[string]any{"status": model.OrderClosed})
	refund("freight that has gone back", payment.RefundWish{Reason: "other", Freight: true}, model.ErrOverRefund,
		&model.Order{}, map[string]any{"refunded_freight_fen": 1})
	refund("pieces that a case is about", part(func(p *payment.RefundPart) { p.Quantity = 2 }), model.ErrOverRefund,
		&model.OrderLine{}, map[string]any{"claimed": 1})
	refund("more than a line has cost", part(func(p *payment.RefundPart) { p.Quantity, p.AmountFen = 0, l.TotalFen+1 }), model.ErrOverRefund, nil, nil)
	refund("a piece for the price of two", part(func(p *payment.RefundPart) { p.AmountFen = l.TotalFen }), model.ErrOverRefund, nil, nil)
	refund("one piece of which two came back", part(func(p *payment.RefundPart) { p.Restock = 2 }), model.ErrInvalid, nil, nil)
}

func (h *history) wrongStockFigures(t *rapid.T) {
	d := h.deal(t, 1)
	must(t, h.CountStock(d.sku, 3))
	o, l := d.rows()
	o.Lines = []model.OrderLine{l}
	p := stock.Participant{}
	h.undone(t, "what is not reserved is sold", func(tx *gorm.DB) error { return p.Paid(h.Ctx, tx, &o) }, stock.ErrInconsistent)
	h.undone(t, "what is not reserved is freed", func(tx *gorm.DB) error { return p.Closed(h.Ctx, tx, &o) }, stock.ErrInconsistent)
	h.undone(t, "what was not refunded is put back", func(tx *gorm.DB) error {
		return p.Refunded(h.Ctx, tx, &model.Refund{OrderID: o.ID, Lines: []model.RefundLine{{OrderLineID: l.ID, SKUID: l.SKUID, Restock: 1}}})
	}, stock.ErrInconsistent)
	h.undone(t, "a count of what was reserved meanwhile", func(tx *gorm.DB) error {
		var sku model.SKU
		if err := tx.Where("id = ?", l.SKUID).Take(&sku).Error; err != nil {
			return err
		}
		if err := tx.Model(&model.SKU{}).Where("id = ?", sku.ID).Update("reserved", sku.OnHand).Error; err != nil {
			return err
		}
		return stock.CorrectTo(tx, sku, sku.OnHand-1, "counted")
	}, model.ErrConflict)
}

// wrongCaseFigures breaks rows that a use case reads by itself, and mends them again.
func (h *history) wrongCaseFigures(t *rapid.T) {
	_, foreign := h.deal(t, 1).rows()
	d := h.deal(t, 1)
	_, l := d.rows()
	c := d.ask(wish(model.AfterSaleRefund, "unwanted"))
	h.Set(&model.OrderLine{}, map[string]any{"claimed": 0}, "id = ?", l.ID)
	if err := errOf(h.AfterSale.Withdraw(h.Ctx, d.buyer.Buyer, c.id)); !errors.Is(err, aftersale.ErrInconsistent) {
		t.Errorf("a case gave back pieces that it does not hold: %v", err)
	}
	h.Set(&model.OrderLine{}, map[string]any{"claimed": 1}, "id = ?", l.ID)

	c.refuse()
	h.Set(&model.AfterSaleLine{}, map[string]any{"order_line_id": foreign.ID}, "order_line_id = ?", l.ID)
	h.refused(t, "a case about another order", errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, c.id, refusal)), model.ErrPiecesTaken)
	h.Set(&model.AfterSaleLine{}, map[string]any{"order_line_id": l.ID}, "order_line_id = ?", foreign.ID)
}

// appealOfWhatLeft takes up a refusal when what was not sent has been: the owner gives the money with open eyes, and nothing
// of it comes back to the shelf.
func (h *history) appealOfWhatLeft(t *rapid.T) {
	d := h.deal(t, 1)
	c := d.ask(wish(model.AfterSaleRefund, "unwanted")).refuse()
	d.send()
	d.must(errOf(h.AfterSale.Escalate(h.Ctx, d.buyer.Buyer, c.id, refusal)))
	decide := func(sent bool) error {
		return errOf(h.AfterSale.Decide(h.staffCtx(), c.handling(), aftersale.Decision{
			Verdict: "agree", Consent: aftersale.Consent{Sent: sent, Note: refusal},
		}))
	}
	h.refused(t, "the money for what was not sent, and has been, unseen", decide(false), model.ErrConflict)
	d.is(model.OrderShipped)
	d.must(decide(true))
	c.refunded(h.State(d.no).TotalFen)
	if n := h.Reload(d.sku).OnHand; n != 0 {
		t.Errorf("%d pieces are back that were sent", n)
	}
}
