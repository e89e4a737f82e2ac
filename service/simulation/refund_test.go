package simulation_test

import (
	"errors"
	"fmt"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/payment"
	"hutong/wechat/simulator"
)

// giveBack lets staff give back money of an order, sensible or not; sometimes WeChat gives it up.
func (h *history) giveBack(t *rapid.T) {
	o, ok := h.bought(t)
	if !ok {
		return
	}
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	w := payment.StaffRefund{Reason: "other", Freight: rapid.Bool().Draw(t, "freight")}
	for i := range rapid.IntRange(1, 2).Draw(t, "lines") {
		n := rapid.IntRange(0, 2).Draw(t, "pieces")
		l := payment.StaffRefundLine{Line: i, Quantity: n, Sent: rapid.IntRange(0, n).Draw(t, "sent")}
		l.Restock = rapid.IntRange(0, l.Sent).Draw(t, "restock")
		if n == 0 || rapid.Bool().Draw(t, "in part") {
			l.AmountFen = model.Fen(rapid.IntRange(1, 999).Draw(t, "amount"))
		}
		w.Lines = append(w.Lines, l)
	}
	if rapid.IntRange(0, 3).Draw(t, "given up") == 0 {
		if err := h.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
			t.Fatal(err)
		}
	}
	h.known(t, errOf(h.Payment.RefundByStaff(staff, fmt.Sprintf("back-%04d", rapid.IntRange(1, 999).Draw(t, "key")), o.no, w)))
}

// mend lets staff look after refunds that are stuck.
func (h *history) mend(t *rapid.T) {
	stuck, _, err := h.Payment.Refunds(h.Ctx, []model.RefundStatus{model.RefundAbnormal, model.RefundClosed}, 0, 5)
	if err != nil || len(stuck) == 0 {
		return
	}
	r := pick(t, stuck, "stuck refund")
	if rapid.Bool().Draw(t, "asks first") {
		h.known(t, errOf(h.Payment.AskAgain(h.Ctx, r.No)))
	}
	n := rapid.IntRange(1, 999).Draw(t, "key")
	key := fmt.Sprintf("mend-%04d", n)
	if n%4 == 0 {
		h.known(t, errOf(h.settleOutside(key, r.No)))
		return
	}
	h.known(t, errOf(h.Payment.Reissue(h.Ctx, key, r.No)))
}

// settleOutside lets staff pay from the bank what WeChat gave up.
func (h *history) settleOutside(key, no string) (payment.DeskRefund, error) {
	return h.Payment.SettleOutside(h.staffCtx(), key, no, payment.Settlement{By: model.SettledByBank, Reference: key})
}

// mendAll settles what banks refused, and makes again what WeChat gave up; if it takes no more of the order, the brand
// pays itself.
func (h *history) mendAll(t *rapid.T) {
	for _, r := range h.Sim.Refunds() {
		if r.State == "ABNORMAL" {
			if err := h.Sim.SettleRefund(r.MchID, r.OutRefundNo, "SUCCESS"); err != nil {
				t.Fatal(err)
			}
		}
	}
	stuck, _, err := h.Payment.Refunds(h.Ctx, []model.RefundStatus{model.RefundClosed}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range stuck {
		_, err := h.Payment.Reissue(h.Ctx, "calm-"+r.No, r.No)
		if errors.Is(err, model.ErrTooManyRefunds) {
			_, err = h.settleOutside("calm-settle-"+r.No, r.No)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
