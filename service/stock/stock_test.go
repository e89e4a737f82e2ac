package stock_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/stock"
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

// Between the offer and the reservation somebody takes a SKU off sale, or others buy it: the condition decides, and
// nothing of the order stays reserved.
func TestTheReservationDecides(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		good, off, few := s.SKU(100, 5), s.SKU(200, 5), s.SKU(300, 1)
		if err := s.SetActive(off, false); err != nil {
			t.Fatal(err)
		}
		for name, second := range map[string]model.OrderLine{
			"off sale": {SKUID: off.ID, Quantity: 1}, "too few": {SKUID: few.ID, Quantity: 2}, "none": {SKUID: 1 << 40, Quantity: 1},
		} {
			o := &model.Order{No: name, Lines: []model.OrderLine{{SKUID: good.ID, Quantity: 1}, second}}
			err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return stock.Participant{}.Placed(s.Ctx, tx, o) })
			if !errors.Is(err, model.ErrOutOfStock) || s.Reload(good).Reserved != 0 {
				t.Errorf("%s: %d reserved, %v", name, s.Reload(good).Reserved, err)
			}
		}
	})
}

// What was counted is written when nobody has moved it since, and never below what is reserved.
func TestACountIsOfWhatWasThere(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, b := s.SKU(100, 5), s.Buyer()
		b.MustOrder(b.Wants(sku, 3))
		correct := func(seen model.SKU, to int64) error {
			return s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return stock.CorrectTo(tx, seen, to, "counted") })
		}
		seen := s.Reload(sku)
		if err := correct(seen, 2); !errors.Is(err, model.ErrOutOfStock) {
			t.Errorf("below what is reserved: %v", err)
		}
		if err := correct(seen, 4); err != nil {
			t.Error(err)
		}
		if err := correct(seen, 9); !errors.Is(err, model.ErrConflict) || s.Reload(sku).OnHand != 4 {
			t.Errorf("counted before it was moved: %d, %v", s.Reload(sku).OnHand, err)
		}
		seen = s.Reload(sku)
		b.MustOrder(b.Wants(sku, 1))
		if err := correct(seen, 3); !errors.Is(err, model.ErrConflict) || s.Reload(sku).OnHand != 4 {
			t.Errorf("below what was reserved meanwhile: %d, %v", s.Reload(sku).OnHand, err)
		}
	})
}

// No more pieces come back for sale than were refunded.
func TestNoMoreComesBackThanWasRefunded(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, b := s.SKU(100, 5), s.Buyer()
		o := b.MustOrder(b.Wants(sku, 2))
		var line model.OrderLine
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			if err := tx.Where("sku_id = ?", sku.ID).Take(&line).Error; err != nil {
				return err
			}
			return stock.Participant{}.Refunded(s.Ctx, tx, &model.Refund{
				OrderID: s.State(o.No).ID, Lines: []model.RefundLine{{OrderLineID: line.ID, SKUID: sku.ID, Quantity: 1, Restock: 1}},
			})
		})
		if !errors.Is(err, stock.ErrInconsistent) || s.Reload(sku).OnHand != 5 {
			t.Errorf("%d on hand, %v", s.Reload(sku).OnHand, err)
		}
	})
}

// What is sent in exchange is on sale, and nobody else's.
func TestAReplacementIsThere(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		few, off, b := s.SKU(100, 2), s.SKU(200, 5), s.Buyer()
		b.MustOrder(b.Wants(few, 1))
		if err := s.SetActive(off, false); err != nil {
			t.Fatal(err)
		}
		undone := errors.New("undone")
		for name, c := range map[string]struct {
			sku    model.SKU
			pieces int64
			want   error
		}{"reserved": {few, 2, model.ErrOutOfStock}, "off sale": {off, 1, model.ErrOutOfStock}, "free": {few, 1, undone}} {
			err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
				return errors.Join(stock.Replace(tx, c.sku.ID, c.pieces, 1), undone)
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Pieces that no order has reserved are neither sold nor given back.
func TestOnlyWhatIsReservedIsSoldOrFreed(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(100, 5)
		o := &model.Order{No: "none", Lines: []model.OrderLine{{SKUID: sku.ID, Quantity: 1}}}
		for name, step := range map[string]func(tx *gorm.DB) error{
			"sold":  func(tx *gorm.DB) error { return stock.Participant{}.Paid(s.Ctx, tx, o) },
			"freed": func(tx *gorm.DB) error { return stock.Participant{}.Closed(s.Ctx, tx, o) },
		} {
			if err := s.DB.InTx(s.Ctx, step); !errors.Is(err, stock.ErrInconsistent) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if now := s.Reload(sku); now.OnHand != 5 || now.Reserved != 0 {
			t.Errorf("%d on hand, %d reserved", now.OnHand, now.Reserved)
		}
	})
}
