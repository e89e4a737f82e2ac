package payment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Whatever the order and the partition in which the pieces go back, with compensations in between, before or after
// they were sent and received: the parts add up to exactly what was paid, discount shares, freight and tax
// included, what was never sent and what came back is in stock again, and the order is over.
func TestAllPartsAddUpToWhatWasPaid(t *testing.T) {
	clock := testshop.NewClock()
	s := testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock).Shop()
	rapid.Check(t, func(t *rapid.T) {
		r := &returning{t: t, s: s, o: odd(t, s)}
		auditedAt := rapid.IntRange(0, 3).Draw(t, "audited")
		sentAt, receivedAt := rapid.IntRange(0, 6).Draw(t, "sent"), rapid.IntRange(0, 6).Draw(t, "received")
		for n := 0; r.left() > 0; n++ {
			switch now := s.State(r.o.No); {
			case n == sentAt && now.Status == model.OrderPaid:
				send(t, s, now)
			case n == receivedAt && now.Status == model.OrderShipped:
				receive(t, s, now)
			case rapid.IntRange(0, 3).Draw(t, "compensation") == 0:
				r.compensate(n)
			}
			r.some(n)
			if n == auditedAt { // each audit reads all the cases before: one on the way, one at the end
				s.Audit(t)
			}
		}
		settle(s)
		now := s.State(r.o.No)
		if r.back != now.TotalFen || now.RefundedFen != now.TotalFen || s.Balance(model.AccountRefundPayable) != 0 {
			t.Errorf("%d of %d went back, %d by the order", r.back, now.TotalFen, now.RefundedFen)
		}
		if r.free == 0 && now.Status != model.OrderClosed {
			t.Errorf("the order is %s", now.Status)
		}
		s.Audit(t)
	})
}

// odd is a paid order whose amounts do not divide by its pieces.
func odd(t *rapid.T, s *testshop.Shop) model.Order {
	b := s.Buyer()
	basket := order.Basket{AddressNo: b.Address}
	for range rapid.IntRange(1, 3).Draw(t, "lines") {
		sku := s.SKU(model.Fen(rapid.IntRange(1, 999).Draw(t, "price")), 10)
		basket.Lines = append(basket.Lines, offer.Want{SKUNo: sku.No, Quantity: rapid.IntRange(1, 4).Draw(t, "pieces")})
	}
	o := s.State(b.MustOrder(basket).No)
	upTo := func(most int, of string) model.Fen { return model.Fen(rapid.IntRange(0, most).Draw(t, of)) }
	p := extras{upTo(int(o.GoodsFen)-1, "discount"), upTo(999, "freight"), upTo(99, "tax of the first line"), upTo(99, "tax")}
	if err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return p.put(tx, o) }); err != nil {
		t.Fatal(err)
	}
	if err := b.Pay(o.No); err != nil {
		t.Fatal(err)
	}
	s.Deliver()
	return s.State(o.No)
}

// extras are what coupons, freight and customs make of the price: a discount and a tax of the order as a whole, a
// tax of the first line's own.
type extras struct{ discount, freight, ownTax, tax model.Fen }

// put changes the price of an order that is not paid yet.
func (p extras) put(tx *gorm.DB, o model.Order) error {
	var lines []model.OrderLine
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&lines).Error; err != nil {
		return err
	}
	weights := make([]int64, len(lines))
	for i, l := range lines {
		weights[i] = int64(l.TotalFen)
	}
	for i, share := range p.discount.Split(weights) {
		if err := tx.Model(&model.OrderLine{}).Where("id = ?", lines[i].ID).Update("total_fen", lines[i].TotalFen-share).Error; err != nil {
			return err
		}
	}
	adjustments := []model.Adjustment{
		{OrderID: o.ID, Position: -1, Kind: model.AdjustCoupon, Source: "test", Label: "coupon", AmountFen: -p.discount},
		{OrderID: o.ID, Position: -1, Kind: model.AdjustFreight, Source: "test", Label: "freight", AmountFen: p.freight},
		{OrderID: o.ID, Position: 0, Kind: model.AdjustTax, Source: "test", Label: "tax", AmountFen: p.ownTax},
		{OrderID: o.ID, Position: -1, Kind: model.AdjustTax, Source: "test", Label: "tax", AmountFen: p.tax},
	}
	if err := tx.Create(&adjustments).Error; err != nil {
		return err
	}
	return tx.Model(&model.Order{}).Where("id = ?", o.ID).Updates(map[string]any{
		"total_fen":    o.TotalFen - p.discount + p.freight + p.ownTax + p.tax,
		"discount_fen": -p.discount, "freight_fen": p.freight, "tax_fen": p.ownTax + p.tax,
	}).Error
}

// returning gives an order back by and by.
type returning struct {
	t    *rapid.T
	s    *testshop.Shop
	o    model.Order
	back model.Fen
	free int // pieces that stay with the order because they cost nothing
}

func (r *returning) lines() []model.OrderLine { return linesOf(r.t, r.s, r.o) }

func (r *returning) left() (n int) {
	for _, l := range r.lines() {
		n += l.Quantity - l.Refunded
	}
	return n - r.free
}

// compensate gives back a part of a line's price alone.
func (r *returning) compensate(n int) {
	lines := r.lines()
	l := lines[rapid.IntRange(0, len(lines)-1).Draw(r.t, "compensated line")]
	if rest := int(l.TotalFen - l.RefundedFen); rest > 0 {
		r.give(fmt.Sprintf("comp-%d", n), fen(l.Position, model.Fen(rapid.IntRange(1, rest).Draw(r.t, "compensation"))), false)
	}
}

// some gives back some pieces of one line; when they cost nothing, all that is left.
func (r *returning) some(n int) {
	lines := r.lines()
	i := rapid.IntRange(0, len(lines)-1).Filter(func(i int) bool { return lines[i].Refunded < lines[i].Quantity }).Draw(r.t, "line")
	k := rapid.IntRange(1, lines[i].Quantity-lines[i].Refunded).Draw(r.t, "back")
	last := r.left() == k
	if r.give(fmt.Sprintf("some-%d", n), r.part(lines[i], k), last) {
		return
	}
	var all []payment.StaffRefundLine
	for _, l := range lines {
		if l.Refunded < l.Quantity {
			all = append(all, r.part(l, l.Quantity-l.Refunded)...)
		}
	}
	if !r.give(fmt.Sprintf("rest-%d", n), all, true) {
		r.free = r.left()
	}
}

func (r *returning) part(l model.OrderLine, n int) []payment.StaffRefundLine {
	if l.Shipped == 0 {
		return pieces(l.Position, n)
	}
	return sent(l.Position, n, rapid.IntRange(0, n).Draw(r.t, "restocked"))
}

// give tells whether there was something to give.
func (r *returning) give(key string, lines []payment.StaffRefundLine, freight bool) bool {
	v, err := wish{r.o.No, lines, freight}.of(r.s, r.o.No[18:]+"-"+key)
	if errors.Is(err, model.ErrNothingBack) {
		return false
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.back += v.AmountFen
	return true
}

// A deduction that was agreed on stays with the brand: it is earned, though nobody confirms that anything came.
func TestWhatIsKeptOfARefundIsEarned(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(1_000, 9)
		_, o := bought(t, s, sku)
		send(t, s, o)
		lines := sent(0, 3, 3)
		lines[0].AmountFen = 2_400
		wish{o.No, lines, true}.must(t, s, "key-0001")
		settle(s)
		if now := s.State(o.No); now.Status != model.OrderClosed || s.Balance(model.AccountRevenue) != -600 || s.Reload(sku).OnHand != 9 {
			t.Errorf("%s, earned %d, %d on hand", now.Status, s.Balance(model.AccountRevenue), s.Reload(sku).OnHand)
		}
	})
}

// What is left of an order that was partly sent is dropped: it is shipped. What comes back of it later leaves
// nothing: it is over.
func TestDroppingTheRestMakesAnOrderShipped(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, o := bought(t, s, s.SKU(1_000, 9))
		if err := ship(s, o, 2); err != nil {
			t.Fatal(err)
		}
		wish{o.No, pieces(0, 1), false}.must(t, s, "key-0001")
		if now := s.State(o.No); now.Status != model.OrderShipped {
			t.Errorf("%s", now.Status)
		}
		v, err := s.Order.Get(s.Ctx, b.Buyer, o.No)
		if err != nil || v.RefundedFen != 1_000 || v.Lines[0].Shipped != 2 || v.Lines[0].Refunded != 1 || v.Lines[0].RefundedFen != 1_000 {
			t.Errorf("the buyer sees %+v, %v", v, err)
		}
		wish{o.No, sent(0, 2, 0), false}.must(t, s, "key-0002")
		settle(s)
		if now := s.State(o.No); now.Status != model.OrderClosed {
			t.Errorf("%s", now.Status)
		}
	})
}

// Refunds of one order are a minute apart at WeChat, at most fifty, and none comes a year after the payment.
func TestLimitsOfRefunds(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		one := func(key string) error {
			_, err := wish{order: o.No, lines: fen(0, 1)}.of(s, key)
			return err
		}
		for i := range payment.MostRefunds {
			if err := one(fmt.Sprintf("key-%04d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if one("key-one-more"); s.Count(&model.Refund{}, "status = ?", model.RefundClosed) != 1 {
			t.Error("one more is left to WeChat")
		}
		if n := s.RunJobs(); s.Count(&model.Refund{}, "status = ?", model.RefundPending) != payment.MostRefunds-1 {
			t.Errorf("after %d jobs more than one refund was asked for", n)
		}
		for range 120 {
			s.Later(time.Minute)
		}
		if n := s.Count(&model.Refund{}, "status = ?", model.RefundSucceeded); n != payment.MostRefunds {
			t.Errorf("%d refunds are done", n)
		}
		asked := s.Sim.Refunds()
		for i := 1; i < len(asked); i++ {
			if gap := asked[i].CreatedAt.Sub(asked[i-1].CreatedAt); gap < time.Minute {
				t.Errorf("refund %d was asked for %s after the one before", i, gap)
			}
		}
		_, late := bought(t, s, s.SKU(1_000, 9))
		s.Clock.Turn(366 * 24 * time.Hour)
		wanted := payment.RefundWish{Reason: payment.ReasonOther, Lines: []payment.RefundPart{{LineID: linesOf(t, s, late)[0].ID, Quantity: 1}}}
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			o, err := order.Lock(tx, late.ID)
			if err == nil {
				_, err = s.Payment.RefundOrder(s.Ctx, tx, o, wanted)
			}
			return err
		})
		if !errors.Is(err, model.ErrRefundTooLate) {
			t.Errorf("after a year: %v", err)
		}
		r := wish{late.No, pieces(0, 3), false}.must(t, s, "key-late")
		if r.Status != model.RefundClosed || r.ToDo == "" || s.Count(&model.Job{}, "job_key = ?", r.No) != 0 {
			t.Errorf("for staff, after a year: %+v", r)
		}
		if _, err := s.Payment.SettleOutside(s.Ctx, "key-settle", r.No, byBank); err != nil || s.State(late.No).Status != model.OrderClosed {
			t.Errorf("%s, %v", s.State(late.No).Status, err)
		}
	})
}

// What staff cannot mean is refused at the field, and nothing is written.
func TestWishesThatCannotBe(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		if err := ship(s, o, 1); err != nil {
			t.Fatal(err)
		}
		before := fmt.Sprint(s.Fingerprint())
		line := func(quantity, sent, restock int, amount model.Fen) payment.StaffRefundLine {
			return payment.StaffRefundLine{Quantity: quantity, Sent: sent, Restock: restock, AmountFen: amount}
		}
		for i, c := range []struct {
			lines []payment.StaffRefundLine
			want  *model.Error
		}{
			{nil, model.ErrNothingBack},
			{pieces(1, 1), model.ErrInvalid.At("lines[0].line")},
			{[]payment.StaffRefundLine{{Quantity: 1}, {Quantity: 1}}, model.ErrInvalid.At("lines[1].line")},
			{[]payment.StaffRefundLine{line(0, 0, 0, 0)}, model.ErrInvalid.At("lines[0].amount_fen")},
			{[]payment.StaffRefundLine{line(-1, 0, 0, 0)}, model.ErrInvalid.At("lines[0].quantity")},
			{[]payment.StaffRefundLine{line(0, 0, 0, -1)}, model.ErrInvalid.At("lines[0].amount_fen")},
			{[]payment.StaffRefundLine{line(1, 2, 0, 0)}, model.ErrInvalid.At("lines[0].sent")},
			{[]payment.StaffRefundLine{line(1, 0, 1, 0)}, model.ErrInvalid.At("lines[0].restock")},
			{[]payment.StaffRefundLine{line(1, -1, -1, 0)}, model.ErrInvalid.At("lines[0].sent")},
			{[]payment.StaffRefundLine{line(1, 0, 0, 1_001)}, model.ErrOverRefund.At("lines[0].amount_fen")},
			{[]payment.StaffRefundLine{line(4, 0, 0, 0)}, model.ErrOverRefund.At("lines[0].quantity")},
			{[]payment.StaffRefundLine{line(2, 2, 0, 0)}, model.ErrOverRefund.At("lines[0]")}, // one was sent
			{fen(0, 3_001), model.ErrOverRefund.At("lines[0]")},
			{pieces(0, 3), model.ErrConflict.At("lines[0].sent")},
		} {
			var got *model.Error
			_, err := wish{order: o.No, lines: c.lines}.of(s, fmt.Sprintf("key-%04d", i))
			if !errors.As(err, &got) || got.Code != c.want.Code || got.Field != c.want.Field {
				t.Errorf("%+v: %v, want %v", c.lines, err, c.want)
			}
		}
		if _, err := (wish{order: "01NOBODY", lines: pieces(0, 1)}).of(s, "key-nobody"); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("of no order: %v", err)
		}
		if _, err := (wish{order: o.No, lines: pieces(0, 1)}).of(s.World.Shop(), "key-other"); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("another brand's: %v", err)
		}
		if fmt.Sprint(s.Fingerprint()) != before {
			t.Error("something was written")
		}
	})
}
