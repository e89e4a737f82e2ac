package order_test

import (
	"testing"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Several processes look for expired orders at once: each order is ended by one job, of its own brand.
func TestExpiredOrdersGetOneJobEach(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		other := s.World.Shop()
		shops := []*testshop.Shop{s, other}
		for _, s := range shops {
			b, sku := s.Buyer(), s.SKU(900, 9)
			for range 3 {
				b.MustOrder(b.Wants(sku, 1))
			}
			paid := b.MustOrder(b.Wants(sku, 1))
			if err := b.Pay(paid.No); err != nil {
				t.Fatal(err)
			}
		}
		s.Deliver()
		expire := func(int) error {
			_, err := s.Order.Expire(model.AcrossBrands(t.Context()))
			return err
		}
		jobs := func(s *testshop.Shop) int64 { return s.Count(&model.Job{}, "kind = ?", order.JobExpire) }
		if err := expire(0); err != nil || jobs(s)+jobs(other) != 0 {
			t.Fatalf("%d jobs before their time, %v", jobs(s)+jobs(other), err)
		}
		s.Overdue()
		for _, err := range testdb.Race(8, expire) {
			if err != nil {
				t.Error(err)
			}
		}
		if jobs(s) != 3 || jobs(other) != 3 {
			t.Errorf("%d and %d jobs for three orders each", jobs(s), jobs(other))
		}
		s.Later(0)
		for _, s := range shops {
			if n := s.Count(&model.Order{}, "status = ?", model.OrderCancelled); n != 3 {
				t.Errorf("%d orders ended", n)
			}
		}
	})
}

// When WeChat cannot be asked, the job waits and is not written anew.
func TestADeadEndIsNotPlannedAgain(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(900, 9), 1))
		s.Overdue()
		id := s.GiveUp(order.JobExpire).ID
		if n, err := s.Order.Expire(model.AcrossBrands(t.Context())); n != 0 || err != nil {
			t.Errorf("%d found, %v", n, err)
		}
		if err := s.Operations.Retry(s.Ctx, id); err != nil {
			t.Fatal(err)
		}
		s.Later(0)
		if got := s.State(o.No).Status; got != model.OrderCancelled {
			t.Errorf("it is %s", got)
		}
	})
}
