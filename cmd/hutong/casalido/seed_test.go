package casalido

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/media"
	"hutong/service/page"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// opened is the brand seeded into a world of its own.
type opened struct {
	*testshop.Shop
	at     brand.WeChat
	media  *media.Store
	folder string // of media
}

func open(t *testing.T) *opened {
	t.Helper()
	w := testshop.NewWorld(t, testdb.SQLite(t), testshop.NewClock())
	m, err := w.Sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	store, err := media.Open(folder, media.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return &opened{
		Shop: &testshop.Shop{World: w, Merchant: m}, media: store, folder: folder,
		at: brand.WeChat{
			AppID: m.AppID, AppSecret: brand.Secret(m.AppSecret), MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key),
			CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		},
	}
}

func (o *opened) shop() Shop {
	return Shop{Brand: o.Brand, Catalogue: o.Catalogue, Promotion: o.Promotion, Media: o.media, GroupBuy: o.GroupBuy, Clock: o.Clock.Now}
}

func (o *opened) seed(t *testing.T) error {
	t.Helper()
	b, err := Seed(t.Context(), o.shop(), o.at)
	if err == nil {
		o.Row, o.Ctx = b, model.WithBrand(t.Context(), b.ID)
	}
	return err
}

func (o *opened) mustSeed(t *testing.T) {
	t.Helper()
	if err := o.seed(t); err != nil {
		t.Fatal(err)
	}
}

// keeps tells whether a picture is where its address says.
func (o *opened) keeps(address string) bool {
	name, ok := strings.CutPrefix(address, media.Prefix)
	content, err := fs.ReadFile(o.media.Files(), name)
	return ok && err == nil && len(content) > 0
}

// rows are the brand's rows of the catalogue, its pages and its stock.
func (o *opened) rows(t *testing.T) string {
	t.Helper()
	var products []model.Product
	var skus []model.SKU
	var categories []model.Category
	var pages []model.Page
	var freight []model.FreightTemplate
	var moves []model.StockMovement
	for _, rows := range []any{&products, &skus, &categories, &moves} {
		if err := o.DB.Read(o.Ctx).Order("id").Find(rows).Error; err != nil {
			t.Fatal(err)
		}
	}
	for _, rows := range []any{&pages, &freight} {
		if err := o.DB.Read(o.Ctx).Omit("updated_at").Order("id").Find(rows).Error; err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%+v", []any{products, skus, categories, pages, freight, moves})
}

func TestSeed(t *testing.T) {
	o, h := open(t), written(t)
	o.mustSeed(t)
	skus := 0
	for _, want := range h.products() {
		skus += len(want.SKUs)
		got, err := o.Catalogue.Product(o.Ctx, want.Handle, "it")
		if err == nil { // a poster of it can be drawn
			_, err = o.media.Picture(t.Context(), got.Pictures[0].URL, side)
		}
		if err != nil {
			t.Fatalf("%s: %v", want.Handle, err)
		}
		if got.Title != want.Title["it"] || len(got.SKUs) != len(want.SKUs) || len(got.Pictures) != len(want.Pictures) || len(got.Categories) != 1 {
			t.Errorf("%s became %+v", want.Handle, got)
		}
		for _, p := range got.Pictures {
			if !o.keeps(p.URL) {
				t.Errorf("%s shows %s, which is not kept", want.Handle, p.URL)
			}
		}
	}
	if n := o.Count(&model.SKU{}, "active = ?", true); n != int64(skus) {
		t.Errorf("%d SKUs, want %d", n, skus)
	}
	if !o.keeps(o.Row.Theme.Logo) {
		t.Errorf("the logo is %q", o.Row.Theme.Logo)
	}
	templates, err := o.Brand.FreightTemplates(o.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	used := int64(0)
	for _, f := range templates {
		of := slices.DeleteFunc(h.products(), func(p product) bool { return p.Freight != f.Name })
		used += int64(len(of))
		if n := o.Count(&model.Product{}, "freight_template_id = ?", f.ID); n != int64(len(of)) {
			t.Errorf("%d products are delivered by %q, want %d", n, f.Name, len(of))
		}
	}
	if n := o.Count(&model.Product{}, "freight_template_id <> 0"); n != used {
		t.Errorf("%d products name a freight template, want %d", n, used)
	}
	for _, want := range h.brand.Pages {
		for _, language := range model.Languages {
			var got page.View
			encoded, err := o.Page.Encoded(o.Ctx, o.Row, want.Slug, language)
			if err == nil {
				err = json.Unmarshal(encoded.JSON, &got)
			}
			if err != nil || len(got.Blocks) != len(want.Blocks) || got.Title != want.Title[language] {
				t.Errorf("%s in %s is %s, %v", want.Slug, language, encoded.JSON, err)
			}
		}
	}
	newest, _, err := o.Catalogue.List(o.Ctx, catalogue.Query{Category: "table", Sort: catalogue.SortNewest, Limit: 1})
	if err != nil || len(newest) != 1 || newest[0].Handle != h.categories[slices.Index(categories, "table")].Products[0].Handle {
		t.Errorf("the newest of the table is %+v, %v", newest, err)
	}
	o.Audit(t)
}

// TestSeedAgain: the second time nothing is written over, neither what was bought nor what staff have changed.
func TestSeedAgain(t *testing.T) {
	o := open(t)
	o.mustSeed(t)
	var sku model.SKU
	if err := o.DB.Read(o.Ctx).Where("code = ?", "OIL-050").Take(&sku).Error; err != nil {
		t.Fatal(err)
	}
	buyer := o.Buyer()
	buyer.MustOrder(buyer.Wants(sku, 2))
	if err := o.Catalogue.SetPublished(o.Ctx, "panettone", false); err != nil {
		t.Fatal(err)
	}
	before := o.rows(t)
	o.mustSeed(t)
	if after := o.rows(t); after != before {
		t.Errorf("the second time changed the shop:\n%s\n%s", before, after)
	}
}

// TestSeedGoesOn: what was broken off half way is completed.
func TestSeedGoesOn(t *testing.T) {
	o := open(t)
	if err := os.RemoveAll(o.folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.seed(t); !errors.Is(err, syscall.ENOTDIR) {
		t.Fatalf("with a file where the folder for pictures should be: %v", err)
	}
	if err := os.Remove(o.folder); err != nil {
		t.Fatal(err)
	}
	h := written(t)
	h.brand.WeChat = &o.at
	h.categories[1].Products[0].SKUs[0].Choice = nil
	if err := o.shop().furnish(t.Context(), h); err == nil {
		t.Fatal("a SKU without a choice was taken")
	}
	o.mustSeed(t)
	if got, want := o.Count(&model.Product{}, "published = ?", true), int64(len(written(t).products())); got != want {
		t.Errorf("%d products, want %d", got, want)
	}
	if n := o.Count(&model.Page{}, "slug = ?", "home"); n != 1 {
		t.Errorf("%d home pages", n)
	}
	o.Audit(t)
}

// TestSeedTakesNewSettings: another simulator has other keys.
func TestSeedTakesNewSettings(t *testing.T) {
	o := open(t)
	o.mustSeed(t)
	o.at.AppID = "wx00000000000000ff"
	o.mustSeed(t)
	if n := o.Count(&model.Credentials{}, "app_id = ?", o.at.AppID); n != 1 {
		t.Error("the old settings are still there")
	}
}

// The offers of the first weeks run from the beginning, and are made once.
func TestSeedMakesOffersOnce(t *testing.T) {
	o := open(t)
	o.mustSeed(t)
	o.mustSeed(t)
	sales, err := o.Promotion.FlashSales(o.Ctx, "", "it")
	if err != nil || len(sales) != 1 || len(sales[0].Products) != 1 || sales[0].Products[0].Handle != "scented-candle" {
		t.Errorf("flash sales: %+v, %v", sales, err)
	}
	centre, err := o.Promotion.Centre(o.Ctx, 0, "zh-CN")
	if err != nil || len(centre) != 2 || o.Count(&model.Coupon{}, "1 = 1") != 3 || o.Count(&model.Promotion{}, "1 = 1") != 2 {
		t.Errorf("coupons: %+v, %v", centre, err)
	}
	offers, err := o.Promotion.Offers(o.Ctx, "tote-bag", "en")
	if err != nil || len(offers.Promotions) != 1 || offers.Promotions[0].AmountFromFen != 1000_00 {
		t.Errorf("offers of a bag: %+v, %v", offers, err)
	}
}
