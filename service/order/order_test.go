package order_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

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

func TestQuoteMarksWhatCannotBeBought(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		good, few, gone, buyer := s.SKU(1_000, 10), s.SKU(500, 1), s.SKU(700, 10), s.Buyer()
		if err := s.SetActive(gone, false); err != nil {
			t.Fatal(err)
		}
		basket := order.Basket{Lines: []offer.Want{
			{SKUNo: good.No, Quantity: 2},
			{SKUNo: few.No, Quantity: 2},
			{SKUNo: gone.No, Quantity: 1},
			{SKUNo: "01JZQ4T7M9S8X5N2K6V3B1C0DE", Quantity: 1},
		}}
		q, err := s.Order.Quote(s.Ctx, buyer.Buyer, basket)
		if err != nil {
			t.Fatal(err)
		}
		var problems []string
		for _, l := range q.Lines {
			problems = append(problems, l.Problem)
		}
		if fmt.Sprint(problems) != "[ out_of_stock not_on_sale not_on_sale]" || q.Complete || q.TotalFen != 2_000 {
			t.Errorf("%v, complete %t, total %d", problems, q.Complete, q.TotalFen)
		}
		basket.AddressNo = buyer.Address
		_, err = s.Order.Place(s.Ctx, buyer.Buyer, "key-0001", order.Checkout{Basket: basket, ExpectedTotalFen: 2_000})
		var errs model.Errs
		if !errors.As(err, &errs) || len(errs) != 3 || errs[0].Field != "lines[1]" || errs[0].Code != "out_of_stock" {
			t.Errorf("placed all the same: %v", err)
		}
	})
}

func TestPlaceRefuses(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer, stranger := s.SKU(1_000, 10), s.Buyer(), s.Buyer()
		for name, c := range map[string]struct {
			change func(*order.Checkout)
			want   error
		}{
			"no address":           {func(c *order.Checkout) { c.AddressNo = "" }, model.ErrRequired},
			"a stranger's address": {func(c *order.Checkout) { c.AddressNo = stranger.Address }, model.ErrAddressNotFound},
			"another total":        {func(c *order.Checkout) { c.ExpectedTotalFen = 999 }, model.ErrPriceChanged},
			"no pieces":            {func(c *order.Checkout) { c.Lines[0].Quantity = 0 }, model.ErrOutOfRange},
			"too many pieces":      {func(c *order.Checkout) { c.Lines[0].Quantity = model.MaxQuantity + 1 }, model.ErrOutOfRange},
			"more than in stock":   {func(c *order.Checkout) { c.Lines[0].Quantity = 11 }, model.ErrOutOfStock},
			"a SKU twice":          {func(c *order.Checkout) { c.Lines = append(c.Lines, c.Lines[0]) }, model.ErrInvalid},
			"an empty cart":        {func(c *order.Checkout) { c.Lines = nil }, model.ErrNothingToBuy},
			"a remark without end": {func(c *order.Checkout) { c.Remark = fmt.Sprintf("%0300d", 1) }, model.ErrTooLong},
			"more lines than goods": {func(c *order.Checkout) {
				for i := range order.MaxLines {
					c.Lines = append(c.Lines, offer.Want{SKUNo: fmt.Sprintf("01NONE%020d", i), Quantity: 1})
				}
			}, model.ErrOutOfRange},
		} {
			checkout := order.Checkout{Basket: buyer.Wants(sku, 1), ExpectedTotalFen: 1_000}
			c.change(&checkout)
			if _, err := s.Order.Place(s.Ctx, buyer.Buyer, "key-"+fmt.Sprintf("%x", name), checkout); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := s.Count(&model.Order{}, "1 = 1"); n != 0 || s.Reload(sku).Reserved != 0 {
			t.Errorf("%d orders, %d reserved", n, s.Reload(sku).Reserved)
		}
	})
}

// An order keeps its own copy of what was shown, whatever becomes of the product.
func TestOrderKeepsItsCopy(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(1_000, 10), s.Buyer()
		before := buyer.MustOrder(buyer.Wants(sku, 1))
		if err := errors.Join(s.SetPrice(sku, 9_000), s.SetActive(sku, false)); err != nil {
			t.Fatal(err)
		}
		now, err := s.Order.Get(s.Ctx, buyer.Buyer, before.No)
		if err != nil || now.TotalFen != 1_000 || now.Lines[0] != before.Lines[0] || now.Place != before.Place {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

func TestOrdersAreTheBuyersAlone(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer, stranger := s.SKU(1_000, 100), s.Buyer(), s.Buyer()
		var nos []string
		for range 7 {
			nos = append([]string{buyer.MustOrder(buyer.Wants(sku, 1)).No}, nos...)
		}
		if _, err := s.Order.Get(s.Ctx, stranger.Buyer, nos[0]); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("a stranger's order: %v", err)
		}
		if views, _, err := s.Order.List(s.Ctx, stranger.Buyer, nil, 0, 10); err != nil || len(views) != 0 {
			t.Errorf("a stranger sees %d orders, %v", len(views), err)
		}
		var seen []string
		for before := int64(0); ; {
			views, next, err := s.Order.List(s.Ctx, buyer.Buyer, []model.OrderStatus{model.OrderPending}, before, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range views {
				seen = append(seen, v.No)
			}
			if before = next; next == 0 {
				break
			}
		}
		if fmt.Sprint(seen) != fmt.Sprint(nos) {
			t.Errorf("pages of three: %v, newest first: %v", seen, nos)
		}
	})
}

// Lines and total always add up, whatever the adjustments; what cannot be bought costs nothing.
func TestDraftAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &order.Draft{}
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			line := offer.Line{Quantity: rapid.IntRange(1, model.MaxQuantity).Draw(t, "pieces")}
			line.SKU.PriceFen = model.Fen(rapid.Int64Range(1, int64(model.MaxFen)).Draw(t, "price"))
			if rapid.IntRange(0, 4).Draw(t, "problem") == 0 {
				line.Problem = model.ErrOutOfStock
			}
			d.Lines = append(d.Lines, line)
			if line.Problem == nil && rapid.Bool().Draw(t, "on the line") {
				d.Adjust(i, model.AdjustPromotion, "test", "test", -model.Fen(rapid.Int64Range(0, 100).Draw(t, "off the line")))
			}
		}
		buyable := false
		for i := range d.Lines {
			buyable = buyable || d.Buyable(i)
		}
		if buyable && rapid.Bool().Draw(t, "on the order") {
			d.Adjust(-1, model.AdjustCoupon, "test", "test", -model.Fen(rapid.Int64Range(0, 10_000).Draw(t, "off the order")))
		}
		d.Adjust(-1, model.AdjustFreight, "test", "test", model.Fen(rapid.Int64Range(0, 10_000).Draw(t, "freight")))
		var sum model.Fen
		for i, total := range d.LineTotals() {
			sum += total
			if !d.Buyable(i) && total != 0 {
				t.Fatalf("line %d cannot be bought and costs %d", i, total)
			}
		}
		if sum != d.Goods()+d.Discount() {
			t.Fatalf("the lines add up to %d, goods and discount to %d", sum, d.Goods()+d.Discount())
		}
		if d.Total() != sum+d.Sum(model.AdjustFreight, model.AdjustTax) {
			t.Fatalf("the total is %d", d.Total())
		}
	})
}

// What is not taken back without a reason is bought only by somebody who has confirmed that, and the order
// remembers it, whatever becomes of the product.
func TestNoReturnIsConfirmedAtThePurchase(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(1_000, 10), s.Buyer()
		if err := s.SetNoReturn(sku, true); err != nil {
			t.Fatal(err)
		}
		q, err := s.Order.Quote(s.Ctx, buyer.Buyer, buyer.Wants(sku, 1))
		if err != nil || !q.Lines[0].NoReturn {
			t.Errorf("the quote does not say so: %+v, %v", q.Lines, err)
		}
		checkout := order.Checkout{Basket: buyer.Wants(sku, 1), ExpectedTotalFen: 1_000}
		if _, err := s.Order.Place(s.Ctx, buyer.Buyer, "key-0001", checkout); !errors.Is(err, model.ErrUnconfirmed) {
			t.Errorf("without a word: %v", err)
		}
		checkout.NoReturnConfirmed = true
		v, err := s.Order.Place(s.Ctx, buyer.Buyer, "key-0002", checkout)
		if err != nil || !v.Lines[0].NoReturn {
			t.Fatalf("confirmed: %+v, %v", v, err)
		}
		if err := s.SetNoReturn(sku, false); err != nil {
			t.Fatal(err)
		}
		if v, err = s.Order.Get(s.Ctx, buyer.Buyer, v.No); err != nil || !v.Lines[0].NoReturn {
			t.Errorf("afterwards: %+v, %v", v.Lines, err)
		}
	})
}

// An order costs something, and no more than can be counted with; whatever total the buyer expects.
func TestTheTotalHasBounds(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		for name, c := range map[string]struct {
			price  model.Fen
			pieces int
		}{"nothing": {0, 1}, "too much": {model.MaxFen, 2}} {
			basket := buyer.Wants(s.SKU(c.price, 10), c.pieces)
			_, err := s.Order.Place(s.Ctx, buyer.Buyer, fmt.Sprintf("key-%08d", c.pieces),
				order.Checkout{Basket: basket, ExpectedTotalFen: c.price.Times(c.pieces)})
			if !errors.Is(err, model.ErrTotalLimit) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
