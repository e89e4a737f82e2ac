package simulation_test

import (
	"fmt"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/payment"
)

// desk is staff who change the price of an order, or cancel it, at any moment of its life: while it is being paid, and
// when it no longer can be.
func (h *history) desk(t *rapid.T) {
	if rapid.Bool().Draw(t, "of a new order") {
		h.order(t, fmt.Sprintf("asks-%04d", rapid.IntRange(1, 9999).Draw(t, "key of the order")))
	}
	o, ok := h.one(t)
	if !ok {
		return
	}
	if rapid.Bool().Draw(t, "the newest") {
		o = h.orders[len(h.orders)-1]
	}
	if rapid.Bool().Draw(t, "while it is being paid") {
		h.known(t, errOf(h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no)))
	}
	ctx := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	key := fmt.Sprintf("desk-%04d", rapid.IntRange(1, 9999).Draw(t, "key"))
	if rapid.IntRange(0, 3).Draw(t, "at the desk") == 0 {
		h.known(t, errOf(h.Payment.CancelByStaff(ctx, nil, key, o.no, payment.Cancellation{Reason: "other"})))
		return
	}
	v, err := h.Order.AtDesk(ctx, nil, o.no)
	if err != nil {
		return
	}
	c := order.PriceChange{
		AmountFen: model.Fen(rapid.Int64Range(-1_500, 500).Draw(t, "amount")), Words: "agreed", ExpectedTotalFen: v.TotalFen,
		On: pick(t, []string{"goods", "line", "freight"}, "on"),
	}
	if c.On == "line" {
		c.Line = new(int)
	}
	h.known(t, errOf(h.Payment.ChangePrice(ctx, nil, key, o.no, c)))
}
