package payment_test

import (
	"errors"
	"fmt"
	"testing"

	"hutong/model"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Sixteen times the last piece at once: it goes back once.
func TestTheLastPieceGoesBackOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		if _, err := (wish{o.No, pieces(0, 2), false}).of(s, "key-first"); err != nil {
			t.Fatal(err)
		}
		got := tally(testdb.Race(16, func(i int) error {
			_, err := wish{o.No, pieces(0, 1), false}.of(s, fmt.Sprintf("key-%04d", i))
			return err
		}))
		if got[""] != 1 || got[""]+got["over_refund"]+got["wrong_state"] != 16 {
			t.Errorf("%v", got)
		}
		settle(s)
		if now := s.State(o.No); now.RefundedFen != 3_000 || now.Status != model.OrderClosed {
			t.Errorf("%d, %s", now.RefundedFen, now.Status)
		}
	})
}

// The last fen, asked for as parts of the price by sixteen at once.
func TestTheLastFenGoesBackOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		part := func(key string, amount model.Fen) error {
			_, err := wish{order: o.No, lines: fen(0, amount)}.of(s, key)
			return err
		}
		if err := part("key-first", 2_999); err != nil {
			t.Fatal(err)
		}
		got := tally(testdb.Race(16, func(i int) error { return part(fmt.Sprintf("key-%04d", i), 1) }))
		if got[""] != 1 || got["over_refund"] != 15 {
			t.Errorf("%v", got)
		}
	})
}

// A refund of what was not sent against sending it: one of the two has the pieces, and the money goes back only
// with them.
func TestRefundAgainstShipping(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for round := range 8 {
			_, o := bought(t, s, s.SKU(1_000, 9))
			errs := testdb.Race(2, func(i int) error {
				if i == 0 {
					_, err := wish{o.No, pieces(0, 3), true}.of(s, fmt.Sprintf("key-%04d", round))
					return err
				}
				return ship(s, o, 3)
			})
			line := linesOf(t, s, o)[0]
			switch {
			case errs[0] == nil && errors.Is(errs[1], model.ErrNotLeftToSend):
				if line.Shipped != 0 || line.Dropped != 3 || line.Refunded != 3 {
					t.Errorf("refunded: shipped %d, dropped %d, refunded %d", line.Shipped, line.Dropped, line.Refunded)
				}
			case errs[1] == nil && errors.Is(errs[0], model.ErrConflict):
				if line.Shipped != 3 || line.Dropped != 0 || line.Refunded != 0 {
					t.Errorf("sent: shipped %d, dropped %d, refunded %d", line.Shipped, line.Dropped, line.Refunded)
				}
			default:
				t.Errorf("the refund: %v; the parcel: %v", errs[0], errs[1])
			}
		}
	})
}

// The same request at once, many times: one refund, and everybody hears of it.
func TestSameKeyMakesOneRefund(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		got := testdb.Race(16, func(int) string {
			r, err := wish{order: o.No, lines: pieces(0, 1)}.of(s, "the-one-key")
			return fmt.Sprint(r.No, err)
		})
		for _, g := range got {
			if g != got[0] {
				t.Errorf("%s and %s", g, got[0])
			}
		}
		if n := s.Count(&model.Refund{}, "1 = 1"); n != 1 {
			t.Errorf("%d refunds", n)
		}
	})
}
