package page_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/page"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// shop is an open shop that tells what its pages show.
type shop struct {
	*testshop.Shop
	t *testing.T
}

func each(t *testing.T, test func(t *testing.T, s shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		test(t, shop{testshop.NewWorld(t, db, clock).Shop(), t})
	}, testdb.Clock(clock.Now))
}

// write gives the brand these pages.
func (s shop) write(pages ...brand.Page) {
	s.t.Helper()
	_, err := s.Brand.Apply(s.Ctx, brand.Spec{
		Slug: s.Row.Slug, Name: s.Row.Name, Languages: s.Row.Languages, Theme: s.Row.Theme, Pages: pages,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s shop) category(slug, parent string, published bool) {
	s.t.Helper()
	_, err := s.Catalogue.PutCategory(s.Ctx, catalogue.CategorySpec{
		Slug: slug, Parent: parent, Name: model.Text{"en": strings.ToUpper(slug)}, Picture: "/media/" + slug + ".jpg", Published: published,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// product puts a product into a category, at a price of 100 fen, after the others.
func (s shop) product(handle, category string, published bool) {
	s.t.Helper()
	s.Clock.Turn(time.Second)
	one := int64(1)
	_, err := s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
		Handle: handle, Title: model.Text{"en": strings.ToUpper(handle), "zh-CN": "货"}, Categories: []string{category}, Published: published,
		Pictures: []model.Picture{{URL: "/media/" + handle + ".jpg"}},
		SKUs:     []catalogue.SKUSpec{{PriceFen: 100, Stock: &one}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func card(handle string) catalogue.Card {
	return catalogue.Card{
		Handle: handle, Title: strings.ToUpper(handle), Picture: "/media/" + handle + ".jpg", PriceFen: 100, InStock: true,
	}
}

// show reads a page as a consumer gets it now.
func (s shop) show(slug, language string) (v page.View) {
	s.t.Helper()
	b, err := s.Brand.Resolve(s.Ctx, s.Row.Slug)
	if err != nil {
		s.t.Fatal(err)
	}
	encoded, err := s.Page.Encoded(s.t.Context(), b, slug, language)
	if err == nil {
		err = json.Unmarshal(encoded.JSON, &v)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func text(en string) model.Text { return model.Text{"en": en} }

func TestPage(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.category("jewellery", "", true)
		s.category("rings", "jewellery", true)
		s.category("secret", "", false)
		s.category("below-secret", "secret", true)
		s.product("ring-a", "rings", true)
		s.product("ring-b", "rings", true)
		s.product("gone", "rings", false)
		s.product("hidden", "below-secret", true)
		s.product("jewel", "jewellery", true)
		s.write(
			brand.Page{Slug: "home", Title: text("Home"), Blocks: []model.Block{
				{Kind: model.BlockNotice, Text: model.Text{"en": "Hello", "zh-CN": "你好"}},
				{Kind: model.BlockBanner, Picture: "/media/spring.jpg", Link: "category:rings"},
				{Kind: model.BlockCategories, Title: text("Categories"), Categories: []string{"rings", "secret", "below-secret", "none", "jewellery"}},
				{Kind: model.BlockShelf, Title: text("Chosen"), Products: []string{"ring-b", "gone", "none", "ring-a"}},
				{Kind: model.BlockShelf, Title: text("First"), Products: []string{"ring-b", "ring-a"}, Limit: 1},
				{Kind: model.BlockShelf, Title: text("New"), Category: "jewellery", Limit: 2},
				{Kind: model.BlockShelf, Title: text("Empty"), Products: []string{"gone"}},
				{Kind: model.BlockShelf, Title: text("Unseen"), Category: "secret"},
				{Kind: model.BlockRichText, Text: text("<p onclick=\"x()\">By hand</p><script>alert(1)</script>")},
			}},
			brand.Page{Slug: "draft", Title: text("Draft"), Draft: true},
			brand.Page{Slug: "empty", Title: text("Empty")},
		)
		want := page.View{Slug: "home", Title: "Home", Blocks: []page.Block{
			{Kind: model.BlockNotice, Text: "Hello"},
			{Kind: model.BlockBanner, Picture: "/media/spring.jpg", Link: "category:rings"},
			{Kind: model.BlockCategories, Title: "Categories", Categories: []page.Category{
				{Slug: "rings", Name: "RINGS", Picture: "/media/rings.jpg"},
				{Slug: "jewellery", Name: "JEWELLERY", Picture: "/media/jewellery.jpg"},
			}},
			{Kind: model.BlockShelf, Title: "Chosen", Products: []catalogue.Card{card("ring-b"), card("ring-a")}},
			{Kind: model.BlockShelf, Title: "First", Products: []catalogue.Card{card("ring-b")}},
			{Kind: model.BlockShelf, Title: "New", Category: "jewellery", Products: []catalogue.Card{card("jewel"), card("ring-b")}},
			{Kind: model.BlockRichText, Text: "<p>By hand</p>"},
		}}
		if diff := cmp.Diff(want, s.show("home", "en")); diff != "" {
			t.Error(diff)
		}
		if v := s.show("home", "zh-CN"); v.Title != "Home" || v.Blocks[0].Text != "你好" || v.Blocks[3].Products[0].Title != "货" {
			t.Errorf("in Chinese: %+v", v)
		}
		if v := s.show("empty", "en"); v.Blocks == nil || len(v.Blocks) != 0 {
			t.Errorf("%+v", v)
		}
		other := s.World.Shop()
		for b, slug := range map[*model.Brand]string{s.Row: "draft", other.Row: "all"} {
			if _, err := s.Page.Encoded(t.Context(), b, slug, "en"); !errors.Is(err, model.ErrNotFound) {
				t.Errorf("%s of %s: %v", slug, b.Slug, err)
			}
		}
		// Who has not made a home page yet has one, with nothing of another brand's.
		var home page.View
		e, err := s.Page.Encoded(t.Context(), other.Row, model.HomePage, "en")
		if err != nil || json.Unmarshal(e.JSON, &home) != nil || home.Slug != model.HomePage || home.Blocks == nil || len(home.Blocks) != 0 {
			t.Errorf("%+v, %v", home, err)
		}
	})
}

// What staff change is seen at once, though pages come from memory.
func TestPageFollowsTheCatalogue(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.category("rings", "", true)
		s.product("ring", "rings", true)
		home := brand.Page{Slug: "home", Title: text("Home"), Blocks: []model.Block{{Kind: model.BlockShelf, Products: []string{"ring"}}}}
		s.write(home)
		if v := s.show("home", "en"); len(v.Blocks) != 1 {
			t.Fatalf("%+v", v)
		}
		if err := s.Catalogue.SetPublished(s.Ctx, "ring", false); err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(time.Second) // until the brand's version is looked at again
		if v := s.show("home", "en"); len(v.Blocks) != 0 {
			t.Errorf("still there: %+v", v)
		}
		home.Title = text("House")
		s.write(home)
		if v := s.show("home", "en"); v.Title != "House" {
			t.Errorf("%+v", v)
		}
	})
}
