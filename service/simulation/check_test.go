package simulation_test

import (
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/audit"
)

// check runs after each step. A process that has died is started again first: nothing else can happen then.
func (h *history) check(t *rapid.T) {
	if h.crasher.Crashed() {
		h.restart(t)
	}
	writes := h.rival.interrupter.Writes()
	if writes == h.writes && !h.rival.came {
		return // all is as it was
	}
	h.writes = writes
	defer h.aside()()
	findings, err := audit.Run(h.Ctx, h.DB)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
	h.checkMoves(t)
	h.checkDeadlines(t)
	h.checkJobs(t)
	if t.Failed() {
		t.FailNow()
	}
}

// checkMoves proves that no order has left the arrows since it was last looked at, and that WeChat is asked for its
// refunds a minute apart.
func (h *history) checkMoves(t *rapid.T) {
	var orders []model.Order
	if err := h.DB.Read(h.Ctx).Find(&orders).Error; err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		before, known := h.seenBefore[o.No]
		if known && before.Status != o.Status && !leads(before.Status, o.Status) {
			t.Errorf("order %s went from %s to %s", o.No, before.Status, o.Status)
		}
		if n := o.RefundCount - before.RefundCount; before.RefundCount > 0 && o.LastRefundAt < before.LastRefundAt.Add(time.Duration(n)*time.Minute) {
			t.Errorf("order %s: %d refunds more, the last at %d, those before at %d", o.No, n, o.LastRefundAt, before.LastRefundAt)
		}
		h.seenBefore[o.No] = o
	}
}

// leads tells whether the arrows lead from one state to another, perhaps through others: one step may run several
// jobs.
func leads(from, to model.OrderStatus) bool {
	for _, s := range model.OrderFlow[to] {
		if s == from || leads(from, s) {
			return true
		}
	}
	return false
}

// calm ends all faults, lets two days pass, and compares with WeChat: nothing is left hanging, and every fen
// that WeChat has taken is an order's or has gone back.
func (h *history) calm(t *rapid.T) {
	if h.crasher.Disarm() {
		h.restart(t)
	}
	h.Sim.ClearFaults()
	if rapid.IntRange(0, 3).Draw(t, "before the end") == 0 {
		h.stage(t)
		h.wrong(t)
		h.check(t)
	}
	h.play(t)
	for range 60 {
		h.settle(t)
		h.mendAll(t)
		h.Clock.Turn(time.Hour)
	}
	h.settleCases(t)
	h.settleDays(t)
	h.wrong(t)
	h.settle(t) // what was cleaned up
	h.forged(t)
	h.checkPrices(t)
	h.checkCoupons(t)
	h.checkBooks(t)
	h.check(t)
	h.checkAgainstWeChat(t)
	h.tellMessages(t)
	h.tellGroups(t)
	h.tellOffers(t)
	h.tell()
	h.afterYears(t)
}

// tell counts what happened in this history.
func (h *history) tell() {
	h.seen.add("orders paid", h.Count(&model.Order{}, "status = ?", model.OrderPaid))
	h.seen.add("orders cancelled", h.Count(&model.Order{}, "status = ?", model.OrderCancelled))
	h.seen.add("late payments refunded", h.Count(&model.Refund{}, "status = ? AND kind = ?", model.RefundSucceeded, model.RefundLate))
	h.seen.add("orders refunded in part or whole", h.Count(&model.Order{}, "refunded_fen > 0"))
	h.seen.add("orders refunded to their end", h.Count(&model.OrderEvent{}, "reason = ?", "refunded"))
	h.seen.add("refunds made again", h.Count(&model.Refund{}, "status = ?", model.RefundReplaced))
	h.seen.add("refunds settled by the brand", h.Count(&model.Refund{}, "status = ?", model.RefundSettled))
	h.seen.add("cases done", h.Count(&model.AfterSale{}, "status = ?", model.AfterSaleDone))
	h.seen.add("cases refused", h.Count(&model.AfterSale{}, "status = ?", model.AfterSaleRefused))
	h.seen.add("second attempts to pay", h.Count(&model.Payment{}, "attempt > 1"))
	h.seen.add("prices changed", h.Count(&model.Adjustment{}, "label = ?", "desk"))
	h.seen.add("accounts deleted", h.Count(&model.User{}, "deleted_at > 0"))
	h.seen.add("notifications repeated", h.Count(&model.Callback{}, "deliveries > 1"))
	h.seen.add("notifications refused", h.Count(&model.Callback{}, "outcome = ?", model.CallbackMismatch))
}

// tally counts over all histories, so that a test can prove that they were eventful.
type tally map[string]int64

func (s tally) add(what string, n int64) { s[what] += n }

func (h *history) checkAgainstWeChat(t *rapid.T) {
	var taken, returned int64
	for _, p := range h.Sim.Payments() {
		if p.State != "SUCCESS" && p.State != "REFUND" {
			continue
		}
		taken += p.Total
		var here model.Payment
		err := h.DB.Read(h.Ctx).Where("no = ? AND status = ?", p.OutTradeNo, model.PaymentPaid).Take(&here).Error
		if err != nil || int64(here.AmountFen) != p.Total || here.TransactionID != p.TransactionID {
			t.Errorf("WeChat took %d for %s; here: %+v, %v", p.Total, p.OutTradeNo, here, err)
		}
	}
	for _, r := range h.Sim.Refunds() {
		if r.State == "SUCCESS" {
			returned += r.Amount
		}
	}
	if got, fees := int64(h.Balance(model.AccountWeChatClearing)), int64(h.Balance(model.AccountFee)); got+fees != taken-returned {
		t.Errorf("WeChat took %d and gave back %d; the journal says it holds %d and keeps %d", taken, returned, got, fees)
	}
	if owed := -h.Balance(model.AccountRefundPayable); owed != 0 {
		t.Errorf("still owed to consumers: %d", owed)
	}
	for what, n := range map[string]int64{
		"pending orders":            h.Count(&model.Order{}, "status = ?", model.OrderPending),
		"refunds that are not done": h.Count(&model.Refund{}, "status NOT IN ?", model.RefundsOver),
		// A waybill that staff have corrected is told to WeChat when the rest of its order has been sent, if ever.
		"jobs that are not done": h.Count(&model.Job{}, "status <> ?", model.JobDone) - h.Count(&model.ShippingUpload{},
			"status = ? AND seq = ? AND order_id IN (SELECT id FROM orders WHERE status = ?)",
			model.UploadWaiting, model.UploadSeqCorrection, model.OrderPartlyShipped),
	} {
		if n != 0 {
			t.Errorf("%d %s are left hanging", n, what)
		}
	}
}
