package reconcile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/payment"
	"hutong/service/reconcile"
	"hutong/wechat/simulator"
)

// A day on which all is well: everything matches, fees are booked once, and a second run changes nothing.
func TestDayThatAddsUp(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.sell()
		s.sellLate()
		s.next()
		r := s.run(day)
		want := reconcile.Report{
			Day: day, Status: model.ReconciliationFinished, Payments: 3, PaymentFen: 18_000, Refunds: 1, RefundFen: 6_000,
			FeeFen: 72, InFen: 18_000, OutFen: 6_072, BookedFen: 11_928, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
			TradeHash: r.TradeHash, FlowHash: r.FlowHash,
		}
		if r != want || len(r.TradeHash) != 40 || len(r.FlowHash) != 40 || r.FinishedAt == 0 {
			s.t.Errorf("%+v, want %+v", r, want)
		}
		s.wants("all is well", day)
		if s.fees() != 72 || s.Balance(model.AccountWeChatClearing) != 11_928 {
			s.t.Errorf("fees %d, at WeChat %d", s.fees(), s.Balance(model.AccountWeChatClearing))
		}
		entries := s.Count(&model.JournalEntry{}, "kind IN ?", []string{"fee", "fee_back"})
		again := s.run(day)
		if n := s.Count(&model.JournalEntry{}, "kind IN ?", []string{"fee", "fee_back"}); n != entries || n != 4 || s.fees() != 72 {
			s.t.Errorf("%d entries of fees, then %d; fees %d", entries, n, s.fees())
		}
		if again.Open != 0 || again.PaymentFen != 18_000 || s.Count(&model.TradeBillRow{}, "day = ?", day) != 4 {
			s.t.Errorf("again: %+v", again)
		}
		s.Audit(s.t)
	})
}

// Each way in which a trade bill can differ opens one exception with the figures; a second run doubles none,
// and a bill that is right after all clears them.
func TestTradeBillThatDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		edit func([]simulator.TradeRow) []simulator.TradeRow
		want func(no string) []string
	}{
		"a row is missing": {
			func(rows []simulator.TradeRow) []simulator.TradeRow { return rows[1:] },
			func(no string) []string {
				return []string{"missing_in_bill " + no + " 6000 0", "unexplained_move TX 0 5964"}
			},
		},
		"a row too many": {
			func(rows []simulator.TradeRow) []simulator.TradeRow {
				extra := rows[0]
				extra.OutTradeNo, extra.TransactionID, extra.Total, extra.Settled, extra.Fee = "OTHERS-1", "420099", 700, 700, 4
				return append(rows, extra)
			},
			func(string) []string { return []string{"unsettled OTHERS-1 696 0", "unknown_here OTHERS-1 0 700"} },
		},
		"another amount": {
			func(rows []simulator.TradeRow) []simulator.TradeRow {
				rows[0].Total, rows[0].Settled = 6_001, 6_001
				return rows
			},
			func(no string) []string { return []string{"moved " + no + " 5965 5964", "amount " + no + " 6000 6001"} },
		},
		"paid with a coupon of WeChat's": {
			func(rows []simulator.TradeRow) []simulator.TradeRow {
				rows[0].Settled = 5_900
				return rows
			},
			func(no string) []string { return []string{"moved " + no + " 5864 5964", "amount " + no + " 6000 5900"} },
		},
		"twice": {
			func(rows []simulator.TradeRow) []simulator.TradeRow { return append(rows, rows[0]) },
			func(no string) []string { return []string{"repeated " + no + " 0 6000"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				day := s.today()
				no := s.sell()
				s.sell()
				s.next()
				s.Sim.EditBills(simulator.BillEdit{Trade: c.edit})
				r := s.run(day)
				want := c.want(no)
				if i := slices.Index(want, "unexplained_move TX 0 5964"); i >= 0 {
					p, err := s.Sim.Payment(no)
					if err != nil {
						s.t.Fatal(err)
					}
					want[i] = "unexplained_move " + p.TransactionID + " 0 5964"
				}
				s.wants("first", day, want...)
				if r.Open != int64(len(want)) || r.Status != model.ReconciliationFinished {
					s.t.Errorf("%+v", r)
				}
				s.Audit(s.t)
				s.run(day)
				s.wants("again", day, want...)
				if n := s.Count(&model.BillException{}, "day = ?", day); n != int64(len(want)) {
					s.t.Errorf("%d exceptions", n)
				}
				s.Sim.EditBills(simulator.BillEdit{})
				s.run(day)
				s.wants("corrected", day)
				if n := len(s.views(day, model.ExceptionCleared)); n != len(want) {
					s.t.Errorf("%d cleared", n)
				}
				if s.fees() != 72 {
					s.t.Errorf("fees %d", s.fees())
				}
				s.Audit(s.t)
				s.Sim.EditBills(simulator.BillEdit{Trade: c.edit})
				s.run(day)
				s.wants("wrong again", day, want...)
				s.Audit(s.t)
			})
		})
	}
}

// A fee that differs from the one that was booked is told, and not booked again.
func TestAnotherFee(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.sell()
		s.next()
		s.run(day)
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			rows[0].Fee++
			return rows
		}})
		s.run(day)
		s.wants("another fee", day, "moved "+no+" 5963 5964", "fee "+no+" 36 37")
		if s.fees() != 36 {
			s.t.Errorf("fees %d", s.fees())
		}
		s.Audit(s.t)
	})
}

// What WeChat took and we do not know of is told, its fee waits, and once we know it is all in order.
func TestPaymentThatIsNotKnownHereYet(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.order()
		if err := s.buyer.Pay(no); err != nil {
			s.t.Fatal(err)
		}
		s.next()
		s.run(day)
		s.wants("not yet", day, "state "+no+" 6000 6000")
		if v := s.views(day)[0]; v.Ours != "prepaid" || v.Theirs != "SUCCESS" {
			s.t.Errorf("%+v", v)
		}
		if s.fees() != 0 {
			s.t.Errorf("fees %d", s.fees())
		}
		s.Audit(s.t)
		s.Later(time.Minute)
		s.run(day)
		s.wants("known", day)
		if s.fees() != 36 {
			s.t.Errorf("fees %d", s.fees())
		}
		s.Audit(s.t)
	})
}

// refuse has the bank refuse the refund of a payment that came too late: it is abnormal, and neither done nor given up. It
// returns its number.
func (s *shop) refuse() string {
	s.t.Helper()
	return s.late(simulator.RefundAbnormal)
}

// late is a payment that comes when its order is over, with something that befalls its refund. It returns the refund's number.
func (s *shop) late(befalls simulator.FaultKind) string {
	s.t.Helper()
	s.fault(simulator.OpRefund, befalls)
	if _, err := s.Payment.Prepare(s.Ctx, s.buyer.Buyer, s.order()); err != nil {
		s.t.Fatal(err)
	}
	s.fault(simulator.OpClose, simulator.PayAfterClose)
	s.Later(15 * time.Minute)
	s.Later(time.Minute)
	return s.Sim.Refunds()[0].OutRefundNo
}

// settleRefund brings a refund to its end at WeChat, and the word of it here.
func (s *shop) settleRefund(no, state string) {
	s.t.Helper()
	if err := s.Sim.SettleRefund(s.Merchant.MchID, no, state); err != nil {
		s.t.Fatal(err)
	}
	s.Later(time.Minute)
}

// A refund is matched by its number: it stands in the bill of the day on which WeChat accepted it, done or
// not, and is done here when it is done. Its fee is back then, and not before.
func TestRefundOverTwoDays(t *testing.T) {
	each(t, func(s *shop) {
		first := s.today()
		refund := s.refuse()
		s.next()
		s.run(first)
		s.wants("accepted", first)
		if s.fees() != 36 {
			s.t.Errorf("accepted: fees %d", s.fees())
		}
		s.Audit(s.t)

		second := s.today()
		s.settleRefund(refund, "SUCCESS")
		s.sell()
		s.Audit(s.t)
		s.next()
		s.schedule()
		s.RunJobs()
		s.wants("done", "")
		if s.fees() != 36 || s.Count(&model.JournalEntry{}, "kind = ? AND ref = ?", "fee_back", refund) != 1 {
			s.t.Errorf("done: fees %d", s.fees())
		}
		s.Audit(s.t)
		if n := s.Count(&model.Refund{}, "status = ?", model.RefundSucceeded); n != 1 {
			s.t.Errorf("%d refunds are done", n)
		}
		s.run(first)
		s.next()
		s.schedule()
		s.RunJobs()
		if n := s.Count(&model.Job{}, "kind = ?", reconcile.JobAgain); n != 1 || s.fees() != 36 {
			s.t.Errorf("days were looked at %d times, fees %d; %s was all", n, s.fees(), second)
		}
		s.Audit(s.t)
	})
}

// The fee that the bill gives back of a refund is WeChat's again when it gives the refund up later: only that of the refund
// in its place is back, and none when the brand has paid itself. The bill has nothing wrong then.
func TestRefundThatIsGivenUpLater(t *testing.T) {
	for name, c := range map[string]struct {
		end     func(s *shop, no string) error
		atEnd   model.RefundStatus
		fees    model.Fen
		holding model.Fen // at WeChat
	}{
		"and stays so": {func(*shop, string) error { return nil }, model.RefundClosed, 36, 5_964},
		"and is made again": {func(s *shop, no string) error {
			_, err := s.Payment.Reissue(s.Ctx, "reissue-key", no)
			return err
		}, model.RefundReplaced, 0, 0},
		"and is settled": {func(s *shop, no string) error {
			_, err := s.Payment.SettleOutside(s.Ctx, "settle-key", no, payment.Settlement{By: model.SettledByBank, Reference: "ICBC 7"})
			return err
		}, model.RefundSettled, 36, 5_964},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				day := s.today()
				no := s.refuse()
				s.next()
				s.run(day)
				s.settleRefund(no, "CLOSED")
				if err := c.end(s, no); err != nil {
					s.t.Fatal(err)
				}
				s.Later(2 * time.Minute)
				s.Later(time.Minute)
				s.next()
				s.schedule()
				s.RunJobs()
				s.run(day)
				s.wants("given up since", "")
				if n := s.Count(&model.Refund{}, "no = ? AND status = ?", no, c.atEnd); n != 1 {
					s.t.Errorf("the refund is not %s", c.atEnd)
				}
				if s.fees() != c.fees || s.Balance(model.AccountWeChatClearing) != c.holding {
					s.t.Errorf("fees %d, at WeChat %d", s.fees(), s.Balance(model.AccountWeChatClearing))
				}
				s.Audit(s.t)
			})
		})
	}
}

// What was given up here before the bill was made cannot be under way in it.
func TestRefundThatWasGivenUpHereAlone(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.refuse()
		s.settleRefund(no, "CLOSED")
		s.next()
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			rows[len(rows)-1].RefundState = "PROCESSING"
			return rows
		}})
		s.run(day)
		if !slices.Contains(s.exceptions(day), "state "+no+" 6000 6000") {
			s.t.Errorf("%q", s.exceptions(day))
		}
	})
}

// A refund that WeChat lists a day later than we have it is missing until it is there.
func TestRefundOfYesterday(t *testing.T) {
	each(t, func(s *shop) {
		first := s.today()
		_, refund := s.sellLate()
		s.next()
		var late []simulator.TradeRow
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			late = slices.Clone(rows[1:])
			return rows[:1]
		}})
		s.run(first)
		move := s.Sim.Refunds()[0].RefundID
		s.wants("yesterday", first, "missing_in_bill "+refund+" 6000 0", "unexplained_move "+move+" 0 -5964")
		s.Audit(s.t)

		second := s.today()
		s.sell()
		s.next()
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			return append(rows, late...)
		}})
		s.run(second)
		s.wants("today", second)
		s.Audit(s.t)
		if s.fees() != 36 {
			s.t.Errorf("fees %d", s.fees())
		}
	})
}

// The movements of the account are compared number by number; what is not of trade is a figure.
func TestFundFlowBillThatDiffers(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.sell()
		other := s.sell()
		s.next()
		s.Sim.EditBills(simulator.BillEdit{Flow: func(rows []simulator.FlowRow) []simulator.FlowRow {
			rows[1].Moved-- // the fee of the first
			stranger, withdrawal := rows[0], rows[0]
			stranger.WeChatNo, stranger.Moved = "420077", 100
			withdrawal.WeChatNo, withdrawal.Type, withdrawal.Moved = "W-1", "提现", -5_000
			return append(rows[:2], stranger, withdrawal)
		}})
		r := s.run(day)
		if r.OtherFen != -5_000 || r.InFen != 6_100 || r.OutFen != 5_037 {
			s.t.Errorf("%+v", r)
		}
		s.wants("movements", day, "moved "+no+" 5964 5963", "unsettled "+other+" 5964 0", "unexplained_move 420077 0 100")
		s.Audit(s.t)
		s.Sim.EditBills(simulator.BillEdit{})
		s.run(day)
		s.wants("corrected", day)
	})
}

// A bill that is not the one WeChat has signed, or cannot be read to its end, books nothing.
func TestBrokenBill(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.next()
		before := s.Fingerprint()
		for name, c := range map[string]struct {
			op   simulator.Op
			kind simulator.FaultKind
			file func([]byte) []byte
			want *model.Error
		}{
			"another hash":   {op: simulator.OpDownloadBill, kind: simulator.Corrupted, want: model.ErrWeChat},
			"half a file":    {op: simulator.OpDownloadBill, kind: simulator.Truncated, want: model.ErrWeChat},
			"WeChat is down": {op: simulator.OpFundFlowBill, kind: simulator.ErrorBefore, want: model.ErrWeChatBusy},
			"a broken row":   {file: func(f []byte) []byte { return slices.Concat(f[:600], f[640:]) }, want: model.ErrBillBroken},
			"of another merchant": {file: func(f []byte) []byte {
				return []byte(strings.ReplaceAll(string(f), ",`"+s.Merchant.MchID+",", ",`1699999999,"))
			}, want: model.ErrBillBroken},
		} {
			if c.op != "" {
				s.fault(c.op, c.kind)
			}
			s.Sim.EditBills(simulator.BillEdit{File: c.file})
			_, err := s.Reconcile.Run(s.Ctx, day)
			if !errors.Is(err, c.want) {
				s.t.Errorf("%s: %v, want %v", name, err, c.want)
			}
			r, err := s.Reconcile.Get(s.Ctx, day)
			if err != nil || r.Status != model.ReconciliationFailed || r.Problem == "" {
				s.t.Errorf("%s: %+v, %v", name, r, err)
			}
			for table, rows := range s.Fingerprint() {
				if table != "*model.Reconciliation" && rows != before[table] {
					s.t.Errorf("%s: %s has changed", name, table)
				}
			}
		}
		s.Sim.EditBills(simulator.BillEdit{})
		s.run(day)
		s.wants("and then all is well", day)
		s.fault(simulator.OpDownloadBill, simulator.Corrupted)
		if _, err := s.Reconcile.Run(s.Ctx, day); !errors.Is(err, model.ErrWeChat) {
			s.t.Error(err)
		}
		if r, _ := s.Reconcile.Get(s.Ctx, day); r.Status != model.ReconciliationFinished || r.Problem == "" {
			s.t.Errorf("a finished day stays finished: %+v", r)
		}
	})
}

// A refund that WeChat gave up moved nothing, and its fee is not given back; the one in its place is another.
func TestRefundThatWasGivenUp(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		if _, err := s.Payment.Reissue(s.Ctx, "reissue-key", s.late(simulator.RefundClosed)); err != nil {
			s.t.Fatal(err)
		}
		s.Later(2 * time.Minute)
		s.Later(time.Minute)
		s.next()
		if r := s.run(day); r.Refunds != 2 || r.RefundFen != 12_000 || r.OutFen != 6_000 || r.FeeFen != 0 {
			s.t.Errorf("%+v", r)
		}
		s.wants("given up", day)
		s.Audit(s.t)
		if s.Balance(model.AccountWeChatClearing) != 0 || s.fees() != 0 {
			s.t.Errorf("at WeChat %d, fees %d", s.Balance(model.AccountWeChatClearing), s.fees())
		}
	})
}

// What WeChat gave up and the brand has settled itself is no difference between its bill and the journal.
func TestRefundThatWasSettled(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.fault(simulator.OpRefund, simulator.RefundClosed)
		no := s.sell()
		if _, err := s.Payment.RefundByStaff(s.Ctx, "refund-key", no, payment.StaffRefund{
			Reason: "other", Freight: true, Lines: []payment.StaffRefundLine{{Quantity: 1}},
		}); err != nil {
			s.t.Fatal(err)
		}
		s.Later(2 * time.Minute)
		s.Later(time.Minute)
		if _, err := s.Payment.SettleOutside(s.Ctx, "settle-key", s.Sim.Refunds()[0].OutRefundNo,
			payment.Settlement{By: model.SettledByBank, Reference: "ICBC 7"}); err != nil {
			s.t.Fatal(err)
		}
		s.next()
		s.run(day)
		s.wants("settled", day)
		s.Audit(s.t)
	})
}
