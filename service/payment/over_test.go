package payment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testshop"
)

// What is over by its time is not announced to WeChat any more, though nothing has ended it yet.
func TestWhatIsOverIsNotPrepared(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
		s.Clock.Turn(15 * time.Minute)
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrOrderExpired) {
			t.Errorf("%v", err)
		}
		if s.State(o.No).Status != model.OrderPending || s.Count(&model.Payment{}, "1 = 1") != 0 {
			t.Errorf("%s, %d payments", s.State(o.No).Status, s.Count(&model.Payment{}, "1 = 1"))
		}
	})
}

// An order is paid at the last moment, when the job that ends it is due already: the job has nothing to do.
func TestAnOrderThatWasPaidDoesNotEnd(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
		if err := buyer.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		s.Overdue()
		s.Deliver()
		s.RunJobs()
		if n := s.Count(&model.Job{}, "kind = ? AND status = ?", order.JobExpire, model.JobDone); n != 1 || s.State(o.No).Status != model.OrderPaid {
			t.Errorf("%d jobs are done, the order is %s", n, s.State(o.No).Status)
		}
	})
}

// An order goes on while a piece of it is kept, and is over when the money of the last one has gone back, not before.
func TestAnOrderEndsWithItsLastPiece(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		wish{o.No, pieces(0, 1), false}.must(t, s, "key-0001")
		settle(s)
		if got := s.State(o.No).Status; got != model.OrderPaid {
			t.Errorf("two pieces are kept: %s", got)
		}
		wish{o.No, pieces(0, 2), false}.must(t, s, "key-0002")
		if got := s.State(o.No).Status; got != model.OrderPaid {
			t.Errorf("the money of two is on its way: %s", got)
		}
		settle(s)
		if got := s.State(o.No).Status; got != model.OrderClosed {
			t.Errorf("all is back: %s", got)
		}
	})
}

// WeChat wants a minute between two refunds of a payment: the second is not asked for earlier.
func TestRefundsAreAMinuteApart(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		for i, want := range []time.Duration{0, 70 * time.Second, 140 * time.Second} {
			r := wish{o.No, pieces(0, 1), false}.must(t, s, fmt.Sprintf("key-%04d", i))
			n := s.Count(&model.Job{}, "kind = ? AND job_key = ? AND run_at = ?", payment.JobRefund, r.No, model.At(s.Clock.Now().Add(want)))
			if n != 1 {
				t.Errorf("refund %d is not asked for after %s", i, want)
			}
		}
		settle(s)
	})
}
