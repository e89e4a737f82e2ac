package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
)

// desk is a shop in which somebody of the staff is at work.
func desk(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "casa-lido", catalogue.Settings{})
		s.ctx = model.WithActor(s.ctx, model.Actor{Kind: model.ActorStaff, No: "01TEST00000000000000000001"})
		test(t, s)
		s.checkStock()
	})
}

func (s *shop) create(in catalogue.NewProduct) catalogue.DeskDetail {
	s.t.Helper()
	s.keys++
	d, err := s.Create(s.ctx, fmt.Sprintf("create-%04d", s.keys), in)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// ring has one option with two values.
func ring(handle string) catalogue.NewProduct {
	return catalogue.NewProduct{Handle: handle, ProductInput: catalogue.ProductInput{
		Title: model.Text{"en": "Ring", "zh-CN": "戒指"}, Body: text("<p>Gold</p>"), Vendor: "Officina Faro", Tags: []string{"gold"},
		Options: []catalogue.DeskOption{{Name: text("Size"), Values: []model.Text{text("12"), text("14")}}},
		SKUs: []catalogue.SKUInput{
			{Choice: []int{0}, Code: "R-12", PriceFen: 1000_00, Stock: pieces(5)},
			{Choice: []int{1}, Code: "R-14", PriceFen: 1200_00, Stock: pieces(2)},
		},
	}}
}

// input is what a form would send to leave the product as it is.
func input(d catalogue.DeskDetail) catalogue.ProductChange {
	in := catalogue.ProductInput{
		Title: d.Title, Summary: d.Summary, Body: d.Body, Vendor: d.Vendor, Tags: d.Tags, Categories: d.Categories,
		Pictures: d.Pictures, Options: d.Options, NoReturn: d.NoReturn, Sort: d.Sort,
	}
	for _, k := range d.SKUs {
		in.SKUs = append(in.SKUs, catalogue.SKUInput{
			No: k.No, Choice: k.Choice, Code: k.Code, PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen, Barcode: k.Barcode,
			WeightGrams: k.WeightGrams, Picture: k.Picture,
		})
	}
	return catalogue.ProductChange{Version: d.Version, ProductInput: in}
}

func (s *shop) actions() (all []string) {
	s.t.Helper()
	if err := s.db.Read(s.ctx).Model(&model.AuditEntry{}).Order("id").Pluck("action", &all).Error; err != nil {
		s.t.Fatal(err)
	}
	return all
}

func TestStaffMakeAProduct(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		first, err := s.Create(s.ctx, "key-00000001", ring(""))
		if err != nil || first.Handle != "ring" || first.State != catalogue.StateDraft || len(first.SKUs) != 2 || first.SKUs[0].OnHand != 5 {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.Create(s.ctx, "key-00000001", ring(""))
		if err != nil || again.Handle != first.Handle || again.SKUs[0].No != first.SKUs[0].No {
			t.Errorf("the same key: %+v, %v", again, err)
		}
		if second := s.create(ring("")); second.Handle != "ring-2" {
			t.Errorf("the same title: %s", second.Handle)
		}
		if _, err := s.Create(s.ctx, "key-00000003", ring("ring")); !errors.Is(err, model.ErrHandleTaken) {
			t.Errorf("a handle that is taken: %v", err)
		}
		chinese := ring("")
		chinese.Title = model.Text{"zh-CN": "戒指"}
		if d := s.create(chinese); d.Handle != "戒指" {
			t.Errorf("a Chinese title: %s", d.Handle)
		}
		bad := ring("x y")
		bad.Title, bad.SKUs[0].PriceFen, bad.SKUs[1].Choice = nil, 0, []int{2}
		var errs model.Errs
		if _, err := s.Create(s.ctx, "key-00000005", bad); !errors.As(err, &errs) || len(errs) != 4 {
			t.Errorf("%v", err)
		}
		if _, err := s.Product(s.ctx, "ring"); !errors.Is(err, model.ErrProductNotFound) {
			t.Errorf("consumers see a draft: %v", err)
		}
		if got := s.actions(); fmt.Sprint(got) != "[product.create product.create product.create]" {
			t.Errorf("%v", got)
		}
	})
}

// What staff write can do nothing on the pages that show it.
func TestNothingThatStaffWriteActs(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		in := ring("xss")
		in.Body = model.Text{
			"en": `<p onclick="x()">a<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">b</a></p><iframe src="https://x"></iframe>`,
			"it": `<svg onload=alert(1)><style>*{}</style><p style="position:fixed">c</p>`,
		}
		in.Title = text(`<img src=x onerror=alert(1)>`)
		d := s.create(in)
		for language, html := range d.Body {
			for _, act := range []string{"<script", "onerror", "onclick", "onload", "javascript:", "<iframe", "<svg", "style"} {
				if strings.Contains(html, act) {
					t.Errorf("%s: %q has %s", language, html, act)
				}
			}
		}
		if d.Title["en"] != `<img src=x onerror=alert(1)>` { // plain text: who shows it escapes it
			t.Errorf("%q", d.Title)
		}
		change := input(d)
		change.Body = text(`<b onmouseover="x">d</b>`)
		d, err := s.Change(s.ctx, "xss", change)
		if err != nil || d.Body["en"] != "<b>d</b>" {
			t.Errorf("%v, %v", d.Body, err)
		}
	})
}

func TestWhoChangesAnOldVersionIsTold(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		mine, theirs := input(d), input(d)
		mine.Vendor, theirs.Vendor = "Mine", "Theirs"
		now, err := s.Change(s.ctx, "ring", mine)
		if err != nil || now.Vendor != "Mine" || now.Version == d.Version {
			t.Fatalf("%+v, %v", now, err)
		}
		if _, err := s.Change(s.ctx, "ring", theirs); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("%v", err)
		}
		if _, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: catalogue.StatePublished, Version: d.Version}); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("%v", err)
		}
		if again, err := s.Change(s.ctx, "ring", input(now)); err != nil || again.Version != now.Version {
			t.Errorf("nothing changed, but the version: %d, %v", again.Version, err)
		}
		if _, err := s.Change(s.ctx, "nothing", mine); !errors.Is(err, model.ErrProductNotFound) {
			t.Errorf("%v", err)
		}
	})
}

// Ten change the same version at once: one of them does.
func TestOneOfManyChanges(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "casa-lido", catalogue.Settings{})
		d := s.create(ring("ring"))
		errs := testdb.Race(10, func(i int) error {
			in := input(d)
			in.Vendor = fmt.Sprint("Vendor ", i)
			_, err := s.Change(s.ctx, "ring", in)
			return err
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, model.ErrChangedMeanwhile) {
				t.Error(err)
			}
		}
		if now, err := s.AtDeskDetail(s.ctx, "ring"); err != nil || won != 1 || now.Version != d.Version+1 {
			t.Errorf("%d have changed it; version %d after %d, %v", won, now.Version, d.Version, err)
		}
	})
}

// SKUs are named by their numbers: they keep what is on hand when their words, their place or all options change.
func TestSKUsKeepTheirNumbers(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		in := input(d)
		in.Options = []catalogue.DeskOption{{Name: text("Misura"), Values: []model.Text{text("large"), text("small"), text("tiny")}}}
		in.SKUs[0].Choice, in.SKUs[1].Choice = []int{1}, []int{0}
		in.SKUs = append(in.SKUs, catalogue.SKUInput{Choice: []int{2}, PriceFen: 900_00, Stock: pieces(1)})
		now, err := s.Change(s.ctx, "ring", in)
		if err != nil {
			t.Fatal(err)
		}
		for i, onHand := range []int64{5, 2, 1} {
			if now.SKUs[i].OnHand != onHand || i < 2 && now.SKUs[i].No != d.SKUs[i].No {
				t.Errorf("sku %d: %+v, was %+v", i, now.SKUs[i], d.SKUs)
			}
		}
		in = input(now) // two change places
		in.SKUs[0].Choice, in.SKUs[1].Choice = in.SKUs[1].Choice, in.SKUs[0].Choice
		if now, err = s.Change(s.ctx, "ring", in); err != nil || now.SKUs[0].Choice[0] != 0 || now.SKUs[0].OnHand != 5 {
			t.Errorf("%+v, %v", now.SKUs, err)
		}
		in = input(now)
		in.SKUs[0].No = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrSKUNotFound) {
			t.Errorf("%v", err)
		}
		in = input(now)
		in.SKUs[0].No = in.SKUs[1].No
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%v", err)
		}
	})
}

// A form that was open while something was sold does not put it back on the shelf.
func TestStockThatMovedMeanwhile(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		in := input(d)
		in.SKUs[0].Stock = pieces(9)
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrRequired) {
			t.Errorf("without what it was: %v", err)
		}
		in.SKUs[0].StockWas = pieces(6)
		var e *model.Error
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrChangedMeanwhile) || !errors.As(err, &e) || e.Field != "skus[0].stock" {
			t.Errorf("%v", err)
		}
		in.SKUs[0].StockWas = pieces(5)
		now, err := s.Change(s.ctx, "ring", in)
		if err != nil || now.SKUs[0].OnHand != 9 {
			t.Errorf("%+v, %v", now.SKUs, err)
		}
		s.reserve(s.skus("ring")["0"], 4)
		price, no := model.Fen(800_00), d.SKUs[0].No
		refused, err := s.ChangeSKUs(s.ctx, []catalogue.SKUChange{
			{No: no, PriceFen: &price, Stock: pieces(3), StockWas: pieces(9)},
			{No: "01ZZZZZZZZZZZZZZZZZZZZZZZZ", PriceFen: &price},
		})
		if err != nil || !errors.Is(refused[0], model.ErrOutOfStock) || !errors.Is(refused[1], model.ErrSKUNotFound) {
			t.Errorf("%v, %v", refused, err)
		}
		if k := s.skus("ring")["0"]; k.PriceFen != 1000_00 || k.OnHand != 9 {
			t.Errorf("a refused row has changed something: %+v", k)
		}
		refused, err = s.ChangeSKUs(s.ctx, []catalogue.SKUChange{
			{No: no, PriceFen: &price, Stock: pieces(4), StockWas: pieces(9)}, {No: d.SKUs[1].No, CompareAtFen: ptr(model.Fen(1500_00))},
		})
		if k := s.skus("ring"); err != nil || errors.Join(refused...) != nil || k["0"].PriceFen != price || k["0"].OnHand != 4 || k["1"].CompareAtFen != 1500_00 {
			t.Errorf("%+v, %v, %v", k, refused, err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestStatesOfAProduct(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		s.create(ring("ring"))
		set := func(to catalogue.ProductState, at model.Millis) {
			t.Helper()
			d, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: to, At: at})
			if err != nil || d.State != to {
				t.Errorf("%s: %s, %v", to, d.State, err)
			}
			_, err = s.Product(s.ctx, "ring")
			if (err == nil) != (to == catalogue.StatePublished) {
				t.Errorf("consumers, %s: %v", to, err)
			}
		}
		set(catalogue.StatePublished, 0)
		set(catalogue.StateDraft, 0)
		if _, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: catalogue.StateScheduled, At: model.At(s.now)}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a time that has passed: %v", err)
		}
		at := model.At(s.now.Add(time.Hour))
		set(catalogue.StateScheduled, at)
		var jobs []model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobPublish).Find(&jobs).Error; err != nil || len(jobs) != 1 || jobs[0].RunAt != at {
			t.Fatalf("%+v, %v", jobs, err)
		}
		d, err := s.AtDeskDetail(s.ctx, "ring")
		if err != nil {
			t.Fatal(err)
		}
		if d, err = s.Change(s.ctx, "ring", input(d)); err != nil || d.PublishAt != at {
			t.Errorf("a change has taken the time away: %+v, %v", d, err)
		}
		set(catalogue.StateArchived, 0)
		in := input(d)
		in.Version, in.Vendor = s.version("ring"), "Other"
		if d, err = s.Change(s.ctx, "ring", in); err != nil || d.State != catalogue.StateArchived {
			t.Errorf("a change has brought it back: %+v, %v", d, err)
		}
		rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Limit: 10})
		if err != nil || len(rows) != 0 {
			t.Errorf("what is put away is in the list: %+v, %v", rows, err)
		}
	})
}

func (s *shop) version(handle string) int64 {
	s.t.Helper()
	d, err := s.AtDeskDetail(s.ctx, handle)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.Version
}

func TestCopiesAndActions(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		c, err := s.Copy(s.ctx, "copy-0001", "ring")
		if err != nil || c.Handle != "ring-copy" || c.State != catalogue.StateDraft || c.SKUs[0].OnHand != 0 ||
			c.SKUs[0].No == d.SKUs[0].No || c.SKUs[0].Code != "R-12" || c.Title["zh-CN"] != "戒指" {
			t.Errorf("%+v, %v", c, err)
		}
		if again, err := s.Copy(s.ctx, "copy-0002", "ring"); err != nil || again.Handle != "ring-copy-2" {
			t.Errorf("%s, %v", again.Handle, err)
		}
		s.category(catalogue.CategorySpec{Slug: "rings", Name: text("Rings")})
		for _, a := range []catalogue.BulkAction{
			{Action: "publish"}, {Action: "add_category", Category: "rings"}, {Action: "add_tag", Tag: "new"}, {Action: "remove_tag", Tag: "gold"},
		} {
			a.Handles = []string{"ring", "nothing", "ring-copy"}
			refused, err := s.Act(s.ctx, a)
			if err != nil || refused[0] != nil || !errors.Is(refused[1], model.ErrProductNotFound) || refused[2] != nil {
				t.Errorf("%s: %v, %v", a.Action, refused, err)
			}
		}
		for _, handle := range []string{"ring", "ring-copy"} {
			d, err := s.AtDeskDetail(s.ctx, handle)
			if err != nil || d.State != catalogue.StatePublished || fmt.Sprint(d.Categories, d.Tags) != "[rings] [new]" || len(d.SKUs) != 2 {
				t.Errorf("%+v, %v", d, err)
			}
		}
		for name, a := range map[string]catalogue.BulkAction{
			"no category": {Action: "add_category"}, "another category": {Action: "add_category", Category: "x"}, "no tag": {Action: "add_tag"}, "what?": {Action: "sell"},
			"too many": {Action: "publish", Handles: make([]string, 101)},
		} {
			if _, err := s.Act(s.ctx, a); err == nil {
				t.Error(name)
			}
		}
	})
}

func TestFindingProductsAtTheDesk(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		s.category(catalogue.CategorySpec{Slug: "jewellery", Name: text("Jewellery")})
		s.category(catalogue.CategorySpec{Slug: "rings", Parent: "jewellery", Name: text("Rings")})
		in := ring("gold-ring")
		in.Categories = []string{"rings"}
		s.create(in)
		s.now = s.now.Add(time.Second)
		in = ring("empty")
		in.Title, in.Vendor, in.Tags = text("Empty 100%_ box"), "Nobody", nil
		in.SKUs[0].Stock, in.SKUs[1].Stock, in.SKUs[0].Code, in.SKUs[0].Barcode = nil, nil, "BOX-1", "8001234567890"
		s.create(in)
		s.now = s.now.Add(time.Second)
		plenty := ring("plenty")
		plenty.SKUs[0].Stock, plenty.SKUs[1].Stock = pieces(50), pieces(50)
		d := s.create(plenty)
		if _, err := s.SetState(s.ctx, "plenty", catalogue.StateChange{State: catalogue.StatePublished}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			q    catalogue.DeskQuery
			want string
		}{
			"all":               {catalogue.DeskQuery{}, "[plenty empty gold-ring]"},
			"words":             {catalogue.DeskQuery{Words: "FARO ring"}, "[plenty gold-ring]"},
			"Chinese":           {catalogue.DeskQuery{Words: "戒"}, "[plenty gold-ring]"},
			"no wildcards":      {catalogue.DeskQuery{Words: "100%_"}, "[empty]"},
			"a code":            {catalogue.DeskQuery{Words: "box"}, "[empty]"},
			"a barcode":         {catalogue.DeskQuery{Words: "8001234567890"}, "[empty]"},
			"a number":          {catalogue.DeskQuery{Words: strings.ToLower(d.SKUs[0].No)}, "[plenty]"},
			"nothing":           {catalogue.DeskQuery{Words: "zebra"}, "[]"},
			"a category":        {catalogue.DeskQuery{Category: "rings"}, "[gold-ring]"},
			"the one above":     {catalogue.DeskQuery{Category: "jewellery"}, "[gold-ring]"},
			"no category":       {catalogue.DeskQuery{Category: "none"}, "[plenty empty]"},
			"published":         {catalogue.DeskQuery{State: catalogue.StatePublished}, "[plenty]"},
			"drafts":            {catalogue.DeskQuery{State: catalogue.StateDraft, Sort: catalogue.DeskCreated}, "[empty gold-ring]"},
			"archived":          {catalogue.DeskQuery{State: catalogue.StateArchived}, "[]"},
			"out of stock":      {catalogue.DeskQuery{Stock: catalogue.LevelOut}, "[empty]"},
			"low":               {catalogue.DeskQuery{Stock: catalogue.LevelLow}, "[empty gold-ring]"},
			"in stock":          {catalogue.DeskQuery{Stock: catalogue.LevelIn, Words: "plenty"}, "[plenty]"},
			"words and a state": {catalogue.DeskQuery{Words: "ring", State: catalogue.StateDraft}, "[gold-ring]"},
		} {
			got, cursor := []string{}, (*catalogue.Place)(nil)
			for {
				c.q.Limit = 1
				if cursor != nil {
					c.q.After = *cursor
				}
				rows, next, err := s.AtDesk(s.ctx, c.q, "en")
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, r := range rows {
					got = append(got, r.Handle)
				}
				if cursor = next; next == nil {
					break
				}
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
		rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Limit: 3}, "zh-CN")
		if err != nil || rows[0].Stock != catalogue.LevelIn || rows[1].Stock != catalogue.LevelOut || rows[2].Stock != catalogue.LevelLow ||
			rows[2].OnHand != 7 || rows[2].SKUs != 2 || rows[2].PriceFen != 1000_00 || rows[2].PriceToFen != 1200_00 || rows[2].Title != "戒指" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func TestTheTreeOfCategories(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		make := func(name, parent string) {
			t.Helper()
			s.keys++
			in := catalogue.NewCategory{Slug: name, Parent: parent, CategoryInput: catalogue.CategoryInput{Name: text(strings.ToUpper(name))}}
			if _, err := s.CreateCategory(s.ctx, fmt.Sprintf("category-%04d", s.keys), in); err != nil {
				t.Fatal(err)
			}
		}
		move := func(name, parent, before string) error {
			_, err := s.MoveCategory(s.ctx, name, catalogue.CategoryPlace{Parent: parent, Before: before})
			return err
		}
		check := func(want string) {
			t.Helper()
			tree, err := s.DeskCategories(s.ctx)
			if got := drawn(tree); err != nil || got != want {
				t.Errorf("%s, want %s; %v", got, want, err)
			}
		}
		make("a", "")
		make("b", "")
		make("c", "")
		make("a1", "a")
		check("a(a1) b c")
		if err := errors.Join(move("c", "", "a"), move("b", "a", "a1")); err != nil {
			t.Fatal(err)
		}
		check("c a(b a1)")
		for name, err := range map[string]error{
			"below itself": move("a", "b", ""), "nowhere": move("a", "x", ""), "before what is elsewhere": move("a1", "", "b"),
		} {
			if !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.RemoveCategory(s.ctx, "a"); !errors.Is(err, model.ErrCategoryInUse) {
			t.Errorf("with some below it: %v", err)
		}
		in := ring("ring")
		in.Categories = []string{"c"}
		s.create(in)
		if _, err := s.RemoveCategory(s.ctx, "c"); !errors.Is(err, model.ErrCategoryInUse) {
			t.Errorf("with a product: %v", err)
		}
		if _, err := s.RemoveCategory(s.ctx, "b"); err != nil {
			t.Error(err)
		}
		check("c a(a1)")
		tree, err := s.ChangeCategory(s.ctx, "a1", catalogue.CategoryInput{Name: text("Other"), Published: true})
		if err != nil || tree[1].Children[0].Name["en"] != "Other" || !tree[1].Children[0].Published || tree[0].Products != 1 {
			t.Errorf("%+v, %v", tree, err)
		}
		s.keys++
		_, err = s.CreateCategory(s.ctx, "category-taken", catalogue.NewCategory{Slug: "a", CategoryInput: catalogue.CategoryInput{Name: text("A")}})
		if !errors.Is(err, model.ErrCategoryTaken) {
			t.Errorf("%v", err)
		}
		if _, err := s.ChangeCategory(s.ctx, "x", catalogue.CategoryInput{Name: text("X")}); !errors.Is(err, model.ErrCategoryNotFound) {
			t.Errorf("%v", err)
		}
		if got := slices.Compact(s.actions()); !slices.Contains(got, "category.move") || !slices.Contains(got, "category.remove") {
			t.Errorf("%v", got)
		}
	})
}

func drawn(tree []catalogue.DeskCategory) string {
	var all []string
	for _, c := range tree {
		name := c.Slug
		if len(c.Children) > 0 {
			name += "(" + drawn(c.Children) + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

// Another brand neither sees nor changes anything.
func TestAnotherBrandAtTheDesk(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s, other := newShop(t, db, "casa-lido", catalogue.Settings{}), newShop(t, db, "porto", catalogue.Settings{})
		d := s.create(ring("ring"))
		other.create(ring("other"))
		s.category(catalogue.CategorySpec{Slug: "rings", Name: text("Rings")})
		price := model.Fen(1)
		refused, err := other.ChangeSKUs(other.ctx, []catalogue.SKUChange{{No: d.SKUs[0].No, PriceFen: &price}})
		if err != nil || !errors.Is(refused[0], model.ErrSKUNotFound) {
			t.Errorf("%v, %v", refused, err)
		}
		rows, _, err := other.AtDesk(other.ctx, catalogue.DeskQuery{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Handle != "other" {
			t.Errorf("%+v, %v", rows, err)
		}
		for name, do := range map[string]func(context.Context) error{
			"read":   func(ctx context.Context) error { _, err := other.AtDeskDetail(ctx, "ring"); return err },
			"change": func(ctx context.Context) error { _, err := other.Change(ctx, "ring", input(d)); return err },
			"copy":   func(ctx context.Context) error { _, err := other.Copy(ctx, "copy-key-1", "ring"); return err },
		} {
			if err := do(other.ctx); !errors.Is(err, model.ErrProductNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		in := ring("stolen")
		in.Categories = []string{"rings"}
		if _, err := other.Create(other.ctx, "create-key-1", in); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a category of another brand: %v", err)
		}
		stolen := input(d)
		stolen.Version = other.version("other")
		if _, err := other.Change(other.ctx, "other", stolen); !errors.Is(err, model.ErrSKUNotFound) {
			t.Errorf("a SKU of another brand: %v", err)
		}
	})
}

func TestStockAtTheDesk(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		no := d.SKUs[0].No
		k := s.skus("ring")["0"]
		s.reserve(k, 2)
		version := s.brand().CatalogueVersion
		count := func(key string, onHand, was int64) (catalogue.StockRow, error) {
			return s.Correct(s.ctx, key, no, catalogue.Correction{OnHand: onHand, Was: was, Reason: "damaged", Note: "落水"}, "en")
		}
		row, err := count("count-00000001", 3, 5)
		if err != nil || row.OnHand != 3 || row.Reserved != 2 || row.Available != 1 || row.Level != catalogue.LevelLow || fmt.Sprint(row.Choice) != "[12]" {
			t.Fatalf("%+v, %v", row, err)
		}
		if row, err = count("count-00000001", 3, 5); err != nil || row.OnHand != 3 {
			t.Errorf("the same key: %+v, %v", row, err)
		}
		if _, err := count("count-00000002", 4, 5); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("%v", err)
		}
		var e *model.Error
		if _, err := count("count-00000003", 1, 3); !errors.Is(err, model.ErrBelowReserved) || !errors.As(err, &e) || e.Args["reserved"] != "2" {
			t.Errorf("%v", err)
		}
		for name, in := range map[string]catalogue.Correction{
			"no reason": {OnHand: 4, Was: 3}, "a long note": {OnHand: 4, Was: 3, Reason: "other", Note: strings.Repeat("x", 101)}, "below zero": {OnHand: -1, Was: 3, Reason: "other"},
		} {
			if _, err := s.Correct(s.ctx, "count-"+name, no, in); err == nil {
				t.Error(name)
			}
		}
		if s.brand().CatalogueVersion != version+1 || s.version("ring") != d.Version {
			t.Errorf("versions %d and %d", s.brand().CatalogueVersion, s.version("ring"))
		}
		moves, next, err := s.Movements(s.ctx, no, 0, 1)
		if err != nil || len(moves) != 1 || next == 0 || moves[0].Pieces != -2 || moves[0].Reason != "damaged: 落水" || moves[0].Kind != model.MoveCorrect {
			t.Errorf("%+v, %v", moves, err)
		}
		if moves, next, err = s.Movements(s.ctx, no, next, 1); err != nil || len(moves) != 1 || next != 0 || moves[0].Pieces != 5 {
			t.Errorf("%+v, %d, %v", moves, next, err)
		}
		for _, no := range []string{"01ZZZZZZZZZZZZZZZZZZZZZZZZ", "戒指"} {
			if _, _, err := s.Movements(s.ctx, no, 0, 1); !errors.Is(err, model.ErrSKUNotFound) {
				t.Errorf("%v", err)
			}
		}
		if got := s.actions(); fmt.Sprint(got) != "[product.create stock.correct]" {
			t.Errorf("%v", got)
		}
	})
}

func TestTheListOfStock(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring")) // 5 and 2
		plenty := ring("plenty")
		plenty.SKUs[0].Stock, plenty.SKUs[1].Stock, plenty.SKUs[0].Code, plenty.SKUs[0].Barcode = pieces(50), nil, "P-1", "8001"
		s.create(plenty)
		s.create(ring("gone"))
		if _, err := s.SetState(s.ctx, "gone", catalogue.StateChange{State: catalogue.StateArchived}); err != nil {
			t.Fatal(err)
		}
		check := func(q catalogue.StockQuery, want string) {
			t.Helper()
			got := []string{}
			for q.Limit = 1; ; {
				rows, next, err := s.Stock(s.ctx, q, "en")
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					got = append(got, fmt.Sprint(r.Handle, r.Choice, " ", r.Level))
				}
				if q.Before = next; next == 0 {
					break
				}
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%+v: %v, want %s", q, got, want)
			}
		}
		check(catalogue.StockQuery{}, "[plenty[14] out plenty[12] in ring[14] low ring[12] low]")
		check(catalogue.StockQuery{Level: catalogue.LevelOut}, "[plenty[14] out]")
		check(catalogue.StockQuery{Level: catalogue.LevelLow, Words: "戒指 FARO"}, "[plenty[14] out ring[14] low ring[12] low]")
		check(catalogue.StockQuery{Words: "p-"}, "[plenty[12] in]")
		check(catalogue.StockQuery{Words: "8001"}, "[plenty[12] in]")
		check(catalogue.StockQuery{Words: strings.ToLower(d.SKUs[1].No)}, "[ring[14] low]")
		if got, err := s.SetStockSettings(s.ctx, catalogue.Threshold{LowAt: 3}); err != nil || got.LowAt != 3 {
			t.Errorf("%+v, %v", got, err)
		}
		check(catalogue.StockQuery{Level: catalogue.LevelLow, Words: "ring"}, "[plenty[14] out ring[14] low]")
		for low, want := range map[int64]string{model.LowNever: "in", 5: "low", 0: "in"} {
			row, err := s.SetThreshold(s.ctx, d.SKUs[0].No, catalogue.Threshold{LowAt: low}, "en")
			if err != nil || string(row.Level) != want || row.LowAt != low {
				t.Errorf("%d: %+v, %v", low, row, err)
			}
		}
		if got, err := s.StockSettings(s.ctx); err != nil || got.LowAt != 3 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.SetStockSettings(s.ctx, catalogue.Threshold{LowAt: -1}); !errors.Is(err, model.ErrOutOfRange) {
			t.Errorf("%v", err)
		}
	})
}
