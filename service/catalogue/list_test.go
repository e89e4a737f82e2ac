package catalogue_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/testdb"
)

// all pages through a list.
func (s *shop) all(q catalogue.Query) (handles []string) {
	s.t.Helper()
	q.Limit = 3
	for range 100 {
		cards, next, err := s.List(s.ctx, q, "en")
		if err != nil {
			s.t.Fatal(err)
		}
		for _, c := range cards {
			handles = append(handles, c.Handle)
		}
		if next == nil {
			return handles
		}
		if len(cards) != q.Limit {
			s.t.Fatalf("a page of %d that is not the last", len(cards))
		}
		q.After = *next
	}
	s.t.Fatal("the list has no end")
	return nil
}

func TestListsFilterSortAndPage(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.category(catalogue.CategorySpec{Slug: "bags", Name: text("Bags"), Published: true})
		s.category(catalogue.CategorySpec{Slug: "totes", Parent: "bags", Name: text("Totes"), Published: true})
		s.category(catalogue.CategorySpec{Slug: "hidden", Parent: "bags", Name: text("Hidden")})
		type goods struct {
			handle          string
			price           model.Fen
			sort, published int64
			stock           int64
			categories      []string
			tags            []string
		}
		var all []goods
		for i := range 20 {
			g := goods{
				handle: fmt.Sprintf("p%02d", i), price: model.Fen(1000 + i*7%5*100), sort: int64(i * 3 % 4),
				published: int64(i * 5 % 7), stock: int64(i % 3), categories: [][]string{{"bags"}, {"totes"}, {"hidden"}, nil}[i%4],
			}
			if i%2 == 0 {
				g.tags = []string{"even"}
			}
			spec := plain(g.handle, g.price, g.stock)
			spec.Sort, spec.Categories, spec.Tags = g.sort, g.categories, g.tags
			s.now = time.Date(2026, 6, 1, int(g.published), 0, 0, 0, time.UTC)
			s.put(spec, catalogue.Created)
			all = append(all, g)
		}
		hidden := plain("not-shown", 1, 1)
		hidden.Published = false
		s.put(hidden, catalogue.Created)

		want := func(keep func(goods) bool, by func(a, b goods) int) (handles []string) {
			kept := slices.Clone(all)
			slices.SortStableFunc(kept, by)
			for _, g := range kept {
				if keep(g) {
					handles = append(handles, g.handle)
				}
			}
			return handles
		}
		every := func(goods) bool { return true }
		reversed := func(a, b goods) int { return cmp.Compare(b.handle, a.handle) }
		shelf := func(a, b goods) int { return cmp.Compare(a.sort, b.sort) }
		for name, test := range map[string]struct {
			query catalogue.Query
			want  []string
		}{
			"the shop's order": {catalogue.Query{}, want(every, shelf)},
			"newest": {catalogue.Query{Sort: catalogue.SortNewest}, want(every, func(a, b goods) int {
				return cmp.Or(cmp.Compare(b.published, a.published), reversed(a, b))
			})},
			"cheapest": {catalogue.Query{Sort: catalogue.SortPriceAsc}, want(every, func(a, b goods) int { return cmp.Compare(a.price, b.price) })},
			"dearest": {catalogue.Query{Sort: catalogue.SortPriceDesc}, want(every, func(a, b goods) int {
				return cmp.Or(cmp.Compare(b.price, a.price), reversed(a, b))
			})},
			"a category with what is below it": {catalogue.Query{Category: "bags"}, want(func(g goods) bool {
				return slices.Contains(g.categories, "bags") || slices.Contains(g.categories, "totes")
			}, shelf)},
			"a category":        {catalogue.Query{Category: "totes"}, want(func(g goods) bool { return slices.Contains(g.categories, "totes") }, shelf)},
			"a tag":             {catalogue.Query{Tag: "even"}, want(func(g goods) bool { return len(g.tags) > 0 }, shelf)},
			"a tag that is not": {catalogue.Query{Tag: "odd"}, nil},
			"prices":            {catalogue.Query{MinFen: 1100, MaxFen: 1200}, want(func(g goods) bool { return g.price >= 1100 && g.price <= 1200 }, shelf)},
			"what is in stock":  {catalogue.Query{InStock: true}, want(func(g goods) bool { return g.stock > 0 }, shelf)},
			"all filters together": {
				catalogue.Query{Category: "bags", Tag: "even", MaxFen: 1300, InStock: true, Sort: catalogue.SortPriceAsc},
				want(func(g goods) bool {
					return g.categories != nil && g.categories[0] != "hidden" && g.tags != nil && g.price <= 1300 && g.stock > 0
				}, func(a, b goods) int { return cmp.Compare(a.price, b.price) }),
			},
		} {
			if d := gocmp.Diff(test.want, s.all(test.query)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}

		for field, q := range map[string]catalogue.Query{
			"sort": {Sort: "price_fen; DROP TABLE products", Limit: 1}, "limit": {Limit: 51}, "category": {Category: "hidden", Limit: 1},
		} {
			var e *model.Error
			if _, _, err := s.List(s.ctx, q); !errors.As(err, &e) || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		cards, err := s.Cards(s.ctx, []string{"p03", "not-shown", "p01", "none", "p03"}, "en")
		if err != nil || len(cards) != 2 || cards[0].Handle != "p03" || cards[1].Handle != "p01" {
			t.Errorf("%v %v", cards, err)
		}
	})
}

func TestCardsAndPages(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.category(catalogue.CategorySpec{Slug: "bags", Name: model.Text{"zh-CN": "包袋"}, Published: true})
		s.category(catalogue.CategorySpec{Slug: "hidden", Name: text("Hidden")})
		spec := bag()
		spec.Categories = []string{"hidden", "bags"}
		spec.Pictures = append(spec.Pictures, model.Picture{URL: "/media/2.jpg", Width: 10, Height: 20})
		spec.SKUs[1].Picture, spec.SKUs[1].WeightGrams = "/media/2.jpg", 640
		s.put(spec, catalogue.Created)
		s.reserve(s.skus("molo")["0,0"], 1)

		cards, _, err := s.List(s.ctx, catalogue.Query{Limit: 1}, "zh-CN", "en")
		wantCard := []catalogue.Card{{
			Handle: "molo", Title: "莫洛手提包", Picture: "https://p.example/1.jpg", PriceFen: 190_00, PriceToFen: 220_00, InStock: true,
		}}
		if d := gocmp.Diff(wantCard, cards); err != nil || d != "" {
			t.Error(err, d)
		}
		skus := s.skus("molo")
		detail, err := s.Product(s.ctx, "molo", "zh-CN", "en")
		want := catalogue.Detail{
			Handle: "molo", Title: "莫洛手提包", Body: "<p>Leather</p>", Tags: []string{"leather", "皮包"},
			Categories: []catalogue.CategoryLink{{Slug: "bags", Name: "包袋"}},
			Pictures:   []catalogue.Picture{{URL: "https://p.example/1.jpg", Alt: "front"}, {URL: "/media/2.jpg", Width: 10, Height: 20}},
			Options:    []catalogue.Option{{Name: "Colour", Values: []string{"Red", "Blue"}}, {Name: "Size", Values: []string{"S", "M"}}},
			SKUs: []catalogue.SKU{
				{No: skus["0,0"].No, Choice: []int{0, 0}, PriceFen: 200_00, CompareAtFen: 250_00, Available: 4, LowStock: true},
				{No: skus["0,1"].No, Choice: []int{0, 1}, PriceFen: 220_00, Picture: "/media/2.jpg", WeightGrams: 640},
				{No: skus["1,0"].No, Choice: []int{1, 0}, PriceFen: 190_00, Available: 99},
			},
			PriceFen: 190_00, PriceToFen: 220_00, InStock: true,
		}
		if d := gocmp.Diff(want, detail); err != nil || d != "" {
			t.Error(err, d)
		}
		for _, handle := range []string{"none", "MOLO", "", strings.Repeat("x", 1000), "molo' OR '1'='1"} {
			if _, err := s.Product(s.ctx, handle); !errors.Is(err, model.ErrProductNotFound) {
				t.Errorf("%.20q: %v", handle, err)
			}
		}
		if err := s.SetPublished(s.ctx, "molo", false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Product(s.ctx, "molo"); !errors.Is(err, model.ErrProductNotFound) {
			t.Errorf("hidden: %v", err)
		}
	})
}

func TestValuesNobodyCanChooseAreNotShown(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	spec := bag()
	s.put(spec, catalogue.Created)
	spec.SKUs = spec.SKUs[2:] // only the blue one in S
	s.put(spec, catalogue.Updated)
	d, err := s.Product(s.ctx, "molo", "en")
	if err != nil || len(d.SKUs) != 1 || gocmp.Diff([]int{0, 0}, d.SKUs[0].Choice) != "" ||
		gocmp.Diff([]catalogue.Option{{Name: "Colour", Values: []string{"Blue"}}, {Name: "Size", Values: []string{"S"}}}, d.Options) != "" {
		t.Errorf("%+v %v", d, err)
	}
}
