package aftersale_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

const (
	refund   = model.AfterSaleRefund
	back     = model.AfterSaleReturn
	exchange = model.AfterSaleExchange
)

// What may be asked for depends on where the goods are, and why.
func TestWhatMayBeAskedFor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		paid := func() *sale { return d.sold(2) }
		partly := func() *sale { return d.sold(2).shipped(1) }
		sent := func() *sale { return d.sold(2).shipped(2) }
		received := func() *sale { return d.sold(2).shipped(2).received() }
		for i, c := range []struct {
			of     func() *sale
			kind   model.AfterSaleKind
			reason string
			pieces int
			want   error
		}{
			{paid, refund, "unwanted", 2, nil},
			{paid, refund, "late_delivery", 1, nil},
			{paid, refund, "damaged", 1, model.ErrInvalid},
			{paid, refund, "unwanted", 3, model.ErrPiecesTaken},
			{paid, refund, "unwanted", 0, model.ErrPiecesTaken},
			{paid, back, "unwanted", 1, model.ErrNotSent},
			{paid, exchange, "unwanted", 1, model.ErrNotSent},
			{partly, refund, "unwanted", 1, nil},
			{partly, refund, "unwanted", 2, model.ErrPiecesTaken},
			{partly, back, "unwanted", 1, model.ErrNotSent},
			{sent, refund, "unwanted", 1, nil},
			{sent, refund, "not_arrived", 2, nil},
			{sent, refund, "late_delivery", 1, model.ErrInvalid},
			{sent, back, "unwanted", 2, nil},
			{sent, exchange, "faulty", 1, model.ErrNotReceived},
			{received, refund, "unwanted", 1, model.ErrMustReturn},
			{received, refund, "damaged", 1, nil},
			{received, back, "unwanted", 2, nil},
			{received, back, "not_arrived", 1, model.ErrInvalid},
			{received, exchange, "unwanted", 1, nil},
			{received, "gift", "unwanted", 1, model.ErrInvalid},
			{received, back, "because", 1, model.ErrInvalid},
		} {
			v := c.of()
			_, quoted := d.AfterSale.Quote(d.Ctx, v.buyer.Buyer, v.no, wish(c.kind, c.reason, c.pieces))
			_, applied := v.apply(wish(c.kind, c.reason, c.pieces))
			if !errors.Is(applied, c.want) || (applied == nil) != (c.want == nil) || fmt.Sprint(quoted) != fmt.Sprint(applied) {
				t.Errorf("%d: %d pieces, %s because %s: %v; quoted %v", i, c.pieces, c.kind, c.reason, applied, quoted)
			}
		}
		unpaid := &sale{d: d, buyer: d.Buyer(), sku: d.SKU(1_000, 5)}
		unpaid.no = unpaid.buyer.MustOrder(unpaid.buyer.Wants(unpaid.sku, 1)).No
		if _, err := unpaid.apply(wish(refund, "unwanted", 1)); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("unpaid: %v", err)
		}
		if options, err := d.AfterSale.Options(d.Ctx, unpaid.buyer.Buyer, unpaid.no); err != nil || len(options.Lines) > 0 {
			t.Errorf("unpaid: %+v, %v", options, err)
		}
	})
}

// Pieces in a case, or refunded, are not there for another; nor are they for a refund of staff's.
func TestPiecesAreInOneCase(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(3).shipped(3).received().applied(wish(back, "unwanted", 2))
		if _, err := v.apply(wish(back, "faulty", 2)); !errors.Is(err, model.ErrPiecesTaken) {
			t.Errorf("four of three: %v", err)
		}
		options, err := d.AfterSale.Options(d.Ctx, v.buyer.Buyer, v.no)
		if err != nil || options.Lines[0].Return != 1 || options.Lines[0].Exchange != 1 || options.Until == 0 {
			t.Errorf("%+v, %v", options, err)
		}
		if err := d.refund(v, 2); !errors.Is(err, model.ErrOverRefund) {
			t.Errorf("refunded by staff besides: %v", err)
		}
		v.must(v.withdraw()).applied(wish(back, "unwanted", 3))
		v.must(v.withdraw())
	})
}

// What is asked for badly is refused before anything is written.
func TestBadWishes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).shipped(2).received()
		for name, c := range map[string]struct {
			change func(*aftersale.Wish)
			want   string
		}{
			"no lines":       {func(w *aftersale.Wish) { w.Lines = nil }, "lines: required"},
			"unknown line":   {func(w *aftersale.Wish) { w.Lines[0].Line = 1 }, "lines[0].line: invalid"},
			"negative line":  {func(w *aftersale.Wish) { w.Lines[0].Line = -1 }, "lines[0].line: invalid"},
			"a line twice":   {func(w *aftersale.Wish) { w.Lines = append(w.Lines, w.Lines[0]) }, "lines[1].line: invalid"},
			"too many words": {func(w *aftersale.Wish) { w.Words = strings.Repeat("长", 501) }, "words: too_long"},
			"not a picture":  {func(w *aftersale.Wish) { w.Pictures = []string{"../../etc/passwd"} }, "pictures[0]: invalid"},
			"ten pictures":   {func(w *aftersale.Wish) { w.Pictures = make([]string, 10) }, "pictures: too_many"},
		} {
			w := wish(back, "unwanted", 1)
			c.change(&w)
			if _, err := v.apply(w); fmt.Sprint(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.AfterSale.Apply(d.Ctx, d.Buyer().Buyer, d.key(), v.no, wish(back, "unwanted", 1)); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("a stranger's order: %v", err)
		}
		if n := d.Count(&model.AfterSale{}, "1 = 1"); n != 0 {
			t.Errorf("%d cases", n)
		}
	})
}

// The same key is the same case.
func TestApplyOncePerKey(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).shipped(2).received()
		first, err := d.AfterSale.Apply(d.Ctx, v.buyer.Buyer, "key-one-1", v.no, wish(back, "unwanted", 1))
		if err != nil {
			t.Fatal(err)
		}
		again, err := d.AfterSale.Apply(d.Ctx, v.buyer.Buyer, "key-one-1", v.no, wish(back, "unwanted", 1))
		if err != nil || again.No != first.No || v.line().Claimed != 1 {
			t.Errorf("%s and %s, %v", first.No, again.No, err)
		}
		if _, err = d.AfterSale.Apply(d.Ctx, v.buyer.Buyer, "key-one-1", v.no, wish(back, "unwanted", 2)); !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("another wish: %v", err)
		}
	})
}

// Other goods are those of the same product at the same price.
func TestWhatCanBeExchanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received()
		for name, c := range map[string]struct {
			other model.SKU
			want  error
		}{
			"another product": {d.SKU(1_000, 5), model.ErrNotExchangeable},
			"another price":   {d.Variant(v.sku, 1_100, 5), model.ErrNotExchangeable},
			"sold out":        {d.Variant(v.sku, 1_000, 0), model.ErrOutOfStock},
			"nothing":         {model.SKU{No: "01JZQ4T7M9S8X5N2K6V3B1C0DE"}, model.ErrNotOnSale},
			"another size":    {d.Variant(v.sku, 1_000, 5), nil},
		} {
			w := wish(exchange, "unwanted", 1)
			w.Lines[0].NewSKU = c.other.No
			got, err := v.apply(w)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil {
				continue
			}
			if v.of = got.No; got.Lines[0].NewSKU != c.other.No {
				t.Errorf("%+v", got.Lines)
			}
			v.must(v.agree(aftersale.Consent{}))
			if d.Reload(c.other).OnHand != 4 {
				t.Errorf("%d on hand", d.Reload(c.other).OnHand)
			}
			v.must(v.withdraw())
			if d.Reload(c.other).OnHand != 5 {
				t.Errorf("%d on hand after all", d.Reload(c.other).OnHand)
			}
		}
	})
}

// exchanged is a piece that the consumer has exchanged for another SKU: it is for sale again.
func (d *desk) exchanged() (v *sale, other model.SKU) {
	v = d.sold(1).shipped(1).received()
	other = d.Variant(v.sku, 1_000, 5)
	w := wish(exchange, "unwanted", 1)
	w.Lines[0].NewSKU = other.No
	v.applied(w)
	v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
	v.must(v.receive(1)).must(v.resend()).must(v.confirm()).want(model.AfterSaleDone)
	return v, other
}

// What was exchanged for another SKU does not go back into the stock of what was bought.
func TestReturnAfterAnExchange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v, other := d.exchanged()
		v.applied(wish(back, "faulty", 1))
		v.must(v.agree(aftersale.Consent{}))
		v.must(v.sendBack())
		if _, err := v.receive(1); !errors.Is(err, model.ErrExchangedBefore) {
			t.Errorf("put back as what was bought: %v", err)
		}
		v.must(v.receive(0))
		d.paidBack()
		v.want(model.AfterSaleDone)
		if d.Reload(v.sku).OnHand != 20 || d.Reload(other).OnHand != 4 {
			t.Errorf("%d and %d on hand", d.Reload(v.sku).OnHand, d.Reload(other).OnHand)
		}
	})
}

// What is not taken back without a reason is taken back when it is faulty, and refunded while it is here.
func TestNoReturn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		sku := d.SKU(1_000, 20)
		if err := d.SetNoReturn(sku, true); err != nil {
			t.Fatal(err)
		}
		buy := func() *sale {
			v := &sale{d: d, buyer: d.Buyer(), sku: sku}
			o, err := d.Order.Place(d.Ctx, v.buyer.Buyer, d.key(), order.Checkout{
				Basket: v.buyer.Wants(sku, 1), ExpectedTotalFen: 1_000, NoReturnConfirmed: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			if v.no = o.No; v.buyer.Pay(v.no) != nil {
				t.Fatal("not paid")
			}
			d.Deliver()
			return v
		}
		buy().applied(wish(refund, "unwanted", 1)).want(model.AfterSaleApplied) // staff are asked all the same
		for _, v := range []*sale{buy().shipped(1), buy().shipped(1).received()} {
			if _, err := v.apply(wish(back, "unwanted", 1)); !errors.Is(err, model.ErrNotReturnable) {
				t.Errorf("without a reason: %v", err)
			}
			v.applied(wish(back, "faulty", 1))
		}
	}, func(a *brand.AfterSale) { a.InstantRefund = true })
}

// The freight goes back with the last piece, by the brand's rule, or because the brand is at fault; and what is
// quoted is what goes back.
func TestFreightOfReturns(t *testing.T) {
	freight := []brand.FreightTemplate{{
		Name: "standard", Default: true, Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 1, FirstFen: 700}},
	}}
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := testshop.NewWorld(t, db, clock)
		for _, c := range []struct {
			rule   model.FreightBack
			reason string
			pieces []int // one case after the other
			want   []model.Fen
		}{
			{model.FreightBackWhole, "unwanted", []int{1, 1}, []model.Fen{1_000, 1_700}},
			{model.FreightBackWhole, "unwanted", []int{2}, []model.Fen{2_700}},
			{model.FreightBackNever, "unwanted", []int{2}, []model.Fen{2_000}},
			{model.FreightBackNever, "faulty", []int{2}, []model.Fen{2_700}},
		} {
			s := w.Shop(func(spec *brand.Spec) {
				spec.Freight = freight
				spec.AfterSale = &brand.AfterSale{ReturnPlace: &place, FreightBack: c.rule, CompensationFen: 500}
			})
			d := &desk{Shop: s, t: t, staff: model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})}
			v := d.sold(2).shipped(2).received()
			for i, pieces := range c.pieces {
				offered, err := d.AfterSale.Quote(d.Ctx, v.buyer.Buyer, v.no, wish(back, c.reason, pieces))
				if err != nil {
					t.Fatal(err)
				}
				fault := c.reason == "faulty"
				if offered.AmountFen != c.want[i] || (offered.CompensationFen == 500) != fault || (offered.ReturnFreight == "brand") != fault {
					t.Errorf("%s, %s, %d pieces: %+v", c.rule, c.reason, pieces, offered)
				}
				v.applied(wish(back, c.reason, pieces))
				v.must(v.agree(aftersale.Consent{}))
				v.must(v.sendBack())
				v.must(v.receive(0))
				if got := v.now(); got.AmountFen != offered.AmountFen || got.Refunds[0].AmountFen != offered.AmountFen {
					t.Errorf("quoted %d, %+v", offered.AmountFen, got)
				}
			}
			d.paidBack()
			_, err := d.AfterSale.Compensate(d.staff, aftersale.Handling{Key: d.key(), No: v.of}, aftersale.Note{Words: "red packet"})
			if fault := c.reason == "faulty"; fault != (err == nil) || fault != (v.now().CompensatedAt > 0) {
				t.Errorf("%s: compensated: %v", c.reason, err)
			}
			if _, err := d.AfterSale.Compensate(d.staff, aftersale.Handling{Key: d.key(), No: v.of}, aftersale.Note{Words: "again"}); !errors.Is(err, model.ErrWrongState) {
				t.Errorf("compensated twice: %v", err)
			}
		}
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

// Several lines in one case, each for itself; the brand's other pieces stay where they are.
func TestSeveralLines(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b := d.SKU(300, 5), d.SKU(500, 5)
		v := &sale{d: d, buyer: d.Buyer()}
		v.no = v.buyer.MustOrder(order.Basket{AddressNo: v.buyer.Address, Lines: []offer.Want{{SKUNo: a.No, Quantity: 2}, {SKUNo: b.No, Quantity: 1}}}).No
		if err := v.buyer.Pay(v.no); err != nil {
			t.Fatal(err)
		}
		d.Deliver()
		w := aftersale.Wish{Kind: refund, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 1, Quantity: 1}, {Line: 0, Quantity: 1}}}
		v.applied(w)
		got := v.must(v.agree(aftersale.Consent{})).now()
		if got.AmountFen != 800 || got.Lines[0].AmountFen != 300 || got.Lines[1].AmountFen != 500 || got.Lines[1].Line != 1 {
			t.Errorf("%+v", got)
		}
		d.paidBack()
		if d.Reload(a).OnHand != 4 || d.Reload(b).OnHand != 5 {
			t.Errorf("%d and %d on hand", d.Reload(a).OnHand, d.Reload(b).OnHand)
		}
	})
}

// Nobody but the buyer moves a case.
func TestACaseIsItsBuyers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
		stranger := d.Buyer().Buyer
		for name, do := range map[string]func() (aftersale.View, error){
			"withdraws": func() (aftersale.View, error) { return d.AfterSale.Withdraw(d.Ctx, stranger, v.of) },
			"reads":     func() (aftersale.View, error) { return d.AfterSale.Get(d.Ctx, stranger, v.of) },
		} {
			if _, err := do(); !errors.Is(err, model.ErrAfterSaleNotFound) {
				t.Errorf("a stranger %s it: %v", name, err)
			}
		}
		v.want(model.AfterSaleApplied)
	})
}
