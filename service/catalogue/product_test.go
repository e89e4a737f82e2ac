package catalogue_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
)

func TestFirstStockIsReceivedAndLaterStockCorrected(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		spec := bag()
		s.put(spec, catalogue.Created)
		spec.SKUs[0].Stock, spec.SKUs[1].Stock, spec.SKUs[2].Stock = pieces(7), nil, pieces(0)
		s.put(spec, catalogue.Updated)
		var moves []model.StockMovement
		if err := s.db.Read(s.ctx).Order("id").Find(&moves).Error; err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, m := range moves {
			got = append(got, string(m.Kind)+" "+model.Fen(m.OnHandDelta*100).String())
		}
		want := []string{"receive 5.00", "receive 120.00", "correct 2.00", "correct -120.00"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		s.checkStock()
	})
}

func TestStockNeverGoesBelowWhatIsReserved(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		spec := bag()
		s.put(spec, catalogue.Created)
		s.reserve(s.skus("molo")["0,0"], 3)
		spec.SKUs[0].Stock, spec.SKUs[0].PriceFen = pieces(2), 999
		_, err := s.PutProduct(s.ctx, spec)
		var e *model.Error
		if !errors.Is(err, model.ErrOutOfStock) || !errors.As(err, &e) || e.Field != "skus[0].stock" {
			t.Errorf("%v", err)
		}
		if k := s.skus("molo")["0,0"]; k.OnHand != 5 || k.PriceFen != 200_00 {
			t.Errorf("after the refusal: %d on hand at %v", k.OnHand, k.PriceFen)
		}
		spec.SKUs[0].Stock = pieces(3)
		s.put(spec, catalogue.Updated)
		s.checkStock()
	})
}

func TestSKUsKeepTheirNumbersWhileTheirChoiceIsTheSameInWords(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.put(bag(), catalogue.Created)
		was := s.skus("molo")

		spec := bag() // the colours change places, and so do the options
		spec.Options = []model.Option{
			{Name: text("Size"), Values: []model.Text{text("S"), text("M")}},
			{Name: text("Colour"), Values: []model.Text{text("Green"), text("Blue"), text("Red")}},
		}
		for i, choice := range [][]int{{0, 2}, {1, 2}, {0, 1}} {
			spec.SKUs[i].Choice = choice
		}
		spec.SKUs = append(spec.SKUs, catalogue.SKUSpec{Choice: []int{0, 0}, Code: "GS", PriceFen: 1, Stock: pieces(1)})
		s.put(spec, catalogue.Updated)
		now := s.skus("molo")
		for before, after := range map[string]string{"0,0": "0,2", "0,1": "1,2", "1,0": "0,1"} {
			if was[before].No != now[after].No || was[before].OnHand != now[after].OnHand {
				t.Errorf("%s is not %s", before, after)
			}
		}
		if len(now) != 4 {
			t.Errorf("%v", nos(now))
		}

		spec = bag() // one option less: the article number tells which SKU it is; the others go off sale
		spec.Options = spec.Options[:1]
		spec.SKUs = []catalogue.SKUSpec{{Choice: []int{1}, Code: "BS", PriceFen: 5}, {Choice: []int{0}, Code: "new", PriceFen: 6}}
		s.put(spec, catalogue.Updated)
		now = s.skus("molo")
		if now["1"].No != was["1,0"].No || !now["1"].Active || now["0"].No == was["0,0"].No {
			t.Errorf("%v, were %v", nos(now), nos(was))
		}
		for key, k := range now {
			if strings.HasPrefix(key, "gone:") == k.Active {
				t.Errorf("%s: active is %v", key, k.Active)
			}
		}
		s.put(spec, catalogue.Unchanged)

		s.put(bag(), catalogue.Updated) // and back: article numbers find the ones that are gone
		now = s.skus("molo")
		for key, k := range was {
			if now[key].No != k.No || !now[key].Active {
				t.Errorf("back again, %s: %v, were %v", key, nos(now), nos(was))
			}
		}
		s.checkStock()
	})
}

func TestSKUsThatAreMissingGoOffSale(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		spec := bag()
		s.put(spec, catalogue.Created)
		spec.SKUs = spec.SKUs[:2]
		s.put(spec, catalogue.Updated)
		d, err := s.Product(s.ctx, "molo", "en")
		if err != nil {
			t.Fatal(err)
		}
		if len(d.SKUs) != 2 || d.PriceFen != 200_00 || len(d.Options[0].Values) != 1 {
			t.Errorf("%+v", d)
		}
		if k := s.skus("molo")["1,0"]; k.Active || k.OnHand != 120 {
			t.Errorf("%+v", k)
		}
	})
}

func TestWhatIsNoProductIsRefused(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	for field, spoil := range map[string]func(*catalogue.ProductSpec){
		"handle":                 func(p *catalogue.ProductSpec) { p.Handle = "a b" },
		"title":                  func(p *catalogue.ProductSpec) { p.Title = model.Text{"en": ""} },
		"title.it":               func(p *catalogue.ProductSpec) { p.Title["it"] = strings.Repeat("x", 256) },
		"vendor":                 func(p *catalogue.ProductSpec) { p.Vendor = strings.Repeat("x", 129) },
		"tags[1]":                func(p *catalogue.ProductSpec) { p.Tags[1] = p.Tags[0] },
		"tags[0]":                func(p *catalogue.ProductSpec) { p.Tags[0] = " x" },
		"categories[0]":          func(p *catalogue.ProductSpec) { p.Categories = []string{"none"} },
		"pictures[0].url":        func(p *catalogue.ProductSpec) { p.Pictures[0].URL = "javascript:alert(1)" },
		"options":                func(p *catalogue.ProductSpec) { p.Options = append(p.Options, p.Options[0], p.Options[1]) },
		"options[1].name":        func(p *catalogue.ProductSpec) { p.Options[1].Name = nil },
		"options[1].values":      func(p *catalogue.ProductSpec) { p.Options[1].Values = nil },
		"options[0].values[1]":   func(p *catalogue.ProductSpec) { p.Options[0].Values[1] = text("Red") },
		"skus":                   func(p *catalogue.ProductSpec) { p.SKUs = nil },
		"skus[0].choice":         func(p *catalogue.ProductSpec) { p.SKUs[0].Choice = []int{0, 2} },
		"skus[1].choice":         func(p *catalogue.ProductSpec) { p.SKUs[1].Choice = p.SKUs[0].Choice },
		"skus[2].choice":         func(p *catalogue.ProductSpec) { p.SKUs[2].Choice = []int{1} },
		"skus[0].price_fen":      func(p *catalogue.ProductSpec) { p.SKUs[0].PriceFen, p.SKUs[0].CompareAtFen = 0, 0 },
		"skus[1].price_fen":      func(p *catalogue.ProductSpec) { p.SKUs[1].PriceFen = model.MaxFen + 1 },
		"skus[0].compare_at_fen": func(p *catalogue.ProductSpec) { p.SKUs[0].CompareAtFen = 200_00 },
		"skus[0].stock":          func(p *catalogue.ProductSpec) { p.SKUs[0].Stock = pieces(-1) },
		"skus[0].weight_grams":   func(p *catalogue.ProductSpec) { p.SKUs[0].WeightGrams = -1 },
		"skus[0].picture":        func(p *catalogue.ProductSpec) { p.SKUs[0].Picture = "/media/../x" },
	} {
		spec := bag()
		spoil(&spec)
		_, err := s.PutProduct(s.ctx, spec)
		var e *model.Error
		if !errors.As(err, &e) || e.Kind != model.KindInvalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if v := s.brand().CatalogueVersion; v != 0 {
		t.Errorf("refused products have made version %d", v)
	}
}

func TestBodiesAreSanitised(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	s.put(bag(), catalogue.Created)
	if d, err := s.Product(s.ctx, "molo", "en"); err != nil || d.Body != "<p>Leather</p>" {
		t.Errorf("%q %v", d.Body, err)
	}
}

func TestCategoriesMakeATree(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for _, c := range []catalogue.CategorySpec{
			{Slug: "home", Name: text("Home"), Sort: 2, Published: true},
			{Slug: "bags", Name: model.Text{"en": "Bags", "zh-CN": "包袋"}, Sort: 1, Published: true},
			{Slug: "totes", Parent: "bags", Name: text("Totes"), Published: true},
			{Slug: "secret", Parent: "bags", Name: text("Secret")},
			{Slug: "below-secret", Parent: "secret", Name: text("Below"), Published: true},
		} {
			s.category(c)
		}
		got, err := s.Categories(s.ctx, "zh-CN", "en")
		want := []catalogue.Category{
			{Slug: "bags", Name: "包袋", Children: []catalogue.Category{{Slug: "totes", Name: "Totes", Children: []catalogue.Category{}}}},
			{Slug: "home", Name: "Home", Children: []catalogue.Category{}},
		}
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Error(err, d)
		}
		for field, c := range map[string]catalogue.CategorySpec{
			"slug":    {Slug: "Bags", Name: text("x")},
			"name":    {Slug: "x"},
			"picture": {Slug: "x", Name: text("x"), Picture: "data:x"},
			"parent":  {Slug: "bags", Parent: "totes", Name: text("Bags")},
		} {
			var e *model.Error
			if _, err := s.PutCategory(s.ctx, c); !errors.As(err, &e) || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		parent := "below-secret" // the third level
		for _, slug := range []string{"l4", "l5"} {
			s.category(catalogue.CategorySpec{Slug: slug, Parent: parent, Name: text(slug)})
			parent = slug
		}
		if _, err := s.PutCategory(s.ctx, catalogue.CategorySpec{Slug: "l6", Parent: parent, Name: text("x")}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a sixth level: %v", err)
		}
		if _, err := s.PutCategory(s.ctx, catalogue.CategorySpec{Slug: "bags", Parent: "home", Name: text("x")}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("five levels below another: %v", err)
		}
	})
}

// Staff, an import and customers at the same product at once: nothing is doubled, nothing goes missing.
func TestChangesOfOneProductQueue(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "molo", catalogue.Settings{})
		first := testdb.Race(8, func(int) error { _, err := s.PutProduct(s.ctx, bag()); return err })
		if err := errors.Join(first...); err != nil {
			t.Fatal(err)
		}
		if n := len(s.skus("molo")); n != 3 {
			t.Fatalf("%d SKUs", n)
		}
		k := s.skus("molo")["1,0"]
		errs := testdb.Race(16, func(i int) error {
			if i%2 == 0 {
				return s.db.InTx(s.ctx, func(tx *gorm.DB) error {
					res := tx.Model(&model.SKU{}).Where("id = ? AND on_hand - reserved >= 5", k.ID).
						Updates(map[string]any{"reserved": gorm.Expr("reserved + 5")})
					return res.Error
				})
			}
			spec := bag()
			spec.SKUs[2].Stock, spec.Sort = pieces(int64(20+i)), int64(i)
			_, err := s.PutProduct(s.ctx, spec)
			if errors.Is(err, model.ErrOutOfStock) {
				return nil
			}
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		s.checkStock()
	})
}
