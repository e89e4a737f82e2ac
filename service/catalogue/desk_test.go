package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

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

// What prices a product's delivery is one of the brand's own templates; what does not say so leaves it alone.
func TestTheFreightTemplateOfAProduct(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		heavy := model.FreightTemplate{Name: "heavy", Basis: model.FreightByWeight}
		other := model.FreightTemplate{Name: "others", Basis: model.FreightByPiece}
		stranger := newShop(t, s.db, "stranger", catalogue.Settings{})
		for who, template := range map[*shop]*model.FreightTemplate{s: &heavy, stranger: &other} {
			if err := s.db.InTx(who.ctx, func(tx *gorm.DB) error { template.ID = 0; return tx.Create(template).Error }); err != nil {
				t.Fatal(err)
			}
		}
		in := ring("ring")
		in.FreightTemplate = ptr(fmt.Sprint(heavy.ID))
		d := s.create(in)
		if d.FreightTemplate != fmt.Sprint(heavy.ID) {
			t.Fatalf("%q", d.FreightTemplate)
		}
		for _, id := range []string{"999999", "none", fmt.Sprint(other.ID)} {
			change := input(d)
			change.FreightTemplate = &id
			var e *model.Error
			if _, err := s.Change(s.ctx, "ring", change); !errors.As(err, &e) || e.Code != "invalid" || e.Field != "freight_template" {
				t.Errorf("%s: %v", id, err)
			}
		}
		if d, err := s.Change(s.ctx, "ring", input(d)); err != nil || d.FreightTemplate == "" {
			t.Errorf("left out: %q, %v", d.FreightTemplate, err)
		}
		change := input(d)
		change.FreightTemplate = ptr("")
		if d, err := s.Change(s.ctx, "ring", change); err != nil || d.FreightTemplate != "" {
			t.Errorf("the default: %q, %v", d.FreightTemplate, err)
		}
	})
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

func ptr[T any](v T) *T { return &v }

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
