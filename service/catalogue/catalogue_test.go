package catalogue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
)

// shop is a catalogue of one brand on a database.
type shop struct {
	*catalogue.Service
	t    testing.TB
	db   *database.DB
	ctx  context.Context
	id   int64
	now  time.Time
	tick time.Duration // by which the clock moves when it is read
	keys int
}

func newShop(t testing.TB, db *database.DB, slug string, settings catalogue.Settings) *shop {
	t.Helper()
	s := &shop{t: t, db: db, now: time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)}
	brand := model.Brand{
		Slug: slug, Status: model.BrandActive, Name: model.Text{"en": slug}, Currency: "CNY",
		DefaultLanguage: "zh-CN", Languages: []string{"zh-CN", "en", "it"}, OrderTTL: 900,
	}
	if err := db.InTx(t.Context(), func(tx *gorm.DB) error { brand.ID = 0; return tx.Create(&brand).Error }); err != nil {
		t.Fatal(err)
	}
	s.id, s.ctx = brand.ID, model.WithBrand(t.Context(), brand.ID)
	clock := func() time.Time {
		if s.tick > 0 {
			s.now = s.now.Add(s.tick)
		}
		return s.now
	}
	s.Service = catalogue.New(db, clock, service.NewNumbers(clock), settings)
	return s
}

// brand is the brand's row at present.
func (s *shop) brand() *model.Brand {
	s.t.Helper()
	var b model.Brand
	if err := s.db.Read(s.ctx).Where("id = ?", s.id).Take(&b).Error; err != nil {
		s.t.Fatal(err)
	}
	return &b
}

func (s *shop) put(spec catalogue.ProductSpec, want catalogue.Outcome) {
	s.t.Helper()
	got, err := s.PutProduct(s.ctx, spec)
	if err != nil || got != want {
		s.t.Fatalf("%s: %s, %v; want %s", spec.Handle, got, err, want)
	}
}

func (s *shop) category(spec catalogue.CategorySpec) {
	s.t.Helper()
	if _, err := s.PutCategory(s.ctx, spec); err != nil {
		s.t.Fatal(err)
	}
}

// skus are a product's SKUs by choice key, also those off sale.
func (s *shop) skus(handle string) map[string]model.SKU {
	s.t.Helper()
	var p model.Product
	if err := s.db.Read(s.ctx).Where("handle = ?", handle).Take(&p).Error; err != nil {
		s.t.Fatal(err)
	}
	var rows []model.SKU
	if err := s.db.Read(s.ctx).Where("product_id = ?", p.ID).Find(&rows).Error; err != nil {
		s.t.Fatal(err)
	}
	by := map[string]model.SKU{}
	for _, k := range rows {
		by[k.ChoiceKey] = k
	}
	return by
}

// checkStock proves that what is on hand of every SKU is the sum of its movements, and no less than is reserved.
func (s *shop) checkStock() {
	s.t.Helper()
	var wrong []string
	err := s.db.Read(s.ctx).Raw(`SELECT s.no FROM skus s LEFT JOIN (
			SELECT sku_id, SUM(on_hand_delta) AS h FROM stock_movements WHERE brand_id = ? GROUP BY sku_id
		) m ON m.sku_id = s.id
		WHERE s.brand_id = ? AND (s.on_hand <> COALESCE(m.h, 0) OR s.on_hand < s.reserved)`, s.id, s.id).
		Scan(&wrong).Error
	if err != nil || len(wrong) > 0 {
		s.t.Errorf("stock does not add up: %v %v", wrong, err)
	}
}

// reserve reserves pieces as an order does.
func (s *shop) reserve(k model.SKU, n int64) {
	s.t.Helper()
	err := s.db.InTx(s.ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.SKU{}).Where("id = ?", k.ID).Updates(map[string]any{"reserved": gorm.Expr("reserved + ?", n)}).Error
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func pieces(n int64) *int64 { return &n }

func text(s string) model.Text { return model.Text{"en": s} }

// bag has two options, and three of their four combinations.
func bag() catalogue.ProductSpec {
	return catalogue.ProductSpec{
		Handle: "molo", Title: model.Text{"en": "Molo bag", "zh-CN": "莫洛手提包"}, Body: text("<p>Leather</p><script>x</script>"),
		Tags: []string{"leather", "皮包"}, Published: true,
		Pictures: []model.Picture{{URL: "https://p.example/1.jpg", Alt: text("front")}},
		Options: []model.Option{
			{Name: text("Colour"), Values: []model.Text{text("Red"), text("Blue")}},
			{Name: text("Size"), Values: []model.Text{text("S"), text("M")}},
		},
		SKUs: []catalogue.SKUSpec{
			{Choice: []int{0, 0}, Code: "RS", PriceFen: 200_00, CompareAtFen: 250_00, Stock: pieces(5)},
			{Choice: []int{0, 1}, Code: "RM", PriceFen: 220_00, Stock: pieces(0)},
			{Choice: []int{1, 0}, Code: "BS", PriceFen: 190_00, Stock: pieces(120)},
		},
	}
}

// plain is a product with nothing to choose.
func plain(handle string, price model.Fen, stock int64) catalogue.ProductSpec {
	return catalogue.ProductSpec{
		Handle: handle, Title: text("Product " + handle), Published: true,
		SKUs: []catalogue.SKUSpec{{PriceFen: price, Stock: &stock}},
	}
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *database.DB) { test(t, newShop(t, db, "molo", catalogue.Settings{})) })
}

func TestEachChangeRaisesTheVersionOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		version := s.brand().CatalogueVersion
		step := func(what string, raises int64, do func() error) {
			t.Helper()
			if err := do(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			now := s.brand().CatalogueVersion
			if now != version+raises {
				t.Errorf("%s: from %d to %d", what, version, now)
			}
			version = now
		}
		product := func(spec catalogue.ProductSpec) func() error {
			return func() error { _, err := s.PutProduct(s.ctx, spec); return err }
		}
		category := catalogue.CategorySpec{Slug: "bags", Name: text("Bags"), Published: true}
		putCategory := func() error { _, err := s.PutCategory(s.ctx, category); return err }
		step("a category", 1, putCategory)
		step("the same again", 0, putCategory)
		category.Sort = 3
		step("a category moved", 1, putCategory)
		spec := bag()
		step("a product", 1, product(spec))
		step("the same again", 0, product(spec))
		spec.Tags = []string{"leather"}
		step("a tag less", 1, product(spec))
		spec.Categories = []string{"bags"}
		step("a category more", 1, product(spec))
		spec.SKUs[1].Stock = pieces(1)
		step("stock", 1, product(spec))
		spec.SKUs[0].PriceFen++
		step("a price", 1, product(spec))
		step("hidden", 1, func() error { return s.SetPublished(s.ctx, "molo", false) })
		step("hidden again", 0, func() error { return s.SetPublished(s.ctx, "molo", false) })
		var p model.Product
		if err := s.db.Read(s.ctx).Take(&p).Error; err != nil || p.CatalogueVersion != version {
			t.Errorf("the product is of version %d, the brand of %d, %v", p.CatalogueVersion, version, err)
		}
		s.checkStock()
	})
}

func TestBrandsDoNotMeet(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		a, b := newShop(t, db, "alba", catalogue.Settings{}), newShop(t, db, "brera", catalogue.Settings{})
		a.category(catalogue.CategorySpec{Slug: "bags", Name: text("Bags"), Published: true})
		spec := bag()
		spec.Categories = []string{"bags"}
		a.put(spec, catalogue.Created)
		if cards, _, err := b.List(b.ctx, catalogue.Query{Limit: 50}); err != nil || len(cards) > 0 {
			t.Errorf("%v %v", cards, err)
		}
		if tree, err := b.Categories(b.ctx); err != nil || len(tree) > 0 {
			t.Errorf("%v %v", tree, err)
		}
		if _, err := b.Product(b.ctx, "molo"); err == nil {
			t.Error("brand b sees brand a's product")
		}
		if _, err := b.PutProduct(b.ctx, spec); err == nil {
			t.Error("brand b puts a product into brand a's category")
		}
		spec.Categories = nil
		b.put(spec, catalogue.Created)
		if err := b.SetPublished(b.ctx, "molo", false); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Product(a.ctx, "molo"); err != nil {
			t.Errorf("brand b hid brand a's product: %v", err)
		}
		if d := cmp.Diff([]int64{2, 2}, []int64{a.brand().CatalogueVersion, b.brand().CatalogueVersion}); d != "" {
			t.Error(d)
		}
	})
}

func nos(skus map[string]model.SKU) map[string]string {
	out := map[string]string{}
	for key, k := range skus {
		out[key] = fmt.Sprintf("%s %s %v", k.No, k.Code, k.Active)
	}
	return out
}
