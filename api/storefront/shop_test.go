package storefront_test

import (
	"net/http"
	"testing"

	"hutong/api/storefront"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/page"
)

func TestShop(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		var shop storefront.Shop
		first := f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug, "", "", "Accept-Language", "zh-TW, zh;q=0.9")
		first.into(&shop)
		if shop.Language != "zh-CN" || shop.Name != "小店" || shop.Currency != "CNY" || shop.OrderTTL != 900 || len(shop.Languages) != 2 {
			t.Errorf("%s", first.body)
		}
		f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug, "", "", "Accept-Language", "zh-CN", "If-None-Match", first.header.Get("ETag")).want(304)
		f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug, "", "", "Accept-Language", "en", "If-None-Match", first.header.Get("ETag")).want(200)
	})
}

func TestPage(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		home := "/v1/" + s.Row.Slug + "/pages/home"
		f.ask(t, http.MethodGet, "/v1/"+s.Row.Slug+"/pages/story", "", "").refused(404, "not_found")
		var none struct{ Blocks []any }
		if f.ask(t, http.MethodGet, home, "", "").into(&none); none.Blocks == nil || len(none.Blocks) != 0 {
			t.Errorf("the home page of who has not made one: %+v", none)
		}
		_, err := f.Brand.Apply(t.Context(), brand.Spec{
			Slug: s.Row.Slug, Name: s.Row.Name, Languages: s.Row.Languages, Theme: s.Row.Theme,
			Pages: []brand.Page{{Slug: "home", Title: model.Text{"en": "Home"}, Blocks: []model.Block{
				{Kind: model.BlockNotice, Text: model.Text{"en": "Hello"}},
			}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var v page.View
		first := f.ask(t, http.MethodGet, home, "", "")
		first.into(&v)
		if v.Title != "Home" || len(v.Blocks) != 1 || v.Blocks[0].Text != "Hello" {
			t.Errorf("%s", first.body)
		}
		f.ask(t, http.MethodGet, home, "", "", "If-None-Match", first.header.Get("ETag")).want(304)
	})
}
