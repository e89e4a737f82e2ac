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
	o, ok := h.one(t)
	if !ok {
		return
	}
	ctx := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	key := fmt.Sprintf("desk-%04d", rapid.IntRange(1, 9999).Draw(t, "key"))
	if rapid.IntRange(0, 3).Draw(t, "at the desk") == 0 {
		_, _ = h.Payment.CancelByStaff(ctx, nil, key, o.no, payment.Cancellation{Reason: "other"})
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
	_, _ = h.Payment.ChangePrice(ctx, nil, key, o.no, c)
}
