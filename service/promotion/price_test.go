package promotion

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
)

// drawDraft is a basket with its freight; some lines have a price of another way to sell, some cannot be bought.
func drawDraft(t *rapid.T) *order.Draft {
	d := &order.Draft{Free: rapid.Bool().Draw(t, "may cost nothing")}
	for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
		l := offer.Line{Quantity: rapid.IntRange(1, 12).Draw(t, "pieces")}
		l.SKU.ID, l.Product.ID = int64(i+1), int64(i/2+1)
		l.SKU.PriceFen = model.Fen(rapid.Int64Range(1, 100_000).Draw(t, "price"))
		if rapid.IntRange(0, 9).Draw(t, "trouble") == 0 {
			l.Problem = model.ErrOutOfStock
		}
		d.Lines = append(d.Lines, l)
		if l.Problem == nil && rapid.IntRange(0, 5).Draw(t, "in a group") == 0 {
			d.Adjust(i, model.AdjustModel, "group:1", "group", -l.SKU.PriceFen.Times(l.Quantity)/3)
		}
	}
	d.Adjust(-1, model.AdjustFreight, "freight_template:1", "freight", model.Fen(rapid.SampledFrom([]int64{0, 0, 1, 600, 1_999}).Draw(t, "freight")))
	d.Adjust(-1, model.AdjustTax, "tax", "tax", model.Fen(rapid.SampledFrom([]int64{0, 0, 0, 333}).Draw(t, "tax")))
	return d
}

func drawRule(t *rapid.T, id int64) *rule {
	r := &rule{
		id: id, no: fmt.Sprint(id), priority: rapid.Int64Range(0, 3).Draw(t, "priority"), stackable: rapid.Bool().Draw(t, "stackable"),
		coupons: rapid.Bool().Draw(t, "coupons"), group: rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "group"),
	}
	r.conditions.AmountFrom = model.Fen(rapid.SampledFrom([]int64{0, 1, 5_000, 100_000}).Draw(t, "from"))
	r.conditions.PiecesFrom = rapid.SampledFrom([]int{0, 0, 2, 5}).Draw(t, "pieces from")
	r.conditions.FirstOrder = rapid.IntRange(0, 5).Draw(t, "first") == 0
	if rapid.Bool().Draw(t, "some") {
		r.products = map[int64]bool{1: true, 3: rapid.Bool().Draw(t, "third")}
	}
	r.effect = model.Effect{
		Kind: rapid.SampledFrom(model.EffectKinds).Draw(t, "effect"), Rate: rapid.Int64Range(1, model.FullRate).Draw(t, "rate"),
		AmountFen: model.Fen(rapid.SampledFrom([]int64{1, 999, 50_000, int64(model.MaxFen)}).Draw(t, "amount")),
		MostFen:   model.Fen(rapid.SampledFrom([]int64{0, 0, 700}).Draw(t, "most")), Times: rapid.Int64Range(0, 3).Draw(t, "times"),
		PriceFen: model.Fen(rapid.Int64Range(1, 50_000).Draw(t, "flat")), Nth: rapid.Int64Range(2, 4).Draw(t, "nth"),
		GiftSKU: 99, GiftPieces: 1,
	}
	if r.effect.Kind == model.EffectGift && rapid.Bool().Draw(t, "there is one") {
		r.present = &offer.Line{SKU: model.SKU{ID: 99, PriceFen: 1_234}, Quantity: 1}
	}
	if r.effect.Kind == model.EffectPrice && rapid.Bool().Draw(t, "flash") {
		r.flash, r.left = true, rapid.Int64Range(0, 10).Draw(t, "left")
		r.mine = min(r.left, rapid.Int64Range(0, 10).Draw(t, "mine"))
	}
	return r
}

// priced is a draft with the best of the rules.
func priced(d *order.Draft, promotions, coupons []*rule, wanted string) (weighed, *model.Error) {
	b := basketOf(d)
	b.first = true
	w := choose(b, promotions, coupons)
	problem := w.pick(coupons, wanted)
	for _, o := range w.best.outcomes {
		o.write(d, b)
	}
	return w, problem
}

func copyOf(d *order.Draft) *order.Draft {
	c := *d
	c.Lines, c.Adjustments, c.Applied = slices.Clone(d.Lines), slices.Clone(d.Adjustments), nil
	return &c
}

// Lines and total add up, nothing is negative, something remains to be paid where it has to, and neither the order of
// the lines nor that of the rules plays any part.
func TestPrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := drawDraft(t)
		var promotions, coupons []*rule
		for i := range rapid.IntRange(0, 5).Draw(t, "promotions") {
			promotions = append(promotions, drawRule(t, int64(i+1)))
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "coupons") {
			c := drawRule(t, int64(i+50))
			c.flash, c.group = false, ""
			c.claim = &model.CouponClaim{ID: c.id, No: c.no, ValidUntil: model.Millis(i)}
			coupons = append(coupons, c)
		}
		d := copyOf(plain)
		w, _ := priced(d, promotions, coupons, "")

		var sum model.Fen
		for i, total := range d.LineTotals() {
			if total < 0 {
				t.Fatalf("line %d costs %d", i, total)
			}
			sum += total
		}
		freight, tax := d.Sum(model.AdjustFreight), d.Sum(model.AdjustTax)
		if d.Goods()+d.Discount() != sum || sum+freight+tax != d.Total() || freight < 0 || tax != plain.Sum(model.AdjustTax) {
			t.Fatalf("lines %d, goods %d, discount %d, freight %d, tax %d, total %d", sum, d.Goods(), d.Discount(), freight, tax, d.Total())
		}
		if d.Total() > plain.Total() || d.Total() != plain.Total()-w.best.saved {
			t.Fatalf("%d became %d, which saves %d", plain.Total(), d.Total(), w.best.saved)
		}
		if !d.Free && plain.Total() > 0 && d.Total() <= 0 {
			t.Fatalf("the total is %d", d.Total())
		}
		checkRules(t, d, w, promotions)

		// The lines and the rules in another order.
		turned := copyOf(plain)
		n := len(turned.Lines)
		slices.Reverse(turned.Lines)
		for i, a := range turned.Adjustments {
			if a.Position >= 0 {
				turned.Adjustments[i].Position = n - 1 - a.Position
			}
		}
		shuffled := rapid.Permutation(promotions).Draw(t, "promotions in another order")
		v, _ := priced(turned, shuffled, coupons, "")
		if turned.Total() != d.Total() || len(v.best.outcomes) != len(w.best.outcomes) {
			t.Fatalf("in another order it costs %d, not %d", turned.Total(), d.Total())
		}
		for i, total := range turned.LineTotals()[:n] {
			if want := d.LineTotals()[n-1-i]; total != want {
				t.Fatalf("in another order line %d costs %d, not %d", i, total, want)
			}
		}

		// Each coupon that is asked for is used or refused with a reason, and none is better than the best.
		for _, c := range coupons {
			one := copyOf(plain)
			v, problem := priced(one, promotions, coupons, c.claim.No)
			if (problem == nil) != (v.best.coupon == c) || one.Total() < d.Total() {
				t.Fatalf("with coupon %s: %v, %d instead of %d", c.claim.No, problem, one.Total(), d.Total())
			}
		}
		none := copyOf(plain)
		if priced(none, promotions, coupons, order.NoCoupon); none.Total() < d.Total() {
			t.Fatalf("without a coupon it costs %d, not %d", none.Total(), d.Total())
		}
		for _, r := range promotions { // no single promotion is better than what was chosen
			alone := copyOf(plain)
			if priced(alone, []*rule{r}, nil, ""); alone.Total() < d.Total() {
				t.Fatalf("promotion %d alone: %d, not %d", r.id, alone.Total(), d.Total())
			}
		}
	})
}

// checkRules looks at what was applied: one of a group, nothing beside what shares with no other, no coupon on what
// allows none, no more pieces than a flash sale has, and nothing on what another way to sell has priced.
func checkRules(t *rapid.T, d *order.Draft, w weighed, promotions []*rule) {
	byLine, groups := map[int][]*rule{}, map[string]int{}
	for _, o := range w.best.outcomes {
		if o.rule.group != "" {
			groups[o.rule.group]++
		}
	}
	for g, n := range groups {
		if n > 1 {
			t.Fatalf("%d promotions of group %s", n, g)
		}
	}
	foreign := map[int]bool{}
	pieces := map[int64]int64{}
	for _, a := range d.Adjustments {
		if a.Kind == model.AdjustModel {
			foreign[a.Position] = true
		}
		for _, r := range promotions {
			switch a.Source {
			case sourceFlashSale + r.no:
				pieces[r.id] += int64(d.Lines[a.Position].Quantity)
				fallthrough
			case sourcePromotion + r.no:
				if a.Position >= 0 && a.Label != LabelGift {
					byLine[a.Position] = append(byLine[a.Position], r)
				}
			}
		}
	}
	for position, rules := range byLine {
		if foreign[position] {
			t.Fatalf("a promotion on what another way to sell has priced: line %d", position)
		}
		for _, r := range rules {
			if !r.stackable && len(rules) > 1 {
				t.Fatalf("%d promotions on line %d, one of which shares with no other", len(rules), position)
			}
			coupon := slices.ContainsFunc(d.Adjustments, func(a model.Adjustment) bool {
				return a.Position == position && a.Kind == model.AdjustCoupon
			})
			if coupon && (!r.coupons || !w.best.coupon.stackable) {
				t.Fatalf("a coupon on line %d, on top of a promotion that allows none", position)
			}
		}
	}
	for _, r := range promotions {
		if r.flash && pieces[r.id] > min(r.left, r.mine) {
			t.Fatalf("%d pieces of a flash sale that has %d", pieces[r.id], min(r.left, r.mine))
		}
	}
}

// The examples that a shop would give.
func TestEffects(t *testing.T) {
	for name, c := range map[string]struct {
		effect     model.Effect
		conditions model.Conditions
		prices     []model.Fen // each line: one SKU …
		pieces     []int       // … and so many of it
		want       model.Fen   // of the goods, with 10.00 for the delivery beside
	}{
		"20 % off": {model.Effect{Kind: model.EffectPercent, Rate: 2_000}, model.Conditions{}, []model.Fen{9_999}, []int{1}, 8_000},
		"20 % off, at most 5": {
			model.Effect{Kind: model.EffectPercent, Rate: 2_000, MostFen: 500}, model.Conditions{}, []model.Fen{9_999}, []int{1}, 9_499,
		},
		"10 off from 100":  {model.Effect{Kind: model.EffectAmount, AmountFen: 1_000}, model.Conditions{AmountFrom: 10_000}, []model.Fen{5_000}, []int{2}, 9_000},
		"not from 99.99":   {model.Effect{Kind: model.EffectAmount, AmountFen: 1_000}, model.Conditions{AmountFrom: 10_000}, []model.Fen{9_999}, []int{1}, 9_999},
		"10 off each 100":  {model.Effect{Kind: model.EffectAmount, AmountFen: 1_000, Times: 3}, model.Conditions{AmountFrom: 10_000}, []model.Fen{10_000}, []int{5}, 47_000},
		"all at 88":        {model.Effect{Kind: model.EffectPrice, PriceFen: 8_800}, model.Conditions{}, []model.Fen{9_900, 5_000}, []int{2, 1}, 22_600},
		"second half off":  {model.Effect{Kind: model.EffectNth, Nth: 2, Rate: 5_000}, model.Conditions{}, []model.Fen{9_900, 5_000}, []int{2, 1}, 22_300},
		"third free":       {model.Effect{Kind: model.EffectNth, Nth: 3, Rate: 10_000}, model.Conditions{}, []model.Fen{100}, []int{7}, 500},
		"from two pieces":  {model.Effect{Kind: model.EffectPercent, Rate: 1_000}, model.Conditions{PiecesFrom: 2}, []model.Fen{1_000}, []int{1}, 1_000},
		"more than it is":  {model.Effect{Kind: model.EffectAmount, AmountFen: 99_999}, model.Conditions{}, []model.Fen{1_000, 1}, []int{1, 1}, 0},
		"free delivery":    {model.Effect{Kind: model.EffectFreight}, model.Conditions{}, []model.Fen{1_000}, []int{1}, 0},
		"another's member": {model.Effect{Kind: model.EffectPercent, Rate: 1_000}, model.Conditions{LevelFrom: 1}, []model.Fen{1_000}, []int{1}, 1_000},
	} {
		t.Run(name, func(t *testing.T) {
			d := &order.Draft{}
			for i, p := range c.prices {
				l := offer.Line{Quantity: c.pieces[i]}
				l.SKU.ID, l.SKU.PriceFen = int64(i+1), p
				d.Lines = append(d.Lines, l)
			}
			d.Adjust(-1, model.AdjustFreight, "freight_template:1", "freight", 1_000)
			priced(d, []*rule{{id: 1, no: "1", effect: c.effect, conditions: c.conditions}}, nil, "")
			if c.effect.Kind == model.EffectFreight {
				if d.Sum(model.AdjustFreight) != 0 {
					t.Errorf("the delivery costs %d", d.Sum(model.AdjustFreight))
				}
				return
			}
			if got := d.Goods() + d.Discount(); got != c.want {
				t.Errorf("the goods cost %d, want %d", got, c.want)
			}
		})
	}
}

// The best of many is found within a bound, and the same each time.
func TestManyRules(t *testing.T) {
	d := &order.Draft{}
	for i := range 50 {
		l := offer.Line{Quantity: 3}
		l.SKU.ID, l.SKU.PriceFen = int64(i+1), model.Fen(1_000+i)
		d.Lines = append(d.Lines, l)
	}
	var promotions, coupons []*rule
	for i := range 40 {
		promotions = append(promotions, &rule{
			id: int64(i + 1), no: fmt.Sprint(i + 1), stackable: true, coupons: true,
			effect: model.Effect{Kind: model.EffectPercent, Rate: int64(100 + i)},
		})
		coupons = append(coupons, &rule{
			id: int64(i + 1), no: fmt.Sprint(i), stackable: true, claim: &model.CouponClaim{ID: int64(i), No: fmt.Sprint("c", i)},
			effect: model.Effect{Kind: model.EffectAmount, AmountFen: model.Fen(i)},
		})
	}
	one, two := copyOf(d), copyOf(d)
	priced(one, promotions, coupons, "")
	slices.Reverse(promotions)
	priced(two, promotions, coupons, "")
	if one.Total() != two.Total() || len(one.Applied) != mostWeighed+1 {
		t.Errorf("%d, %d, %d applied", one.Total(), two.Total(), len(one.Applied))
	}
}
