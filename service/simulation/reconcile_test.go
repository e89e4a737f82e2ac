package simulation_test

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/wechat/simulator"
)

// reconcile waits for the bills of a day on which something was paid and compares it with them, sometimes with
// bills that are wrong.
func (h *history) reconcile(t *rapid.T) {
	days := h.daysOfTrade()
	if len(days) == 0 {
		return
	}
	day := pick(t, days, "day")
	if h.rival.at && h.rival.day != "" {
		day = h.rival.day
	} else if !h.rival.at {
		h.rival.day = day
	}
	if rapid.Bool().Draw(t, "bill troubled") {
		h.trouble(t, pick(t, []simulator.Op{simulator.OpTradeBill, simulator.OpFundFlowBill, simulator.OpDownloadBill}, "bill"))
	}
	if wait := day.Ends().Add(11 * time.Hour).Time().Sub(h.Clock.Now()); wait > 0 {
		h.Clock.Turn(wait)
	}
	h.known(t, errOf(h.Reconcile.Run(h.Ctx, day)))
}

// daysOfTrade are the days on which WeChat took money or gave it back, in their order.
func (h *history) daysOfTrade() []model.Day {
	days := map[model.Day]bool{}
	for _, p := range h.Sim.Payments() {
		if !p.PaidAt.IsZero() {
			days[model.DayOf(model.At(p.PaidAt))] = true
		}
	}
	for _, r := range h.Sim.Refunds() {
		days[model.DayOf(model.At(r.CreatedAt))] = true
		if !r.SettledAt.IsZero() {
			days[model.DayOf(model.At(r.SettledAt))] = true
		}
	}
	return slices.Sorted(maps.Keys(days))
}

// settleDays reconciles every day of trade when all faults are over: nothing differs any more.
func (h *history) settleDays(t *rapid.T) {
	h.Clock.Turn(36 * time.Hour) // then WeChat has the bills of all of them
	days := h.daysOfTrade()
	for _, day := range days {
		if _, err := h.Reconcile.Run(h.Ctx, day); err != nil {
			t.Fatalf("reconcile %s: %v", day, err)
		}
	}
	open, _, err := h.Reconcile.Exceptions(h.Ctx, "", []model.ExceptionStatus{model.ExceptionOpen}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		t.Errorf("still differs: %+v", e)
	}
	h.seen.add("days reconciled", int64(len(days)))
	h.seen.add("exceptions cleared", h.Count(&model.BillException{}, "status = ?", model.ExceptionCleared))
}

// checkBooks compares the trial balance with the journal: the day on which the history began was counted when nothing
// was booked yet, and it is counted again now that it is over.
func (h *history) checkBooks(t *rapid.T) {
	agrees := func(when string) {
		balance, err := h.Accounts.Balances(h.Ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		of := map[model.Account]model.Fen{}
		for _, a := range balance.Accounts {
			of[a.Account] = a.BalanceFen
		}
		for _, a := range model.Accounts {
			if sum := h.Balance(a); sum != of[a] {
				t.Errorf("%s: %s is %d in the journal, and %d in the trial balance", when, a, sum, of[a])
			}
		}
	}
	agrees("the first day was counted before its end")
	if err := h.Figures.Count(h.Ctx, h.firstDay); err != nil {
		t.Fatal(err)
	}
	agrees("the first day was counted when it was over")
}
