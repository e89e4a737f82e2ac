package payment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// WeChat accepts a refund and breaks off, answers 500 after the effect or with a signature test, tells of the end
// more than once or never: one refund, one effect, under one number.
func TestRefundsUnderFaults(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for _, f := range []simulator.Fault{
			{Op: simulator.OpRefund, Kind: simulator.ErrorBefore},
			{Op: simulator.OpRefund, Kind: simulator.ErrorAfter},
			{Op: simulator.OpRefund, Kind: simulator.Drop},
			{Op: simulator.OpRefund, Kind: simulator.SignTest},
			{Op: simulator.OpRefund, Kind: simulator.RateLimit},
			{Op: simulator.OpRefund, Kind: simulator.NotEnough},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Lost},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Duplicate},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Concurrent},
			{Op: simulator.OpNotifyRefund, Kind: simulator.SignTest},
			{Op: simulator.OpQueryRefund, Kind: simulator.ErrorBefore},
		} {
			sku := s.SKU(1_000, 3)
			_, o := bought(t, s, sku)
			r, err := wish{o.No, pieces(0, 1), false}.of(s, "key-"+o.No)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
			settle(s)
			s.Sim.ClearFaults()
			v, err := s.Payment.RefundAtDesk(s.Ctx, r.No)
			if err != nil || v.Status != model.RefundSucceeded {
				t.Errorf("%s %s: %s, %v", f.Op, f.Kind, v.Status, err)
			}
			if now := s.Reload(sku); now.OnHand != 1 {
				t.Errorf("%s %s: %d on hand", f.Op, f.Kind, now.OnHand)
			}
			s.Audit(t)
		}
		if given := len(s.Sim.Refunds()); given != 11 {
			t.Errorf("WeChat gave %d refunds", given)
		}
	})
}

// WeChat accepts a refund and answers later than anybody waits for: it is asked again under the same number.
func TestRefundIsAcceptedAndTheAnswerStalls(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.Stall, Delay: 6 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		r := wish{o.No, pieces(0, 3), true}.must(t, s, "key-0001")
		s.RunJobs()
		v, err := s.Payment.RefundAtDesk(s.Ctx, r.No)
		if n := len(s.Sim.Refunds()); err != nil || v.Status != model.RefundPending || n != 1 {
			t.Fatalf("%s, %d refunds at WeChat, %v", v.Status, n, err)
		}
		settle(s)
		v, err = s.Payment.RefundAtDesk(s.Ctx, r.No)
		if n := len(s.Sim.Refunds()); err != nil || v.Status != model.RefundSucceeded || n != 1 {
			t.Errorf("%s, %d refunds at WeChat, %v", v.Status, n, err)
		}
	})
}

// WeChat tells of the end before it has answered that it accepts: the answer comes too late to change anything.
func TestRefundIsToldOfBeforeItIsAnswered(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(1_000, 3)
		_, o := bought(t, s, sku)
		err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.Stall, Delay: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		r := wish{o.No, pieces(0, 3), true}.must(t, s, "key-0001")
		answered := make(chan error)
		go func() {
			var err error
			for ran := true; ran && err == nil; {
				ran, err = s.RunJob(s.Ctx)
			}
			answered <- err
		}()
		for len(s.Sim.Refunds()) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		s.Clock.Turn(time.Second)
		if told := s.Deliver(); len(told) != 1 || told[0].Status >= 300 {
			t.Errorf("told %+v", told)
		}
		select {
		case <-answered:
			t.Error("the answer came first")
		default:
		}
		if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundSucceeded {
			t.Errorf("before the answer: %s, %v", v.Status, err)
		}
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
		settle(s)
		if now := s.State(o.No); now.Status != model.OrderClosed || s.Reload(sku).OnHand != 3 {
			t.Errorf("%s, %d on hand", now.Status, s.Reload(sku).OnHand)
		}
		if n := s.Count(&model.JournalEntry{}, "kind = ?", "refund"); n != 1 {
			t.Errorf("booked %d times", n)
		}
	})
}

// WeChat gives a refund up: the money is owed still, sixteen members of staff reissue it at once, and it goes back
// once, under another number.
func TestAClosedRefundIsReissuedOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(1_000, 3)
		buyer, o := bought(t, s, sku)
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
			t.Fatal(err)
		}
		r, err := wish{o.No, pieces(0, 3), true}.of(s, "key-0001")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Reissue(s.Ctx, "key-early", r.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("reissued while WeChat has it: %v", err)
		}
		settle(s)
		if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundClosed || v.ToDo != "reissue" {
			t.Fatalf("%+v, %v", v, err)
		}
		if owed := s.Balance(model.AccountRefundPayable); owed != -3_000 {
			t.Errorf("owed %d", owed)
		}
		s.Audit(t)
		got := tally(testdb.Race(16, func(i int) error {
			_, err := s.Payment.Reissue(s.Ctx, fmt.Sprintf("key-re-%04d", i), r.No)
			return err
		}))
		if got[""] != 1 || got["wrong_state"] != 15 {
			t.Errorf("%v", got)
		}
		s.Audit(t)
		settle(s)
		v, err := s.Order.Get(s.Ctx, buyer.Buyer, o.No)
		if err != nil || len(v.Refunds) != 1 || v.Refunds[0].Status != model.RefundSucceeded || v.Refunds[0].No == r.No {
			t.Errorf("the buyer sees %+v, %v", v.Refunds, err)
		}
		if now := s.State(o.No); now.Status != model.OrderClosed || s.Balance(model.AccountRefundPayable) != 0 || s.Reload(sku).OnHand != 3 {
			t.Errorf("%s, owed %d", now.Status, s.Balance(model.AccountRefundPayable))
		}
	})
}

// The refund of a payment that came too late is given up by WeChat as well: it is made again, and takes nothing
// off the limits of an order's own refunds.
func TestALateRefundIsReissued(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(990, 1), 1))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		for _, f := range []simulator.Fault{
			{Op: simulator.OpClose, Kind: simulator.PayAfterClose}, {Op: simulator.OpRefund, Kind: simulator.RefundClosed},
		} {
			if err := s.Sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		settle(s)
		stuck, _, err := s.Payment.Refunds(s.Ctx, []model.RefundStatus{model.RefundClosed}, 0, 10)
		if err != nil || len(stuck) != 1 || stuck[0].Kind != model.RefundLate || stuck[0].ToDo != "reissue" {
			t.Fatalf("%+v, %v", stuck, err)
		}
		s.Audit(t)
		fresh, err := s.Payment.Reissue(s.Ctx, "key-0001", stuck[0].No)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Payment.Reissue(s.Ctx, "key-0001", stuck[0].No); err != nil || again.No != fresh.No {
			t.Errorf("the same request again: %+v, %v", again, err)
		}
		settle(s)
		if now := s.State(o.No); now.RefundCount != 0 || s.Balance(model.AccountWeChatClearing) != 0 || s.Balance(model.AccountRefundPayable) != 0 {
			t.Errorf("count %d, clearing %d", now.RefundCount, s.Balance(model.AccountWeChatClearing))
		}
	})
}

// A bank refuses the money: staff are told what to do, and once it is settled at WeChat they ask again.
func TestAnAbnormalRefundIsSettled(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundAbnormal}); err != nil {
			t.Fatal(err)
		}
		r, err := wish{o.No, pieces(0, 1), false}.of(s, "key-0001")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.AskAgain(s.Ctx, r.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("asked before WeChat knew of it: %v", err)
		}
		settle(s)
		if v, err := s.Payment.AskAgain(s.Ctx, r.No); err != nil || v.Status != model.RefundAbnormal || v.ToDo != "settle_at_wechat" || v.WeChatRefundID == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		if err := s.Sim.SettleRefund(s.Merchant.MchID, r.No, "SUCCESS"); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Payment.AskAgain(s.Ctx, r.No); err != nil || v.Status != model.RefundSucceeded || v.ToDo != "" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
