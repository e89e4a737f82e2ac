package storefront_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/testshop"
)

type cards = endpoint.Page[catalogue.Card]

// sell puts products into a shop: p-0 …, each a yuan dearer, the odd ones tagged and in a category.
func sell(t *testing.T, f *front, s *testshop.Shop, n int) {
	t.Helper()
	ctx := model.WithBrand(t.Context(), s.Row.ID)
	if _, err := f.Catalogue.PutCategory(ctx, catalogue.CategorySpec{
		Slug: "bags", Name: model.Text{"zh-CN": "包袋", "en": "Bags"}, Published: true,
	}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		stock := int64(i % 3)
		spec := catalogue.ProductSpec{
			Handle: fmt.Sprintf("p-%d", i), Title: model.Text{"zh-CN": fmt.Sprintf("皮包 %d", i), "en": fmt.Sprintf("Leather bag %d", i)},
			Published: true, SKUs: []catalogue.SKUSpec{{PriceFen: model.Fen(100 * (i + 1)), Stock: &stock}},
		}
		if i%2 == 1 {
			spec.Tags, spec.Categories = []string{"odd"}, []string{"bags"}
		}
		if _, err := f.Catalogue.PutProduct(ctx, spec); err != nil {
			t.Fatal(err)
		}
	}
	f.Clock.Turn(2 * time.Second) // for so long a shop is remembered as it was
}

func TestCatalogue(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sell(t, f, s, 9)
		at := "/v1/" + s.Row.Slug
		get := func(path string, header ...string) reply {
			t.Helper()
			return f.ask(t, http.MethodGet, at+path, "", "", header...)
		}
		handles := func(path string) (got string) {
			t.Helper()
			for cursor := ""; ; {
				var page cards
				get(path + "&cursor=" + url.QueryEscape(cursor)).into(&page)
				for _, c := range page.Items {
					got += strings.TrimPrefix(c.Handle, "p-")
				}
				if cursor = page.NextCursor; cursor == "" {
					return got
				}
			}
		}

		var tree endpoint.Page[catalogue.Category]
		get("/categories", "Accept-Language", "en").into(&tree)
		if d := cmp.Diff([]catalogue.Category{{Slug: "bags", Name: "Bags", Children: []catalogue.Category{}}}, tree.Items); d != "" {
			t.Error(d)
		}
		for path, want := range map[string]string{
			"/products?limit=2":                          "012345678",
			"/products?limit=4&sort=price_desc":          "876543210",
			"/products?limit=50&category=bags":           "1357",
			"/products?limit=2&tag=odd&sort=newest":      "7531",
			"/products?limit=1&min_fen=300&max_fen=500":  "234",
			"/products?limit=3&in_stock=true":            "124578",
			"/search?limit=2&q=" + url.QueryEscape("皮包"): "012345678",
			"/search?limit=50&q=leather+7":               "7",
			"/search?q=nothing":                          "",
			"/search?q=" + url.QueryEscape(`") OR ""="`): "",
		} {
			if got := handles(path); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}

		var d catalogue.Detail
		get("/products/p-4", "Accept-Language", "zh-CN").into(&d)
		if d.Title != "皮包 4" || len(d.SKUs) != 1 || len(d.SKUs[0].No) != 26 || d.SKUs[0].Available != 1 || !d.SKUs[0].LowStock {
			t.Errorf("%+v", d)
		}

		get("/products/none").refused(404, "product_not_found")
		get("/products?limit=51").refused(400, "limit: too_big")
		get("/products?limit=0").refused(400, "limit: too_small")
		get("/products?sort=name").refused(400, "sort: not_one_of")
		get("/products?category=none").refused(400, "category: invalid")
		get("/products?min_fen=-1").refused(400, "min_fen: too_small")
		get("/search?q=").refused(400, "q: required")
		get("/search").refused(400, "q: required")
		get("/search?q="+strings.Repeat("x", 65)).refused(400, "q: too_long")
		get("/products?cursor=abc").refused(400, "cursor: bad_cursor")

		var page cards
		get("/products?limit=1&sort=newest").into(&page)
		get("/products?limit=1&sort=price_asc&cursor="+page.NextCursor).refused(400, "cursor: bad_cursor")
		get("/search?q=bag&limit=1&cursor="+page.NextCursor).refused(400, "cursor: bad_cursor")
	})
}

func TestCatalogueAnswersCanBeKept(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sell(t, f, s, 2)
		for _, path := range []string{"/categories", "/products", "/products/p-1", "/search?q=bag"} {
			at := "/v1/" + s.Row.Slug + path
			tag := f.ask(t, http.MethodGet, at, "", "", "Accept-Language", "en").want(200).header.Get("ETag")
			if tag == "" || strings.HasPrefix(tag, "W/") {
				t.Errorf("%s: ETag %q", path, tag)
			}
			r := f.ask(t, http.MethodGet, at, "", "", "Accept-Language", "en", "If-None-Match", tag).want(304)
			if len(r.body) > 0 {
				t.Errorf("%s: a 304 with %q", path, r.body)
			}
			f.ask(t, http.MethodGet, at, "", "", "Accept-Language", "zh-CN", "If-None-Match", tag).want(200)
		}

		// What staff changes is seen by the next request after the shop was looked up again.
		ctx := model.WithBrand(t.Context(), s.Row.ID)
		if err := f.Catalogue.SetPublished(ctx, "p-1", false); err != nil {
			t.Fatal(err)
		}
		f.Clock.Turn(2 * time.Second)
		f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug+"/products/p-1", "", "").refused(404, "product_not_found")
		var page cards
		f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug+"/products", "", "").into(&page)
		if len(page.Items) != 1 {
			t.Errorf("%+v", page.Items)
		}

		other := f.Shop()
		f.ask(t, http.MethodGet, "/v1/"+other.Row.Slug+"/products/p-0", "", "").refused(404, "product_not_found")
		f.ask(t, http.MethodGet, "/v1/"+other.Row.Slug+"/products", "", "").into(&page)
		if len(page.Items) != 0 {
			t.Errorf("another shop sells %+v", page.Items)
		}
	})
}
