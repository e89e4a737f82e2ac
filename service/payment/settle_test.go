package payment_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// byBank is that the brand has paid from its bank.
var byBank = payment.Settlement{By: model.SettledByBank, Reference: " ICBC 20261126-0007 "}

// givenUp is a refund of a whole order of three pieces that WeChat has given up.
func givenUp(t *testing.T, s *testshop.Shop, sku model.SKU) (*testshop.Buyer, model.Order, payment.DeskRefund) {
	t.Helper()
	buyer, o := bought(t, s, sku)
	if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
		t.Fatal(err)
	}
	r := wish{o.No, pieces(0, 3), true}.must(t, s, "key-0001")
	if _, err := s.Payment.SettleOutside(s.Ctx, "key-early", r.No, byBank); !errors.Is(err, model.ErrWrongState) {
		t.Errorf("settled while WeChat has it: %v", err)
	}
	settle(s)
	return buyer, o, r
}

// WeChat gives a refund up, and the brand pays from its bank: sixteen members of staff say so at once, it is booked
// once, and the order ends with all that hangs on the refund.
func TestWhatWeChatGaveUpIsSettledOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(1_000, 3)
		buyer, o, r := givenUp(t, s, sku)
		clearing := s.Balance(model.AccountWeChatClearing)
		got := tally(testdb.Race(16, func(i int) error {
			_, err := s.Payment.SettleOutside(s.Ctx, fmt.Sprintf("key-se-%04d", i), r.No, byBank)
			return err
		}))
		if got[""] != 1 || got["wrong_state"] != 15 {
			t.Errorf("%v", got)
		}
		s.Audit(t)
		if _, err := s.Payment.Reissue(s.Ctx, "key-re-0001", r.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("reissued after it was settled: %v", err)
		}
		settle(s)
		desk, err := s.Payment.RefundAtDesk(s.Ctx, r.No)
		if err != nil || desk.Status != model.RefundSettled || desk.SettledBy != model.SettledByBank ||
			desk.SettledRef != strings.TrimSpace(byBank.Reference) || desk.ToDo != "" || desk.SucceededAt == 0 {
			t.Errorf("%+v, %v", desk, err)
		}
		v, err := s.Order.Get(s.Ctx, buyer.Buyer, o.No)
		if err != nil || len(v.Refunds) != 1 || v.Refunds[0].Status != model.RefundSettled {
			t.Errorf("the buyer sees %+v, %v", v.Refunds, err)
		}
		if now := s.State(o.No); now.Status != model.OrderClosed || s.Reload(sku).OnHand != 3 {
			t.Errorf("%s, %d on hand", now.Status, s.Reload(sku).OnHand)
		}
		owed, outside := s.Balance(model.AccountRefundPayable), s.Balance(model.AccountPaidOutside)
		if held := s.Balance(model.AccountWeChatClearing); owed != 0 || outside != -desk.AmountFen || held != clearing {
			t.Errorf("owed %d, paid outside %d, at WeChat %d of %d", owed, outside, held, clearing)
		}
		if n := s.Count(&model.AuditEntry{}, "action = ?", "refund.settle"); n != 1 {
			t.Errorf("%d times in the audit log", n)
		}
	})
}

// One member of staff settles what another makes again: one of them has it, and the money goes back once.
func TestSettledOrReissued(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o, r := givenUp(t, s, s.SKU(1_000, 3))
		got := tally(testdb.Race(8, func(i int) error {
			var err error
			if i%2 == 0 {
				_, err = s.Payment.SettleOutside(s.Ctx, fmt.Sprintf("key-se-%04d", i), r.No, byBank)
			} else {
				_, err = s.Payment.Reissue(s.Ctx, fmt.Sprintf("key-re-%04d", i), r.No)
			}
			return err
		}))
		if got[""] != 1 || got["wrong_state"] != 7 {
			t.Errorf("%v", got)
		}
		settle(s)
		s.Audit(t)
		back := s.Count(&model.Refund{}, "status IN ?", model.RefundsBack)
		if now := s.State(o.No); back != 1 || now.Status != model.OrderClosed || s.Balance(model.AccountRefundPayable) != 0 {
			t.Errorf("went back %d times, %s, owed %d", back, now.Status, s.Balance(model.AccountRefundPayable))
		}
	})
}

// After a year WeChat takes no refund of a payment any more: what it gave up is not made again, and settled.
func TestSettledAfterAYear(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, _, r := givenUp(t, s, s.SKU(1_000, 3))
		s.Later((payment.RefundDays + 1) * 24 * time.Hour)
		if _, err := s.Payment.Reissue(s.Ctx, "key-re-0001", r.No); !errors.Is(err, model.ErrRefundTooLate) {
			t.Errorf("made again: %v", err)
		}
		if _, err := s.Payment.SettleOutside(s.Ctx, "key-blank", r.No, payment.Settlement{By: model.SettledByCash, Reference: " "}); !errors.Is(err, model.ErrRequired) {
			t.Errorf("without a reference: %v", err)
		}
		if _, err := s.Payment.SettleOutside(s.Ctx, "key-0002", "no-such-refund", byBank); !errors.Is(err, model.ErrRefundNotFound) {
			t.Errorf("of a refund that is not there: %v", err)
		}
		first, err := s.Payment.SettleOutside(s.Ctx, "key-0003", r.No, byBank)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Payment.SettleOutside(s.Ctx, "key-0003", r.No, byBank); err != nil || again.SucceededAt != first.SucceededAt {
			t.Errorf("the same request again: %+v, %v", again, err)
		}
		s.Audit(t)
	})
}

// WeChat is asked once more about what was settled: its word is that it gave the refund up, and nothing happens.
func TestAskedAfterItWasSettled(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, _, r := givenUp(t, s, s.SKU(1_000, 3))
		if _, err := s.Payment.SettleOutside(s.Ctx, "key-0002", r.No, byBank); err != nil {
			t.Fatal(err)
		}
		entries := s.Count(&model.JournalEntry{}, "id > 0")
		if v, err := s.Payment.AskAgain(s.Ctx, r.No); err != nil || v.Status != model.RefundSettled {
			t.Errorf("%+v, %v", v, err)
		}
		if n := s.Count(&model.JournalEntry{}, "id > 0"); n != entries {
			t.Errorf("%d more entries", n-entries)
		}
		s.Audit(t)
	})
}
