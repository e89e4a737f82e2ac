package freight_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/freight"
	"hutong/service/internal/offer"
	"hutong/service/order"
)

const (
	shanghai = "31"
	tibet    = "54"
	xinjiang = "65"
)

// pieces: 8.00 for the first, 2.00 for each two more; 20.00 + 10.00 in Xinjiang; not to Tibet; free from 199.00.
func pieces() model.FreightTemplate {
	return model.FreightTemplate{
		Name: "pieces", IsDefault: true, Basis: model.FreightByPiece, FreeFrom: 199_00,
		Rules: model.List[model.FreightRule]{
			{First: 1, FirstFen: 8_00, Next: 2, NextFen: 2_00},
			{Provinces: []string{xinjiang}, First: 1, FirstFen: 20_00, Next: 1, NextFen: 10_00},
			{Provinces: []string{tibet}, Refused: true},
		},
	}
}

// grams: 12.00 for the first kilogram, 5.00 for each 500 g more; Shanghai alone.
func grams() model.FreightTemplate {
	return model.FreightTemplate{
		Name: "grams", Basis: model.FreightByWeight,
		Rules: model.List[model.FreightRule]{
			{Refused: true},
			{Provinces: []string{shanghai, "32"}, First: 1000, FirstFen: 12_00, Next: 500, NextFen: 5_00},
		},
	}
}

// item is a line of a draft.
type item struct {
	template string // by name; "" is none of its own
	quantity int
	price    model.Fen
	grams    int64
	problem  *model.Error
}

func TestQuote(t *testing.T) {
	for name, c := range map[string]struct {
		templates []model.FreightTemplate
		province  string // "" while no address is chosen
		items     []item
		want      []string // "template label amount"
		problems  []string
	}{
		"first piece":                {items: []item{{quantity: 1, price: 10_00}}, want: []string{"pieces freight 8.00"}},
		"a begun batch is whole":     {items: []item{{quantity: 2, price: 10_00}}, want: []string{"pieces freight 10.00"}},
		"a full batch":               {items: []item{{quantity: 3, price: 10_00}}, want: []string{"pieces freight 10.00"}},
		"the next batch":             {items: []item{{quantity: 4, price: 10_00}}, want: []string{"pieces freight 12.00"}},
		"lines are counted as one":   {items: []item{{quantity: 1, price: 10_00}, {quantity: 3, price: 10_00}}, want: []string{"pieces freight 12.00"}},
		"a fen below free":           {items: []item{{quantity: 1, price: 198_99}}, want: []string{"pieces freight 8.00"}},
		"free":                       {items: []item{{quantity: 2, price: 99_50}}, want: []string{"pieces freight_free 0.00"}},
		"free far away too":          {province: xinjiang, items: []item{{quantity: 1, price: 199_00}}, want: []string{"pieces freight_free 0.00"}},
		"a province of its own":      {province: xinjiang, items: []item{{quantity: 3, price: 10_00}}, want: []string{"pieces freight 40.00"}},
		"a province nobody names":    {province: "44", items: []item{{quantity: 1, price: 10_00}}, want: []string{"pieces freight 8.00"}},
		"estimate without address":   {items: []item{{quantity: 1, price: 10_00}}, want: []string{"pieces freight 8.00"}},
		"refused":                    {province: tibet, items: []item{{quantity: 1, price: 10_00}}, problems: []string{"not_delivered"}},
		"refused though free":        {province: tibet, items: []item{{quantity: 1, price: 500_00}}, problems: []string{"not_delivered"}},
		"lines with a problem":       {items: []item{{quantity: 1, price: 10_00}, {quantity: 9, price: 99_00, problem: model.ErrOutOfStock}}, want: []string{"pieces freight 8.00"}, problems: []string{"", "out_of_stock"}},
		"nothing to deliver":         {items: []item{{quantity: 1, price: 10_00, problem: model.ErrOutOfStock}}, problems: []string{"out_of_stock"}},
		"a kilogram":                 {province: shanghai, items: []item{{template: "grams", quantity: 2, grams: 500}}, want: []string{"grams freight 12.00"}},
		"a gram more":                {province: shanghai, items: []item{{template: "grams", quantity: 1, grams: 1001}}, want: []string{"grams freight 17.00"}},
		"weightless":                 {province: "32", items: []item{{template: "grams", quantity: 7}}, want: []string{"grams freight 12.00"}},
		"only some provinces":        {province: "44", items: []item{{template: "grams", quantity: 1}}, problems: []string{"not_delivered"}},
		"estimate of some provinces": {items: []item{{template: "grams", quantity: 1}}, want: []string{"grams freight 12.00"}},
		"two templates": {
			province: shanghai,
			items:    []item{{template: "grams", quantity: 1, grams: 1500}, {quantity: 1, price: 1_00}, {template: "grams", quantity: 1, grams: 1}},
			want:     []string{"pieces freight 8.00", "grams freight 22.00"},
		},
		"one of two is refused": {
			province: "44", items: []item{{template: "grams", quantity: 1}, {quantity: 1, price: 1_00}},
			want: []string{"pieces freight 8.00"}, problems: []string{"not_delivered", ""},
		},
		"a template that is gone": {items: []item{{template: "gone", quantity: 1, price: 10_00}}, want: []string{"pieces freight 8.00"}},
		"no default": {
			templates: []model.FreightTemplate{grams()}, province: shanghai,
			items: []item{{quantity: 5, price: 10_00}, {template: "grams", quantity: 1}}, want: []string{"grams freight 12.00"},
		},
		"no templates": {templates: []model.FreightTemplate{}, items: []item{{quantity: 5, price: 10_00}}},
		"one price for any number": {
			templates: []model.FreightTemplate{{Name: "flat", IsDefault: true, Basis: model.FreightByPiece, Rules: model.List[model.FreightRule]{{First: 1, FirstFen: 6_00}}}},
			items:     []item{{quantity: 9999, price: 1}}, want: []string{"flat freight 6.00"},
		},
		"more than there is money": {
			templates: []model.FreightTemplate{{Name: "dear", IsDefault: true, Basis: model.FreightByWeight, Rules: model.List[model.FreightRule]{{FirstFen: 1, Next: 1, NextFen: model.MaxFen}}}},
			items:     []item{{quantity: 9999, grams: 1 << 62}, {quantity: 9999, grams: 1 << 62}}, want: []string{"dear freight 100000000.00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			templates := c.templates
			if templates == nil {
				templates = []model.FreightTemplate{pieces(), grams()}
			}
			d := draft(c.province, c.items, templates)
			if err := (freight.Participant{}).Quote(t.Context(), nil, d); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range d.Adjustments {
				if a.Position != -1 || a.Kind != model.AdjustFreight {
					t.Errorf("%+v", a)
				}
				i := slices.IndexFunc(templates, func(m model.FreightTemplate) bool { return a.Source == fmt.Sprintf("freight_template:%d", m.ID) })
				got = append(got, fmt.Sprintf("%s %s %s", templates[i].Name, a.Label, a.AmountFen))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			for i, l := range d.Lines {
				want := ""
				if c.problems != nil {
					want = c.problems[i]
				}
				if got := code(l.Problem); got != want {
					t.Errorf("line %d: problem %q, want %q", i, got, want)
				}
			}
		})
	}
}

func code(e *model.Error) string {
	if e == nil {
		return ""
	}
	return e.Code
}

// draft is an order of these items; the templates get their ids.
func draft(province string, items []item, templates []model.FreightTemplate) *order.Draft {
	ids := map[string]int64{"": 0, "gone": 99999}
	for i := range templates {
		templates[i].ID = int64(i + 1)
		ids[templates[i].Name] = templates[i].ID
	}
	d := &order.Draft{Freight: templates}
	if province != "" {
		d.Place = &model.Place{ProvinceCode: province}
	}
	for _, it := range items {
		d.Lines = append(d.Lines, offer.Line{
			Quantity: it.quantity, Problem: it.problem,
			SKU:     model.SKU{PriceFen: it.price, WeightGrams: it.grams},
			Product: model.Product{FreightTemplateID: ids[it.template]},
		})
	}
	return d
}

// rules draws a rule whose prices a brand may set.
func rules(provinces ...string) *rapid.Generator[model.FreightRule] {
	return rapid.Custom(func(t *rapid.T) model.FreightRule {
		return model.FreightRule{
			Provinces: provinces,
			Refused:   rapid.IntRange(0, 5).Draw(t, "refused") == 0,
			First:     rapid.Int64Range(0, 5000).Draw(t, "first"),
			FirstFen:  model.Fen(rapid.Int64Range(0, int64(model.MaxFen)).Draw(t, "first fen")),
			Next:      rapid.Int64Range(0, 5000).Draw(t, "next"),
			NextFen:   model.Fen(rapid.Int64Range(0, int64(model.MaxFen)).Draw(t, "next fen")),
		}
	})
}

// Whatever the templates: freight is never negative and never more than the largest amount; the order of
// the lines plays no part; and buying more of the same is never delivered for less, until it is free.
func TestFreightProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		templates := make([]model.FreightTemplate, rapid.IntRange(0, 3).Draw(t, "templates"))
		for i := range templates {
			templates[i] = model.FreightTemplate{
				ID: int64(i + 1), IsDefault: i == 0,
				Basis:    rapid.SampledFrom([]model.FreightBasis{model.FreightByPiece, model.FreightByWeight}).Draw(t, "basis"),
				FreeFrom: model.Fen(rapid.SampledFrom([]int64{0, 0, 1, 50_00, 1e9}).Draw(t, "free from")),
				Rules:    model.List[model.FreightRule]{rules().Draw(t, "general"), rules(shanghai).Draw(t, "shanghai")},
			}
		}
		d := &order.Draft{Freight: templates}
		if p := rapid.SampledFrom([]string{"", shanghai, "44"}).Draw(t, "province"); p != "" {
			d.Place = &model.Place{ProvinceCode: p}
		}
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			d.Lines = append(d.Lines, offer.Line{
				Quantity: rapid.IntRange(1, model.MaxQuantity-1).Draw(t, "quantity"),
				SKU: model.SKU{
					PriceFen:    model.Fen(rapid.Int64Range(0, int64(model.MaxFen)).Draw(t, "price")),
					WeightGrams: rapid.Int64Range(0, 1<<62).Draw(t, "grams"),
				},
				Product: model.Product{FreightTemplateID: int64(rapid.IntRange(0, 4).Draw(t, "template"))},
			})
		}

		priced := copyOf(d)
		freight.Price(priced)
		for _, a := range priced.Adjustments {
			if a.AmountFen < 0 || a.AmountFen > model.MaxFen {
				t.Fatalf("freight %s", a.AmountFen)
			}
		}

		shuffled := copyOf(d)
		shuffled.Lines = rapid.Permutation(shuffled.Lines).Draw(t, "order")
		freight.Price(shuffled)
		if diff := cmp.Diff(priced.Adjustments, shuffled.Adjustments); diff != "" {
			t.Fatal(diff)
		}

		more := copyOf(d)
		more.Lines[rapid.IntRange(0, len(more.Lines)-1).Draw(t, "more of")].Quantity++
		freight.Price(more)
		if len(more.Adjustments) != len(priced.Adjustments) {
			t.Fatalf("%d adjustments became %d", len(priced.Adjustments), len(more.Adjustments))
		}
		for i, a := range more.Adjustments {
			if a.Label != freight.LabelFree && a.AmountFen < priced.Adjustments[i].AmountFen {
				t.Fatalf("one piece more costs %s instead of %s", a.AmountFen, priced.Adjustments[i].AmountFen)
			}
		}
	})
}

func copyOf(d *order.Draft) *order.Draft {
	return &order.Draft{Place: d.Place, Freight: d.Freight, Lines: slices.Clone(d.Lines)}
}
