package stock_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

// Forty buyers want the same three SKUs in whatever order, and there are ten of the scarcest: ten get all
// three, the others nothing, and each of them is told which line it was.
func TestOrdersOfSeveralLinesQueueForTheirStock(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		skus := []model.SKU{s.SKU(100, 40), s.SKU(200, 10), s.SKU(300, 40)}
		buyers := make([]*testshop.Buyer, 40)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		var placed, named atomic.Int64
		errs := testdb.Race(len(buyers), func(i int) error {
			b := buyers[i]
			basket := order.Basket{AddressNo: b.Address}
			for j := range skus {
				basket.Lines = append(basket.Lines, offer.Want{SKUNo: skus[(i+j)%len(skus)].No, Quantity: 1})
			}
			if i%2 == 0 {
				slices.Reverse(basket.Lines)
			}
			scarce := slices.IndexFunc(basket.Lines, func(w offer.Want) bool { return w.SKUNo == skus[1].No })
			_, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprintf("key-%04d", i), order.Checkout{Basket: basket, ExpectedTotalFen: 600})
			var lines model.Errs
			switch {
			case err == nil:
				placed.Add(1)
			case errors.As(err, &lines) && len(lines) == 1 && lines[0].Is(model.ErrOutOfStock) &&
				lines[0].Field == fmt.Sprintf("lines[%d]", scarce):
				named.Add(1)
			default:
				return err
			}
			return nil
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if placed.Load() != 10 || named.Load() != 30 {
			t.Errorf("%d placed, %d refused by line", placed.Load(), named.Load())
		}
		for i, reserved := range []int64{10, 10, 10} {
			if now := s.Reload(skus[i]); now.Reserved != reserved {
				t.Errorf("sku %d: %d reserved", i, now.Reserved)
			}
		}
	})
}

// What is reserved is sold, or given back, line by line with its own number of pieces.
func TestReservedIsSoldOrGivenBack(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		one, two, b := s.SKU(100, 5), s.SKU(200, 5), s.Buyer()
		basket := order.Basket{AddressNo: b.Address, Lines: []offer.Want{{SKUNo: two.No, Quantity: 3}, {SKUNo: one.No, Quantity: 2}}}
		paid := b.MustOrder(basket)
		if err := b.Pay(paid.No); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		basket.Lines[0].Quantity, basket.Lines[1].Quantity = 1, 3
		cancelled := b.MustOrder(basket)
		if now := s.Reload(one); now.OnHand != 3 || now.Reserved != 3 {
			t.Errorf("one: %d on hand, %d reserved", now.OnHand, now.Reserved)
		}
		if _, err := s.Payment.Cancel(s.Ctx, b.Buyer, cancelled.No); err != nil {
			t.Fatal(err)
		}
		for _, want := range []struct {
			sku    model.SKU
			onHand int64
		}{{one, 3}, {two, 2}} {
			if now := s.Reload(want.sku); now.OnHand != want.onHand || now.Reserved != 0 {
				t.Errorf("%d on hand, %d reserved; want %d and none", now.OnHand, now.Reserved, want.onHand)
			}
		}
	})
}
