package brand_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/groupbuy"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// eachShop runs a test on a shop with a category, a product, and a home page that came with its file.
func eachShop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop(func(spec *brand.Spec) {
			spec.Pages = []brand.Page{{Slug: "home", Title: model.Text{"en": "Home"}, Blocks: notices("from the file")}}
		})
		one := int64(1)
		_, err := s.Catalogue.PutCategory(s.Ctx, catalogue.CategorySpec{Slug: "rings", Name: model.Text{"en": "Rings"}, Published: true})
		must(t, err)
		_, err = s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
			Handle: "ring", Title: model.Text{"en": "Ring"}, Categories: []string{"rings"}, Published: true,
			SKUs: []catalogue.SKUSpec{{PriceFen: 100, Stock: &one}},
		})
		must(t, err)
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func notices(words ...string) []model.Block {
	blocks := make([]model.Block, len(words))
	for i, w := range words {
		blocks[i] = model.Block{Kind: model.BlockNotice, Text: model.Text{"en": w}}
	}
	return blocks
}

func draftOf(version int64, words ...string) brand.PageDraft {
	return brand.PageDraft{Title: model.Text{"en": "Home"}, Blocks: notices(words...), Version: version}
}

// words are what the notices of a page say.
func words(blocks []model.Block) string {
	all := make([]string, len(blocks))
	for i, b := range blocks {
		all[i] = b.Text["en"]
	}
	return strings.Join(all, ", ")
}

// seen is what consumers see.
func seen(t *testing.T, s *testshop.Shop) string {
	t.Helper()
	s.Clock.Turn(2_000_000_000)
	b, err := s.Brand.Resolve(s.Ctx, s.Row.Slug)
	must(t, err)
	e, err := s.Page.Encoded(s.Ctx, b, "home", "en")
	must(t, err)
	return string(e.JSON)
}

func as(ctx context.Context, no string) context.Context {
	return model.WithActor(ctx, model.Actor{Kind: model.ActorStaff, No: no, Address: "192.0.2.1", RequestID: "request"})
}

// From the first change of a draft to an older version that comes back.
func TestThePagesOfAShop(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		ann, bob := as(s.Ctx, "ann"), as(s.Ctx, "bob")
		v, err := s.Brand.Page(ann, "home")
		must(t, err)
		if v.Published != 1 || v.Open || words(v.Blocks) != "from the file" || cmp.Diff([]string{"en", "zh-CN"}, v.Languages) != "" {
			t.Errorf("%+v", v)
		}
		if _, err := s.Brand.PublishPage(ann, "home", brand.PageRelease{Version: v.Version, Published: 1}); !errors.Is(err, model.ErrNothingToPublish) {
			t.Errorf("nothing was published: %v", err)
		}
		v, err = s.Brand.SavePage(ann, "home", draftOf(v.Version, "a draft"))
		must(t, err)
		if !v.Open || v.Base != 1 || words(v.Blocks) != "a draft" || strings.Contains(seen(t, s), "a draft") {
			t.Errorf("%+v, and consumers see %s", v, seen(t, s))
		}
		// Whoever has not seen it is told, be it that they write, discard, bring back or publish.
		for what, do := range map[string]func() error{
			"write": func() error { _, err := s.Brand.SavePage(bob, "home", draftOf(v.Version-1, "over it")); return err },
			"discard": func() error {
				_, err := s.Brand.DiscardPage(bob, "home", brand.PageDiscard{Version: v.Version - 1})
				return err
			},
			"bring back": func() error {
				_, err := s.Brand.RestorePage(bob, "home", brand.PageRestore{Number: 1, Version: v.Version - 1})
				return err
			},
			"publish": func() error {
				_, err := s.Brand.PublishPage(bob, "home", brand.PageRelease{Version: v.Version - 1, Published: 1})
				return err
			},
			"publish over another": func() error {
				_, err := s.Brand.PublishPage(bob, "home", brand.PageRelease{Version: v.Version, Published: 2})
				return err
			},
		} {
			if err := do(); !errors.Is(err, model.ErrChangedMeanwhile) {
				t.Errorf("%s what was changed meanwhile: %v", what, err)
			}
		}
		was := v.Version
		v, err = s.Brand.PublishPage(ann, "home", brand.PageRelease{Version: v.Version, Published: 1})
		must(t, err)
		if v.Published != 2 || v.Open || !strings.Contains(seen(t, s), "a draft") {
			t.Errorf("%+v, and consumers see %s", v, seen(t, s))
		}
		// Who goes on with what was published by somebody else is told too.
		if _, err := s.Brand.SavePage(bob, "home", draftOf(was, "late")); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("late: %v", err)
		}
		v, err = s.Brand.RestorePage(bob, "home", brand.PageRestore{Number: 1, Version: v.Version})
		must(t, err)
		if !v.Open || words(v.Blocks) != "from the file" || !strings.Contains(seen(t, s), "a draft") {
			t.Errorf("%+v", v)
		}
		v, err = s.Brand.DiscardPage(bob, "home", brand.PageDiscard{Version: v.Version})
		must(t, err)
		if v.Open || words(v.Blocks) != "a draft" {
			t.Errorf("%+v", v)
		}
		if _, err := s.Brand.RestorePage(bob, "home", brand.PageRestore{Number: 9, Version: v.Version}); !errors.Is(err, model.ErrPageVersionNotFound) {
			t.Errorf("%v", err)
		}
		versions, next, err := s.Brand.PageVersions(s.Ctx, "home", 0, 1)
		must(t, err)
		if len(versions) != 1 || versions[0].Number != 2 || !versions[0].Now || next != 2 {
			t.Errorf("%+v, %d", versions, next)
		}
		if versions, next, err = s.Brand.PageVersions(s.Ctx, "home", next, 1); err != nil || len(versions) != 1 || versions[0].Number != 1 || versions[0].Now || next != 0 {
			t.Errorf("%+v, %d, %v", versions, next, err)
		}
		for action, n := range map[string]int64{"page.draft": 2, "page.publish": 1, "page.restore": 1, "page.discard": 1} {
			if got := s.Count(&model.AuditEntry{}, "action = ? AND address <> ''", action); got != n {
				t.Errorf("%d times %s in the audit log", got, action)
			}
		}
	})
}

// A file that is applied does not throw away what staff are working on, and is a version like any other.
func TestAFileBesideADraft(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		_, err := s.Brand.SavePage(s.Ctx, "home", draftOf(0, "mine"))
		must(t, err)
		spec := brand.Spec{Slug: s.Row.Slug, Name: s.Row.Name, Languages: s.Row.Languages, Theme: s.Row.Theme, Pages: []brand.Page{{Slug: "home", Title: model.Text{"en": "Home"}, Blocks: notices("the second file")}}}
		for range 2 {
			_, err = s.Brand.Apply(t.Context(), spec)
			must(t, err)
		}
		v, err := s.Brand.Page(s.Ctx, "home")
		if err != nil || v.Published != 2 || v.Base != 1 || words(v.Blocks) != "mine" || !strings.Contains(seen(t, s), "the second file") {
			t.Errorf("%+v, %v", v, err)
		}
		if _, err := s.Brand.PublishPage(s.Ctx, "home", brand.PageRelease{Version: v.Version, Published: 1}); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("over a file that nobody has seen: %v", err)
		}
		_, err = s.Brand.PublishPage(s.Ctx, "home", brand.PageRelease{Version: v.Version, Published: 2})
		must(t, err)
		// A page that is gone and comes back goes on counting.
		spec.Pages = []brand.Page{}
		_, err = s.Brand.Apply(t.Context(), spec)
		must(t, err)
		v, err = s.Brand.SavePage(s.Ctx, "home", draftOf(0, "anew"))
		must(t, err)
		if v, err = s.Brand.PublishPage(s.Ctx, "home", brand.PageRelease{Version: v.Version}); err != nil || v.Published != 4 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// Of many who write and publish at once, one does; the others are told.
func TestOneOfManyPublishes(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		v, err := s.Brand.SavePage(s.Ctx, "home", draftOf(0, "first"))
		must(t, err)
		errs := testdb.Race(16, func(i int) error {
			var err error
			if i%2 == 0 {
				_, err = s.Brand.SavePage(s.Ctx, "home", draftOf(v.Version, fmt.Sprint("other ", i)))
			} else {
				_, err = s.Brand.PublishPage(s.Ctx, "home", brand.PageRelease{Version: v.Version, Published: 1})
			}
			return err
		})
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case errors.Is(err, model.ErrChangedMeanwhile), errors.Is(err, model.ErrNothingToPublish):
			default:
				t.Error(err)
			}
		}
		after, err := s.Brand.Page(s.Ctx, "home")
		must(t, err)
		if done != 1 || after.Version != v.Version+1 || after.Open != (after.Published == 1) {
			t.Errorf("%d did: %+v", done, after)
		}
	})
}

// Two who begin the first page of a shop at once do not write over each other.
func TestOneBeginsTheFirstPage(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		done := 0
		for _, err := range testdb.Race(8, func(i int) error {
			_, err := s.Brand.SavePage(s.Ctx, "home", draftOf(0, fmt.Sprint(i)))
			return err
		}) {
			if err == nil {
				done++
			} else if !errors.Is(err, model.ErrChangedMeanwhile) {
				t.Error(err)
			}
		}
		if v, err := s.Brand.Page(s.Ctx, "home"); err != nil || done != 1 || v.Version != 1 || v.Published != 0 {
			t.Errorf("%d did: %+v, %v", done, v, err)
		}
	}, testdb.Clock(clock.Now))
}

// What is wrong is told with its block and field; what a draft may lack, what is published may not.
func TestAPageIsChecked(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		long := strings.Repeat("m", 201)
		campaign, sale, plain := offers(t, s)
		for name, c := range map[string]struct {
			block          model.Block
			draft, publish string
		}{
			"an empty banner":        {model.Block{Kind: model.BlockBanner}, "", "blocks[1].picture: required"},
			"an empty row":           {model.Block{Kind: model.BlockCategories}, "", "blocks[1].categories: block_empty"},
			"an empty shelf":         {model.Block{Kind: model.BlockShelf}, "", "blocks[1].products: block_empty"},
			"an empty notice":        {model.Block{Kind: model.BlockNotice}, "", "blocks[1].text.en: required"},
			"another language only":  {model.Block{Kind: model.BlockNotice, Text: model.Text{"zh-CN": "你好"}}, "", "blocks[1].text.en: required"},
			"a product that is not":  {model.Block{Kind: model.BlockShelf, Products: []string{"ring", "gone"}}, "", "blocks[1].products[1]: link_broken"},
			"a category that is not": {model.Block{Kind: model.BlockCategories, Categories: []string{"gone"}}, "", "blocks[1].categories[0]: link_broken"},
			"a page that is not":     {model.Block{Kind: model.BlockBanner, Picture: "/media/a.jpg", Link: "page:gone"}, "", "blocks[1].link: link_broken"},
			"what is there":          {model.Block{Kind: model.BlockBanner, Picture: "/media/a.jpg", Link: "product:ring"}, "", ""},
			"a newest shelf":         {model.Block{Kind: model.BlockShelf, Category: "rings", Limit: 3}, "", ""},
			"a kind":                 {model.Block{Kind: "marquee"}, "blocks[1].kind: not_one_of", ""},
			"a long notice":          {model.Block{Kind: model.BlockNotice, Text: model.Text{"en": long}}, "blocks[1].text.en: too_long", ""},
			"a foreign language":     {model.Block{Kind: model.BlockNotice, Text: model.Text{"en": "a", "it": "b"}}, "blocks[1].text.it: not_one_of", ""},
			"a script":               {model.Block{Kind: model.BlockBanner, Picture: "javascript:alert(1)"}, "blocks[1].picture: invalid", ""},
			"a script as a link":     {model.Block{Kind: model.BlockBanner, Link: "javascript:alert(1)"}, "blocks[1].link: invalid", ""},
			"hidden in a notice":     {model.Block{Kind: model.BlockNotice, Text: model.Text{"en": "a"}, Link: "https://evil.example"}, "blocks[1].link: invalid", ""},
			"too large a shelf":      {model.Block{Kind: model.BlockShelf, Category: "rings", Limit: 21}, "blocks[1].limit: out_of_range", ""},
			"groups, all":            {model.Block{Kind: model.BlockGroups}, "", ""},
			"flash sales, all":       {model.Block{Kind: model.BlockFlash}, "", ""},
			"one campaign":           {model.Block{Kind: model.BlockGroups, Campaign: campaign}, "", ""},
			"one flash sale":         {model.Block{Kind: model.BlockFlash, Promotion: sale}, "", ""},
			"no campaign":            {model.Block{Kind: model.BlockGroups, Campaign: sale}, "", "blocks[1].campaign: link_broken"},
			"a promotion, no sale":   {model.Block{Kind: model.BlockFlash, Promotion: plain}, "", "blocks[1].promotion: link_broken"},
			"a number that is none":  {model.Block{Kind: model.BlockGroups, Campaign: "<script>"}, "blocks[1].campaign: invalid", ""},
			"a sale that is none":    {model.Block{Kind: model.BlockNotice, Text: model.Text{"en": "a"}, Promotion: "1"}, "blocks[1].promotion: invalid", ""},
			"two shelves in one":     {model.Block{Kind: model.BlockShelf, Category: "rings", Products: []string{"ring"}}, "blocks[1].category: invalid", ""},
		} {
			t.Run(name, func(t *testing.T) {
				v, err := s.Brand.Page(s.Ctx, "home")
				must(t, err)
				d := draftOf(v.Version, "first")
				d.Blocks = append(d.Blocks, c.block)
				v, err = s.Brand.SavePage(s.Ctx, "home", d)
				if wantErrors(t, err, wanted(c.draft)...); err != nil {
					return
				}
				_, err = s.Brand.PublishPage(s.Ctx, "home", brand.PageRelease{Version: v.Version, Published: v.Published})
				wantErrors(t, err, wanted(c.publish)...)
			})
		}
	})
}

// offers are the numbers of a campaign of small groups, of a flash sale and of a promotion that is none.
func offers(t *testing.T, s *testshop.Shop) (campaign, sale, plain string) {
	t.Helper()
	now := model.At(s.Clock.Now())
	d, err := s.Catalogue.Product(s.Ctx, "ring", "en")
	must(t, err)
	c, err := s.GroupBuy.Create(s.Ctx, "a-campaign", groupbuy.Campaign{
		Product: "ring", Size: 3, StartsAt: now, EndsAt: now.Add(time.Hour), Prices: []groupbuy.PriceInput{{SKUNo: d.SKUs[0].No, PriceFen: 1}},
	})
	must(t, err)
	spec := promotion.Spec{
		Name: model.Text{"en": "Sale"}, Conditions: promotion.ConditionsSpec{Products: []string{"ring"}},
		Effect: promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 1}, StartsAt: now, EndsAt: now.Add(time.Hour),
	}
	p, err := s.Promotion.Create(s.Ctx, "a-promotion", spec)
	must(t, err)
	spec.Quota = &promotion.Quota{Total: 10}
	f, err := s.Promotion.Create(s.Ctx, "a-flash-sale", spec)
	must(t, err)
	return c.No, f.No, p.No
}

// What a campaign and a flash sale are called is told with the page, and whether they are over.
func TestAPageNamesWhatRuns(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		campaign, sale, _ := offers(t, s)
		d := draftOf(0, "first")
		d.Blocks = append(d.Blocks, model.Block{Kind: model.BlockGroups, Campaign: campaign}, model.Block{Kind: model.BlockFlash, Promotion: sale})
		v, err := s.Brand.SavePage(s.Ctx, "home", d)
		must(t, err)
		named := func() map[string]brand.PageNamed {
			byRef := map[string]brand.PageNamed{}
			for _, n := range v.Named {
				byRef[n.Ref] = n
			}
			return byRef
		}
		if n := named(); !n["campaign:"+campaign].Shown || !n["promotion:"+sale].Shown || n["promotion:"+sale].Title["en"] != "Sale" || len(n["campaign:"+campaign].Title) == 0 {
			t.Errorf("%+v", v.Named)
		}
		s.Clock.Turn(time.Hour)
		v, err = s.Brand.Page(s.Ctx, "home")
		must(t, err)
		if n := named(); n["campaign:"+campaign].Shown || n["promotion:"+sale].Shown || len(n) != len(v.Named) {
			t.Errorf("over, and shown: %+v", v.Named)
		}
	})
}

func wanted(one string) []string {
	if one == "" {
		return nil
	}
	return []string{one}
}

// Rich text is clean before anybody sees it, the person who wrote it included.
func TestADraftIsCleaned(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		d := draftOf(0)
		d.Blocks = []model.Block{{Kind: model.BlockRichText, Text: model.Text{"en": `<p onclick="x()">By hand</p><script>alert(1)</script>`}}}
		v, err := s.Brand.SavePage(s.Ctx, "home", d)
		must(t, err)
		if v.Blocks[0].Text["en"] != "<p>By hand</p>" {
			t.Errorf("%q", v.Blocks[0].Text["en"])
		}
	})
}

// Other pages are begun by name, once each.
func TestOtherPages(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		if _, err := s.Brand.Page(s.Ctx, "story"); !errors.Is(err, model.ErrPageNotFound) {
			t.Errorf("%v", err)
		}
		if _, err := s.Brand.SavePage(s.Ctx, "story", draftOf(0, "a")); !errors.Is(err, model.ErrPageNotFound) {
			t.Errorf("%v", err)
		}
		in := brand.PageInput{Slug: "story", Title: model.Text{"en": "Our story"}}
		v, err := s.Brand.AddPage(s.Ctx, in)
		must(t, err)
		if !v.Open || v.Published != 0 || v.Version != 1 {
			t.Errorf("%+v", v)
		}
		if _, err := s.Brand.AddPage(s.Ctx, in); !errors.Is(err, model.ErrNameTaken) {
			t.Errorf("%v", err)
		}
		_, err = s.Brand.AddPage(s.Ctx, brand.PageInput{Slug: "Story!", Title: model.Text{"it": "Storia"}})
		wantErrors(t, err, "title.en: required", "title.it: not_one_of", "slug: invalid")
		rows, err := s.Brand.Pages(s.Ctx)
		must(t, err)
		if len(rows) != 2 || rows[1].Slug != "story" || rows[1].Title["en"] != "Our story" || rows[1].Published != 0 || !rows[1].Open {
			t.Errorf("%+v", rows)
		}
	})
}

// A page is taken away from consumers, and removed; what leads to it is told, and leads nowhere then.
func TestAPageGoes(t *testing.T) {
	eachShop(t, func(t *testing.T, s *testshop.Shop) {
		ann := as(s.Ctx, "ann")
		home, err := s.Brand.Page(ann, "home")
		must(t, err)
		v, err := s.Brand.AddPage(ann, brand.PageInput{Slug: "story", Title: model.Text{"en": "Story"}})
		must(t, err)
		v, err = s.Brand.SavePage(ann, "story", draftOf(v.Version, "how it began"))
		must(t, err)
		if _, err := s.Brand.UnpublishPage(ann, "story", brand.PageRelease{Version: v.Version}); !errors.Is(err, model.ErrNotPublished) {
			t.Errorf("what nobody sees: %v", err)
		}
		v, err = s.Brand.PublishPage(ann, "story", brand.PageRelease{Version: v.Version})
		must(t, err)
		banner := []model.Block{{Kind: model.BlockBanner, Picture: "/media/a.jpg", Link: "page:story"}, {Kind: model.BlockBanner, Picture: "/media/b.jpg", Link: "product:ring"}}
		home, err = s.Brand.SavePage(ann, "home", brand.PageDraft{Title: home.Title, Blocks: banner, Version: home.Version})
		must(t, err)
		links := func() string {
			all, err := s.Brand.PageLinks(ann, "story")
			must(t, err)
			return fmt.Sprint(all)
		}
		if got := links(); got != "[{home map[en:Home] false true}]" {
			t.Error(got)
		}
		home, err = s.Brand.PublishPage(ann, "home", brand.PageRelease{Version: home.Version, Published: home.Published})
		must(t, err)
		if got := links(); got != "[{home map[en:Home] true false}]" || !strings.Contains(seen(t, s), "page:story") {
			t.Error(got, seen(t, s))
		}

		at := brand.PageRelease{Version: v.Version, Published: v.Published}
		for what, stale := range map[string]brand.PageRelease{
			"another draft": {Version: at.Version - 1, Published: at.Published}, "another version": {Version: at.Version, Published: at.Published + 1},
		} {
			if _, err := s.Brand.UnpublishPage(ann, "story", stale); !errors.Is(err, model.ErrChangedMeanwhile) {
				t.Errorf("unpublished though %s: %v", what, err)
			}
			if err := s.Brand.RemovePage(ann, "story", stale); !errors.Is(err, model.ErrChangedMeanwhile) {
				t.Errorf("removed though %s: %v", what, err)
			}
		}
		for what, err := range map[string]error{
			"unpublished": func() error {
				_, err := s.Brand.UnpublishPage(ann, "home", brand.PageRelease{Version: home.Version, Published: home.Published})
				return err
			}(),
			"removed": s.Brand.RemovePage(ann, "home", brand.PageRelease{Version: home.Version, Published: home.Published}),
		} {
			if !errors.Is(err, model.ErrHomePageStays) {
				t.Errorf("the home page was %s: %v", what, err)
			}
		}

		v, err = s.Brand.UnpublishPage(ann, "story", at)
		must(t, err)
		if v.Published != 0 || !v.Open || words(v.Blocks) != "how it began" || v.Version != at.Version+1 {
			t.Errorf("%+v", v)
		}
		if got := seen(t, s); strings.Contains(got, "page:story") || !strings.Contains(got, "/media/a.jpg") || !strings.Contains(got, "product:ring") {
			t.Errorf("consumers are led to %s", got)
		}
		v, err = s.Brand.PublishPage(ann, "story", brand.PageRelease{Version: v.Version})
		must(t, err)
		if v.Published != 2 || !strings.Contains(seen(t, s), "page:story") {
			t.Errorf("it does not come back: %+v", v)
		}
		must(t, s.Brand.RemovePage(ann, "story", brand.PageRelease{Version: v.Version, Published: v.Published}))
		if _, err := s.Brand.Page(ann, "story"); !errors.Is(err, model.ErrPageNotFound) {
			t.Errorf("it is still there: %v", err)
		}
		if got := seen(t, s); strings.Contains(got, "page:story") {
			t.Errorf("consumers are led to %s", got)
		}
		// What it has been comes back under its name, and with it nothing that another page has been.
		v, err = s.Brand.AddPage(ann, brand.PageInput{Slug: "story", Title: model.Text{"en": "Story"}})
		must(t, err)
		v, err = s.Brand.RestorePage(ann, "story", brand.PageRestore{Number: 2, Version: v.Version})
		must(t, err)
		if words(v.Blocks) != "how it began" {
			t.Errorf("%+v", v)
		}
	})
}
