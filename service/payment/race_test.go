package payment_test

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// tally counts the errors of a race by code; "" is success.
func tally(errs []error) map[string]int {
	out := map[string]int{}
	for _, err := range errs {
		var known *model.Error
		switch {
		case err == nil:
			out[""]++
		case errors.As(err, &known):
			out[known.Code]++
		default:
			out[err.Error()]++
		}
	}
	return out
}

// The last unit, 64 buyers at once: one order, and nothing is left.
func TestLastUnitHasOneBuyer(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(100, 1)
		buyers := make([]*testshop.Buyer, 64)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		got := tally(testdb.Race(len(buyers), func(i int) error {
			_, err := s.Order.Place(s.Ctx, buyers[i].Buyer, "key-"+buyers[i].Address,
				order.Checkout{Basket: buyers[i].Wants(sku, 1), ExpectedTotalFen: 100})
			return err
		}))
		if got[""] != 1 || got["out_of_stock"] != 63 {
			t.Errorf("%v", got)
		}
		if now := s.Reload(sku); now.Available() != 0 || now.Reserved != 1 {
			t.Errorf("on hand %d, reserved %d", now.OnHand, now.Reserved)
		}
		if n := s.Count(&model.Order{}, "1 = 1"); n != 1 {
			t.Errorf("%d orders", n)
		}
	})
}

// Orders for the same SKUs in opposite order do not end in deadlocks.
func TestCrossedBasketsAllSucceed(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		a, b := s.SKU(100, 100), s.SKU(100, 100)
		buyers := make([]*testshop.Buyer, 40)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		got := tally(testdb.Race(len(buyers), func(i int) error {
			basket := buyers[i].Wants(a, 1)
			basket.Lines = append(basket.Lines, buyers[i].Wants(b, 1).Lines...)
			if i%2 == 1 {
				basket.Lines[0], basket.Lines[1] = basket.Lines[1], basket.Lines[0]
			}
			_, err := buyers[i].Order(s.Ctx, "key-"+buyers[i].Address, basket)
			return err
		}))
		if got[""] != 40 {
			t.Errorf("%v", got)
		}
	})
}

// The same key, 32 times at once: one order, and everybody gets its number.
func TestSameKeyMakesOneOrder(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(100, 50), s.Buyer()
		var mu sync.Mutex
		numbers := map[string]int{}
		got := tally(testdb.Race(32, func(int) error {
			v, err := s.Order.Place(s.Ctx, buyer.Buyer, "the-one-key",
				order.Checkout{Basket: buyer.Wants(sku, 1), ExpectedTotalFen: 100})
			mu.Lock()
			defer mu.Unlock()
			numbers[v.No]++
			return err
		}))
		if got[""] != 32 || len(numbers) != 1 {
			t.Errorf("%v, numbers %v", got, numbers)
		}
		if s.Reload(sku).Reserved != 1 {
			t.Errorf("reserved %d", s.Reload(sku).Reserved)
		}
		_, err := s.Order.Place(s.Ctx, buyer.Buyer, "the-one-key",
			order.Checkout{Basket: buyer.Wants(sku, 2), ExpectedTotalFen: 200})
		if !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("the key with another basket: %v", err)
		}
	})
}

// The same notification, 32 times at once: one payment, one journal entry, and WeChat hears yes each time.
func TestSameNotificationHasOneEffect(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(100, 5), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 1))
		fault := simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Concurrent, Count: 32}
		if err := s.Sim.AddFault(fault); err != nil {
			t.Fatal(err)
		}
		if err := buyer.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		for _, d := range s.Deliver() {
			if d.Status != http.StatusNoContent {
				t.Errorf("answered %+v", d)
			}
		}
		if n := s.Count(&model.JournalEntry{}, "1 = 1"); n != 1 {
			t.Errorf("%d journal entries", n)
		}
		if n := s.Count(&model.Callback{}, "outcome = ? AND deliveries = 32", model.CallbackApplied); n != 1 {
			t.Errorf("%d callbacks with 32 deliveries", n)
		}
		if now := s.Reload(sku); now.OnHand != 4 || now.Reserved != 0 {
			t.Errorf("on hand %d, reserved %d", now.OnHand, now.Reserved)
		}
	})
}

// captured is a notification as WeChat posted it, to be posted again at will.
type captured struct {
	header http.Header
	body   []byte
}

// capture lets WeChat post to a recorder instead of the shop, and then gives the shop its address back.
func capture(t *testing.T, s *testshop.Shop) captured {
	t.Helper()
	var c captured
	s.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c = captured{r.Header.Clone(), body}
		w.WriteHeader(http.StatusNoContent)
	}))
	s.Deliver()
	s.Handle(nil)
	return c
}

// The callback and the expiry meet, many times over, at once and in both orders: the order is paid with its
// stock sold, or cancelled with the stock free and the money on its way back. Nothing in between.
func TestNotificationAgainstExpiry(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for round := range 12 {
			sku, buyer := s.SKU(100, 1), s.Buyer()
			o := buyer.MustOrder(buyer.Wants(sku, 1))
			if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
				t.Fatal(err)
			}
			// The money is taken after WeChat has answered the close: both sides mean it.
			if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose, Delay: time.Millisecond}); err != nil {
				t.Fatal(err)
			}
			late := round%3 == 0
			s.Clock.Turn(15 * time.Minute)
			if late {
				s.RunJobs() // expires
				s.Clock.Turn(time.Second)
			} else {
				s.Sim.ClearFaults()
				if _, err := s.Sim.Pay(o.No); err != nil {
					t.Fatal(err)
				}
			}
			c := capture(t, s)
			testdb.Race(9, func(i int) error {
				if i == 0 {
					_, err := s.RunJob(t.Context())
					return err
				}
				_, err := s.Payment.Notified(s.Ctx, c.header, c.body)
				return err
			})
			s.Later(10 * time.Minute)
			s.Later(time.Minute)
			got, now := s.State(o.No), s.Reload(sku)
			switch got.Status {
			case model.OrderPaid:
				if late || now.OnHand != 0 || now.Reserved != 0 {
					t.Errorf("round %d: paid, on hand %d, reserved %d", round, now.OnHand, now.Reserved)
				}
			case model.OrderCancelled:
				n := s.Count(&model.Refund{}, "order_id = ? AND status = ?", got.ID, model.RefundSucceeded)
				if now.OnHand != 1 || now.Reserved != 0 || n != 1 {
					t.Errorf("round %d: cancelled, on hand %d, reserved %d, refunds %d", round, now.OnHand, now.Reserved, n)
				}
			default:
				t.Errorf("round %d: %s", round, got.Status)
			}
		}
	})
}
