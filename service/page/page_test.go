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
	"hutong/service/groupbuy"
	"hutong/service/page"
	"hutong/service/promotion"
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

// offers lets the ring be bought in groups for an hour, and in a flash sale a day from now.
func (s shop) offers(handle string) (campaign, sale string) {
	s.t.Helper()
	now := model.At(s.Clock.Now())
	d, err := s.Catalogue.Product(s.Ctx, handle, "en")
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := s.GroupBuy.Create(s.Ctx, "campaign-"+handle, groupbuy.Campaign{
		Product: handle, Size: 3, StartsAt: now, EndsAt: now.Add(time.Hour), Prices: []groupbuy.PriceInput{{SKUNo: d.SKUs[0].No, PriceFen: 80}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	f, err := s.Promotion.Create(s.Ctx, "flash-"+handle, promotion.Spec{
		Name: text("Sale"), Conditions: promotion.ConditionsSpec{Products: []string{handle}}, Effect: promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 70},
		StartsAt: now.Add(30 * time.Hour), EndsAt: now.Add(60 * time.Hour), Quota: &promotion.Quota{Total: 9},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.No, f.No
}

// look reads a page as it is this moment: what comes from memory is up to a minute old.
func (s shop) look(slug string) page.View {
	s.t.Helper()
	p, err := s.Page.NewPreview(s.Ctx, s.Row, slug)
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := s.Page.Previewed(s.Ctx, s.Row, slug, p.Token, "en")
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// A block of groups or flash sales has what runs, all of it or one, and is not there when nothing does.
func TestPageShowsWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.category("rings", "", true)
		s.product("ring-a", "rings", true)
		s.product("ring-b", "rings", true)
		_, _ = s.offers("ring-a")
		campaign, sale := s.offers("ring-b")
		s.write(brand.Page{Slug: "home", Title: text("Home"), Blocks: []model.Block{
			{Kind: model.BlockGroups, Title: text("Together")},
			{Kind: model.BlockGroups, Campaign: campaign},
			{Kind: model.BlockFlash},
			{Kind: model.BlockFlash, Title: text("One"), Promotion: sale},
		}})
		if b := s.show("home", "en").Blocks; len(b) != 2 || b[0].Title != "Together" || len(b[0].Groups) != 2 || b[0].Campaign != "" ||
			len(b[1].Groups) != 1 || b[1].Campaign != campaign || b[1].Groups[0].Product != "ring-b" || b[1].Groups[0].PriceFen != 80 || b[1].Groups[0].SoloFen != 100 {
			t.Errorf("groups run, no sale: %+v", b)
		}
		s.Clock.Turn(7 * time.Hour) // the groups are over, and the sales not far
		if b := s.look("home").Blocks; len(b) != 2 || len(b[0].Sales) != 2 || b[1].Title != "One" || b[1].Promotion != sale || len(b[1].Sales) != 1 ||
			b[1].Sales[0].No != sale || b[1].Sales[0].Products[0].SalePriceFen != 70 || b[1].Sales[0].Now != 0 {
			t.Errorf("sales are shown a day before, groups not any more: %+v", b)
		}
		s.Clock.Turn(60 * time.Hour)
		if b := s.look("home").Blocks; len(b) != 0 {
			t.Errorf("all is over: %+v", b)
		}
	})
}
