package catalogue_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/catalogue/shopify"
	"hutong/service/database"
	"hutong/service/media"
	"hutong/service/testdb"
)

// pictures is a web server with pictures, each of a size that its name tells, and the shop's store of them.
type pictures struct {
	store  *media.Store
	url    string
	mu     sync.Mutex
	asked  []string
	broken string // the part of a name that is not found
}

func newPictures(t testing.TB) *pictures {
	t.Helper()
	p := &pictures{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked = append(p.asked, r.URL.Path)
		if p.broken != "" && strings.Contains(r.URL.Path, p.broken) {
			http.NotFound(w, r)
			return
		}
		_ = png.Encode(w, image.NewGray(image.Rect(0, 0, len(r.URL.Path), int(r.URL.Path[6]))))
	}))
	t.Cleanup(server.Close)
	p.url = server.URL + "/"
	own := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://"))
	var err error
	p.store, err = media.Open(t.TempDir(), media.Settings{AllowAddress: func(at netip.AddrPort) bool { return at == own }})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (s *shop) imports(file []byte, o catalogue.ImportOptions) catalogue.Report {
	s.t.Helper()
	rate, err := shopify.ParseRate("7.15")
	if err != nil {
		s.t.Fatal(err)
	}
	o.Language, o.Rate = "en", rate
	report, err := s.ImportShopify(s.ctx, bytes.NewReader(file), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

func difficultFile(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("shopify/testdata/officina-faro.csv")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func counts(r catalogue.Report) string {
	return fmt.Sprintf("%d products: %d created, %d updated, %d unchanged, %d refused; pictures: %d fetched, %d kept, %d unreachable",
		r.Products, r.Created, r.Updated, r.Unchanged, r.Refused, r.PicturesFetched, r.PicturesKept, r.PicturesUnreachable)
}

func TestImportIsRepeatable(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		web := newPictures(t)
		web.broken = "molo-back"
		file := bytes.ReplaceAll(difficultFile(t), []byte("https://pictures.officina-faro.example/"), []byte(web.url))
		var steps []string
		o := catalogue.ImportOptions{Fetch: web.store.Fetch, Progress: func(done, total int) { steps = append(steps, fmt.Sprint(done, "/", total)) }}
		first := s.imports(file, o)
		if got := counts(first); got != "11 products: 7 created, 0 updated, 0 unchanged, 4 refused; pictures: 4 fetched, 0 kept, 1 unreachable" {
			t.Error(got)
		}
		if len(steps) != 11 || steps[10] != "11/11" {
			t.Errorf("progress: %v", steps)
		}
		was, version := s.skus("borsa-molo"), s.brand().CatalogueVersion
		again := s.imports(file, o)
		if got := counts(again); got != "11 products: 0 created, 0 updated, 7 unchanged, 4 refused; pictures: 0 fetched, 4 kept, 1 unreachable" {
			t.Error(got)
		}
		if d := cmp.Diff(was, s.skus("borsa-molo")); d != "" || s.brand().CatalogueVersion != version {
			t.Errorf("the second run made version %d of %d: %s", s.brand().CatalogueVersion, version, d)
		}
		web.broken = ""
		third := s.imports(file, o)
		if got := counts(third); got != "11 products: 0 created, 1 updated, 6 unchanged, 4 refused; pictures: 1 fetched, 4 kept, 0 unreachable" {
			t.Error(got)
		}
		s.checkStock()

		d, err := s.Product(s.ctx, "borsa-molo", "zh-CN", "en")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(d.Body, "script") || !strings.Contains(d.Body, "<li>28 × 20 cm</li>") {
			t.Errorf("body: %q", d.Body)
		}
		var widths []int
		for _, p := range d.Pictures {
			widths = append(widths, p.Width)
		}
		want := []int{len("/molo-side.jpg"), len("/molo-front.jpg"), len("/molo-back.jpg"), len("/molo-cognac.jpg")}
		if d := cmp.Diff(want, widths); d != "" {
			t.Error(d)
		}
		if len(d.SKUs) != 3 || d.SKUs[0].Picture != d.Pictures[3].URL || !strings.HasPrefix(d.Pictures[3].URL, media.Prefix) {
			t.Errorf("%+v", d)
		}
		if len(web.asked) != 7 {
			t.Errorf("the web was asked for %v", web.asked)
		}
		if d.Categories[0] != (catalogue.CategoryLink{Slug: "bags", Name: "Bags"}) || d.PriceFen != 1357_79 {
			t.Errorf("%+v", d.Categories)
		}
		if cards, _, err := s.List(s.ctx, catalogue.Query{Tag: "皮包", Limit: 5}); err != nil || len(cards) != 1 {
			t.Errorf("by tag: %v %v", cards, err)
		}
	})
}

func TestImportKeepsWhatTheFileDoesNotSay(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		file := "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n" +
			"ring,Ring,Rings,Size,52,R52,10,5\nring,,,,54,R54,12,5\nring,,,,56,R56,13,\n"
		s.imports([]byte(file), catalogue.ImportOptions{})
		was := s.skus("ring")

		// Staff translates, sorts, and puts it into another category.
		s.category(catalogue.CategorySpec{Slug: "gifts", Name: text("Gifts"), Published: true})
		s.put(catalogue.ProductSpec{
			Handle: "ring", Title: model.Text{"en": "Ring", "zh-CN": "戒指"}, Categories: []string{"rings", "gifts"}, Sort: 7, Published: true, Source: "shopify",
			Summary: model.Text{"zh-CN": "银"},
			Options: []model.Option{{Name: model.Text{"en": "Size", "zh-CN": "尺寸"}, Values: []model.Text{{"en": "56"}, {"en": "52"}, {"en": "54"}}}},
			SKUs: []catalogue.SKUSpec{
				{Choice: []int{1}, Code: "R52", PriceFen: 71_50}, {Choice: []int{2}, Code: "R54", PriceFen: 85_80}, {Choice: []int{0}, Code: "R56", PriceFen: 92_95},
			},
		}, catalogue.Updated)
		s.reserve(s.skus("ring")["1"], 3)

		// The next export: a price has changed, 54 has gone, 58 is new, 56 cannot be read, fewer than reserved are left.
		file = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n" +
			"ring,Silver ring,Rings,Size,52,R52,11,1\nring,,,,58,R58,15,2\nring,,,,56,R56,?,9\n"
		r := s.imports([]byte(file), catalogue.ImportOptions{})
		now := s.skus("ring")
		if now["1"].No != was["0"].No || now["2"].No != was["1"].No || now["0"].No != was["2"].No {
			t.Errorf("numbers: %v, were %v", nos(now), nos(was))
		}
		if now["1"].PriceFen != 78_65 || now["1"].OnHand != 3 || now["2"].Active || !now["0"].Active || now["0"].PriceFen != 92_95 || now["3"].OnHand != 2 {
			t.Errorf("%+v", now)
		}
		reasons := map[shopify.Reason]int{}
		for _, p := range r.Problems {
			reasons[p.Reason] = p.Line
		}
		if d := cmp.Diff(map[shopify.Reason]int{shopify.ReasonNotANumber: 4, shopify.ReasonReserved: 2}, reasons); d != "" || r.Updated != 1 {
			t.Errorf("%s %s", counts(r), d)
		}
		var p model.Product
		if err := s.db.Read(s.ctx).Where("handle = ?", "ring").Take(&p).Error; err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(model.Text{"en": "Silver ring", "zh-CN": "戒指"}, p.Title); d != "" || p.Summary["zh-CN"] != "银" || p.Sort != 7 {
			t.Errorf("%s %+v", d, p)
		}
		if d, err := s.Product(s.ctx, "ring", "zh-CN"); err != nil || len(d.Categories) != 2 || d.Options[0].Name != "尺寸" {
			t.Errorf("%+v %v", d, err)
		}
		s.checkStock()
	})
}

func TestImportOfPartOfAProductTakesNothingOffSale(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	head := "Handle,Title,Option1 Name,Option1 Value,Variant Price\n"
	s.imports([]byte(head+"ring,Ring,Size,52,10\nring,,,54,12\n"), catalogue.ImportOptions{})
	s.imports([]byte(head+"ring,Ring,Size,52,10\nring,,,\"54,12\n"), catalogue.ImportOptions{})
	if k := s.skus("ring")["1"]; !k.Active {
		t.Error("a row that cannot be read took its SKU off sale")
	}
	s.imports([]byte(head+"ring,Ring,Size,52,10\n"), catalogue.ImportOptions{})
	if k := s.skus("ring")["1"]; k.Active {
		t.Error("a SKU that has gone from the file is on sale")
	}
}

func TestAnExportThatLostARowRefusesNothingElse(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	long := strings.Repeat("y", 300)
	r := s.imports([]byte("Handle,Title,Type,Variant Price\na,"+long+",T,1\nb,B,Type/类型,2\nc,C,类型,3\n"), catalogue.ImportOptions{})
	if r.Created != 2 || r.Refused != 1 {
		t.Errorf("%s %v", counts(r), r.Problems)
	}
	tree, err := s.Categories(s.ctx, "en")
	if err != nil || len(tree) != 2 {
		t.Errorf("%v %v", tree, err)
	}
}

func TestImportStopsWithItsContext(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	var b strings.Builder
	b.WriteString("Handle,Title,Variant Price\n")
	for i := range 100 {
		fmt.Fprintf(&b, "p%d,P,1\n", i)
	}
	ctx, stop := context.WithCancel(s.ctx)
	r, err := s.ImportShopify(ctx, strings.NewReader(b.String()), catalogue.ImportOptions{
		Language: "en", Progress: func(done, _ int) {
			if done == 20 {
				stop()
			}
		},
	})
	if !errors.Is(err, context.Canceled) || r.Created != 20 {
		t.Errorf("%s %v", counts(r), err)
	}
}

func TestTwoImportsOfOneFileAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "molo", catalogue.Settings{})
		reports := testdb.Race(4, func(int) error {
			_, err := s.ImportShopify(s.ctx, bytes.NewReader(difficultFile(t)), catalogue.ImportOptions{Language: "en"})
			return err
		})
		if err := errors.Join(reports...); err != nil {
			t.Fatal(err)
		}
		var n int64
		if err := db.Read(s.ctx).Model(&model.Product{}).Count(&n).Error; err != nil || n != 7 {
			t.Errorf("%d products, %v", n, err)
		}
		s.checkStock()
	})
}
