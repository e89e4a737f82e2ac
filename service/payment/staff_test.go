package payment_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// byStaff is ctx for what a member of staff does.
func byStaff(s *testshop.Shop) context.Context {
	return model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF", Address: "192.0.2.1", RequestID: "r"})
}

func cheaper(by, from model.Fen) order.PriceChange {
	return order.PriceChange{AmountFen: -by, Words: "old customer", ExpectedTotalFen: from}
}

var english = []string{"en"}

// closeFirst closes a payment here, as another request would.
func closeFirst(no string) func(tx *gorm.DB) error {
	return func(tx *gorm.DB) error {
		return tx.Model(&model.Payment{}).Where("no = ?", no).Update("status", model.PaymentClosed).Error
	}
}

// A changed price is what is paid: the old payment is closed at WeChat, the next has another number. The consumer sees
// what it is called, and everything adds up.
func TestChangePrice(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		basket := b.Wants(s.SKU(1_000, 9), 2)
		basket.Lines = append(basket.Lines, b.Wants(s.SKU(500, 9), 1).Lines...)
		no := b.MustOrder(basket).No
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		second := 1
		for i, c := range []order.PriceChange{
			cheaper(301, 2_500),
			{AmountFen: -200, On: "line", Line: &second, Words: "scratched", ExpectedTotalFen: 2_199},
			{AmountFen: 120, On: "freight", Words: "by air", ExpectedTotalFen: 1_999},
		} {
			if _, err := s.Payment.ChangePrice(byStaff(s), english, fmt.Sprint("change-", i), no, c); err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
		}
		v, err := s.Order.Get(s.Ctx, b.Buyer, no)
		if err != nil || v.TotalFen != 2_119 || v.DiscountFen != -501 || v.FreightFen != 120 || v.Lines[0].TotalFen+v.Lines[1].TotalFen != 1_999 {
			t.Errorf("%+v, %v", v, err)
		}
		if a := v.Adjustments; len(a) != 3 || a[0].Kind != model.AdjustDesk || a[0].Words != "old customer" || a[1].Line == nil || a[2].Kind != model.AdjustFreight {
			t.Errorf("%+v", v.Adjustments)
		}
		if _, err := s.Sim.Pay(no); err == nil {
			t.Error("the old payment is open at WeChat")
		}
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sim.Pay(no + "-2"); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		if o := s.State(no); o.Status != model.OrderPaid || s.Balance(model.AccountCustomerPrepaid) != -2_119 {
			t.Errorf("%s, prepaid %d", o.Status, s.Balance(model.AccountCustomerPrepaid))
		}
		if n := s.Count(&model.AuditEntry{}, "action = 'order.price' AND subject_no = ?", no); n != 3 {
			t.Errorf("%d entries in the log", n)
		}
	})
}

func TestChangePriceRefuses(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, line := s.Buyer(), 3
		no := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		paid := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		if err := b.Pay(paid); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		late := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		for name, c := range map[string]struct {
			no     string
			change order.PriceChange
			want   *model.Error
			field  string
		}{
			"nothing":              {no, cheaper(0, 1_000), model.ErrInvalid, "amount_fen"},
			"all of it":            {no, cheaper(1_000, 1_000), model.ErrOutOfRange, "amount_fen"},
			"too dear":             {no, cheaper(-model.MaxFen, 1_000), model.ErrOutOfRange, "amount_fen"},
			"no words":             {no, order.PriceChange{AmountFen: -1, Words: " ", ExpectedTotalFen: 1_000}, model.ErrRequired, "words"},
			"long words":           {no, order.PriceChange{AmountFen: -1, Words: strings.Repeat("好", 65), ExpectedTotalFen: 1_000}, model.ErrTooLong, "words"},
			"another total":        {no, cheaper(1, 999), model.ErrPriceChanged, "expected_total_fen"},
			"no such line":         {no, order.PriceChange{AmountFen: -1, On: "line", Line: &line, Words: "x", ExpectedTotalFen: 1_000}, model.ErrInvalid, "line"},
			"less than no freight": {no, order.PriceChange{AmountFen: -1, On: "freight", Words: "x", ExpectedTotalFen: 1_000}, model.ErrOutOfRange, "amount_fen"},
			"paid":                 {paid, cheaper(1, 1_000), model.ErrAlreadyPaid, ""},
			"nobody's":             {"01JZQ4T7M9S8X5N2K6V3B1C0DE", cheaper(1, 1_000), model.ErrOrderNotFound, ""},
		} {
			_, err := s.Payment.ChangePrice(byStaff(s), english, "key-"+strings.ReplaceAll(name, " ", "-"), c.no, c.change)
			var known *model.Error
			if !errors.As(err, &known) || !errors.Is(err, c.want) || known.Field != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.Clock.Turn(16 * time.Minute)
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-late", late, cheaper(1, 1_000)); !errors.Is(err, model.ErrOrderExpired) {
			t.Errorf("too late: %v", err)
		}
		if o := s.State(no); o.TotalFen != 1_000 || s.Count(&model.Adjustment{}, "kind = ?", model.AdjustDesk) != 0 {
			t.Errorf("%d", o.TotalFen)
		}
	})
}

// Many staff change the same price at once, with what they have seen: one of them does. The same key, many times at
// once, does it once.
func TestPriceChangesAtOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		no := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		got := tally(testdb.Race(12, func(i int) error {
			_, err := s.Payment.ChangePrice(byStaff(s), english, fmt.Sprintf("staff-%04d", i), no, cheaper(100, 1_000))
			return err
		}))
		if got[""] != 1 || got["price_changed"] != 11 || s.State(no).TotalFen != 900 {
			t.Errorf("%v, total %d", got, s.State(no).TotalFen)
		}
		got = tally(testdb.Race(12, func(int) error {
			_, err := s.Payment.ChangePrice(byStaff(s), english, "the-same-key", no, cheaper(100, 900))
			return err
		}))
		if got[""] != 12 || s.State(no).TotalFen != 800 {
			t.Errorf("%v, total %d", got, s.State(no).TotalFen)
		}
	})
}

// The price is changed while the consumer pays, in many orders at once: either the old price was paid and stays, or it
// is the new one and the old payment is closed. No money is kept for an order that it does not pay, and none is lost.
func TestPriceChangeAgainstPayment(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		type duel struct {
			b  *testshop.Buyer
			no string
		}
		duels := make([]duel, 12)
		for i := range duels {
			b := s.Buyer()
			duels[i] = duel{b, b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No}
			if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, duels[i].no); err != nil {
				t.Fatal(err)
			}
		}
		changed := make([]error, len(duels))
		paid := make([]error, len(duels))
		testdb.Race(2*len(duels), func(i int) error {
			d := duels[i/2]
			if i%2 == 0 {
				_, changed[i/2] = s.Payment.ChangePrice(byStaff(s), english, "change-"+d.no, d.no, cheaper(100, 1_000))
				return nil
			}
			if _, paid[i/2] = s.Sim.Pay(d.no); paid[i/2] == nil {
				_, err := s.Payment.Refresh(s.Ctx, d.b.Buyer, d.no)
				return err
			}
			return nil
		})
		s.Later(time.Minute)
		for i, d := range duels {
			o := s.State(d.no)
			switch {
			case changed[i] == nil && o.TotalFen == 900 && o.Status == model.OrderPending && paid[i] != nil:
			case errors.Is(changed[i], model.ErrAlreadyPaid) && o.TotalFen == 1_000 && o.Status == model.OrderPaid && paid[i] == nil:
			default:
				t.Errorf("changed: %v, paid: %v, order %s of %d", changed[i], paid[i], o.Status, o.TotalFen)
			}
		}
	})
}

// WeChat answers the close, and then takes the old price all the same: it goes back, the order waits for the new one.
func TestTheOldPricePaidAfterTheClose(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		no := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "change-1", no, cheaper(100, 1_000)); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		if o := s.State(no); o.Status != model.OrderPending || o.TotalFen != 900 {
			t.Errorf("%s of %d", o.Status, o.TotalFen)
		}
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sim.Pay(no + "-2"); err != nil {
			t.Fatal(err)
		}
		s.Later(2 * time.Minute)
		s.Later(time.Second)
		if o := s.State(no); o.Status != model.OrderPaid || s.Balance(model.AccountWeChatClearing) != 900 {
			t.Errorf("%s, at WeChat %d", o.Status, s.Balance(model.AccountWeChatClearing))
		}
		if n := s.Count(&model.Refund{}, "kind = ? AND status = ? AND amount_fen = 1000", model.RefundLate, model.RefundSucceeded); n != 1 {
			t.Errorf("%d refunds", n)
		}
	})
}

// The consumer opens another payment just while the price is changed: it is closed too, or nothing is changed.
func TestAPaymentBeginsMeanwhile(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		no := b.MustOrder(b.Wants(s.SKU(1_000, 9), 1)).No
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		var once sync.Once
		s.AfterWeChat = func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/close") {
				once.Do(func() {
					s.AfterWeChat = nil
					if err := s.DB.InTx(s.Ctx, closeFirst(no)); err != nil {
						t.Error(err)
					}
					if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
						t.Error(err)
					}
				})
			}
		}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "change-1", no, cheaper(100, 1_000)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sim.Pay(no + "-2"); err == nil {
			t.Error("the payment that began meanwhile has the old price and can be paid")
		}
		if n := s.Count(&model.Payment{}, "status <> ?", model.PaymentClosed); n != 0 {
			t.Errorf("%d payments are open", n)
		}
	})
}

// Staff cancel what is not paid, with a reason; what was reserved is free again.
func TestCancelByStaff(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, sku := s.Buyer(), s.SKU(1_000, 1)
		no := b.MustOrder(b.Wants(sku, 1)).No
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, no); err != nil {
			t.Fatal(err)
		}
		why := payment.Cancellation{Reason: "consumer_asked"}
		got := tally(testdb.Race(8, func(i int) error {
			_, err := s.Payment.CancelByStaff(byStaff(s), english, fmt.Sprintf("cancel-%d", i), no, why)
			return err
		}))
		if got[""] != 1 || got["wrong_state"] != 7 {
			t.Errorf("%v", got)
		}
		v, err := s.Order.AtDesk(s.Ctx, english, no)
		if err != nil || v.Status != model.OrderCancelled || v.Events[1].Reason != "consumer_asked" || v.Events[1].Staff != "01STAFF" {
			t.Errorf("%+v, %v", v, err)
		}
		if s.Reload(sku).Reserved != 0 {
			t.Error("it is still reserved")
		}
		if _, err := s.Sim.Pay(no); err == nil {
			t.Error("it can be paid")
		}
		paid := b.MustOrder(b.Wants(sku, 1)).No
		if err := b.Pay(paid); err != nil { // WeChat has not told us
			t.Fatal(err)
		}
		if _, err := s.Payment.CancelByStaff(byStaff(s), english, "cancel-paid", paid, why); !errors.Is(err, model.ErrAlreadyPaid) {
			t.Errorf("paid: %v", err)
		}
		if s.State(paid).Status != model.OrderPaid {
			t.Error("what was paid is not applied")
		}
	})
}
