package brand_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hutong/configs"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/testdb"
)

func TestApply(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		created, err := h.Apply(t.Context(), spec)
		if err != nil || !created {
			t.Fatal(created, err)
		}
		b, err := h.Resolve(t.Context(), "moon-jewellery")
		if err != nil {
			t.Fatal(err)
		}
		want := &model.Brand{
			ID: b.ID, Slug: "moon-jewellery", Status: model.BrandActive, Currency: "CNY",
			Name:            model.Text{"en": "Moon Jewellery", "zh-CN": "月光珠宝", "it": "Gioielli Luna"},
			DefaultLanguage: "zh-CN", Languages: model.List[string]{"zh-CN", "en", "it"},
			Theme: model.Theme{Accent: "#B4232A", Logo: "/media/logo.png"}, OrderTTL: 1800, CatalogueVersion: 1,
			CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt,
		}
		if diff := cmp.Diff(want, b); diff != "" {
			t.Error(diff)
		}
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Errorf("its client: %v", err)
		}

		// What is left out stays; the rest is replaced.
		spec.OrderTTL, spec.Status, spec.Freight, spec.Pages = 0, "", nil, nil
		spec.WeChat.AppSecret, spec.WeChat.APIv3Key, spec.WeChat.PrivateKey = "", "", ""
		spec.Languages, spec.Name = []string{"en"}, model.Text{"en": "Moon"}
		if created, err := h.Apply(t.Context(), spec); err != nil || created {
			t.Fatal(created, err)
		}
		b, err = h.Resolve(t.Context(), "moon-jewellery")
		if err != nil {
			t.Fatal(err)
		}
		want.Name, want.DefaultLanguage, want.Languages = model.Text{"en": "Moon"}, "en", model.List[string]{"en"}
		want.CatalogueVersion, want.UpdatedAt = 2, b.UpdatedAt
		if diff := cmp.Diff(want, b); diff != "" {
			t.Error(diff)
		}
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Errorf("its client, with the secrets that stayed: %v", err)
		}
		ctx := model.WithBrand(t.Context(), b.ID)
		h.wantFreight(t, b.ID, "heavy", "standard")
		h.wantPages(t, b.ID, "about", "home")

		// A part that is given is the whole of it.
		heavy := full(t).Freight[1]
		spec.Freight, spec.Pages, spec.Languages, spec.Name = []brand.FreightTemplate{heavy}, []brand.Page{}, []string{"zh-CN"}, model.Text{"zh-CN": "月"}
		h.apply(t, spec)
		h.wantFreight(t, b.ID, "heavy")
		h.wantPages(t, b.ID)

		// A template that products use is not pulled from under them.
		var template model.FreightTemplate
		if err := db.Read(ctx).Take(&template).Error; err != nil {
			t.Fatal(err)
		}
		h.create(ctx, t, &model.Product{Handle: "anvil", FreightTemplateID: template.ID})
		spec.Freight = []brand.FreightTemplate{}
		_, err = h.Apply(t.Context(), spec)
		wantErrors(t, err, "freight: invalid")
		h.wantFreight(t, b.ID, "heavy")
	})
}

func (h *house) wantFreight(t *testing.T, brandID int64, want ...string) {
	t.Helper()
	var got []string
	err := h.db.Read(model.WithBrand(t.Context(), brandID)).Model(&model.FreightTemplate{}).Order("name").Pluck("name", &got).Error
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func (h *house) wantPages(t *testing.T, brandID int64, want ...string) {
	t.Helper()
	var pages []model.Page
	if err := h.db.Read(model.WithBrand(t.Context(), brandID)).Order("slug").Find(&pages).Error; err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range pages {
		got = append(got, p.Slug)
		for _, b := range p.Blocks {
			if text := b.Text["zh-CN"]; b.Kind == model.BlockRichText && text != "<p>手工</p>" {
				t.Errorf("kept as it came: %s", text)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// wantErrors compares the errors of a Spec, "field: code" each.
func wantErrors(t *testing.T, err error, want ...string) {
	t.Helper()
	var errs model.Errs
	if err != nil && !errors.As(err, &errs) {
		t.Fatalf("%T: %v", err, err)
	}
	var got []string
	for _, e := range errs {
		got = append(got, e.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Two who make the same brand at once make one.
func TestApplyAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		type outcome struct {
			created bool
			err     error
		}
		made := 0
		for _, o := range testdb.Race(8, func(int) outcome {
			created, err := h.Apply(t.Context(), spec)
			return outcome{created, err}
		}) {
			if o.created {
				made++
			}
			if o.err != nil && !errors.Is(o.err, model.ErrConflict) {
				t.Error(o.err)
			}
		}
		if all, err := h.List(t.Context()); err != nil || len(all) != 1 || made != 1 {
			t.Errorf("%d brands, %d made, %v", len(all), made, err)
		}
	})
}

// A number that changes needs the secret that belongs to it.
func TestSecretsBelongToNumbers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		given := *spec.WeChat
		spec.WeChat.AppSecret, spec.WeChat.APIv3Key, spec.WeChat.PrivateKey = "", "", ""
		_, err := h.Apply(t.Context(), spec)
		wantErrors(t, err, "wechat.app_secret: required", "wechat.apiv3_key: required", "wechat.private_key: required")
		if _, err := h.Resolve(t.Context(), spec.Slug); !errors.Is(err, model.ErrBrandNotFound) {
			t.Errorf("half a brand was made: %v", err)
		}

		*spec.WeChat = given
		h.apply(t, spec)
		spec.WeChat.AppSecret, spec.WeChat.APIv3Key, spec.WeChat.PrivateKey = "", "", ""
		spec.WeChat.AppID = "wxfedcba9876543210"
		_, err = h.Apply(t.Context(), spec)
		wantErrors(t, err, "wechat.app_secret: required")
		spec.WeChat.AppID, spec.WeChat.MchID = given.AppID, "1900000110"
		_, err = h.Apply(t.Context(), spec)
		wantErrors(t, err, "wechat.apiv3_key: required", "wechat.private_key: required")

		other := full(t)
		other.Slug = "another"
		_, err = h.Apply(t.Context(), other)
		wantErrors(t, err, "wechat.app_id: invalid")
	})
}

// The push may be left out, but not half of it; it belongs to the mini program.
func TestThePushIsWholeOrNone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		has := func(want bool) {
			t.Helper()
			b := h.apply(t, spec)
			if got, err := h.HasPush(t.Context(), b.ID); got != want || err != nil {
				t.Errorf("a push: %t, %v; want %t", got, err, want)
			}
		}
		spec.WeChat.PushToken, spec.WeChat.PushKey = "", pushKey
		_, err := h.Apply(t.Context(), spec)
		wantErrors(t, err, "wechat.push_token: required")
		spec.WeChat.PushToken, spec.WeChat.PushKey = pushToken, ""
		_, err = h.Apply(t.Context(), spec)
		wantErrors(t, err, "wechat.push_key: required")
		spec.WeChat.PushToken = ""
		has(false)
		spec.WeChat.PushToken, spec.WeChat.PushKey = pushToken, pushKey
		has(true)
		spec.WeChat.PushToken, spec.WeChat.PushKey = "", ""
		has(true) // what is left out stays
		spec.WeChat.PushKey = brand.Secret(strings.ToUpper(pushKey))
		has(true)
		spec.WeChat.AppID, spec.WeChat.PushKey = "wxfedcba9876543210", ""
		has(false)
	})
}

// Nobody who has the database alone has the secrets.
func TestSecretsCannotBeReadInTheDatabase(t *testing.T) {
	o := testdb.SQLiteOptions(t)
	db, err := database.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, db)
	h.apply(t, full(t))
	files, err := filepath.Glob(o.DSN + "*") // with the write-ahead log
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	body := strings.Split(keys().private, "\n")[1]
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for name, secret := range map[string]string{"app secret": appSecret, "APIv3 key": apiv3Key, "private key": body, "push token": pushToken, "push key": pushKey} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("the %s can be read in %s", name, filepath.Base(f))
			}
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestClient(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		b := h.apply(t, full(t))
		bare := full(t)
		bare.Slug, bare.WeChat = "bare", nil
		if _, err := h.Client(t.Context(), h.apply(t, bare).ID); !errors.Is(err, model.ErrWeChatSettings) {
			t.Errorf("a brand without credentials: %v", err)
		}

		// Neither another brand's secret nor another column's opens.
		ctx := model.WithBrand(t.Context(), b.ID)
		var c model.Credentials
		if err := db.Read(ctx).Take(&c).Error; err != nil {
			t.Fatal(err)
		}
		moved := c
		moved.ID, moved.BrandID, moved.AppID = 0, b.ID+1, "wx00000000000000ff"
		if err := db.InTx(model.WithBrand(t.Context(), b.ID+1), func(tx *gorm.DB) error {
			return tx.Where("1 = 1").Delete(&model.Credentials{}).Error
		}); err != nil {
			t.Fatal(err)
		}
		h.create(model.WithBrand(t.Context(), b.ID+1), t, &moved)
		if _, err := h.Client(t.Context(), b.ID+1); !errors.Is(err, model.ErrWeChatSettings) {
			t.Errorf("another brand's secrets: %v", err)
		}
		set := func(columns map[string]any) {
			t.Helper()
			if err := db.InTx(ctx, func(tx *gorm.DB) error {
				return tx.Model(&model.Credentials{}).Where("id = ?", c.ID).Updates(columns).Error
			}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Error(err)
		}
		set(map[string]any{"app_secret_sealed": c.APIv3KeySealed})
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Errorf("asked the database again at once: %v", err)
		}
		h.clock.at = h.clock.at.Add(2 * time.Second)
		if _, err := h.Client(t.Context(), b.ID); !errors.Is(err, model.ErrWeChatSettings) {
			t.Errorf("another column's secret: %v", err)
		}
		set(map[string]any{"app_secret_sealed": c.AppSecretSealed})
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Errorf("a failure was remembered: %v", err)
		}
	})
}

// After a rotation old secrets open; another installation's keys open nothing.
func TestRotation(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		b := h.apply(t, full(t))
		next, err := h.keys.Next()
		if err != nil {
			t.Fatal(err)
		}
		rotated, err := next.Promote()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.with(t, rotated).Client(t.Context(), b.ID); err != nil {
			t.Errorf("after the rotation: %v", err)
		}
		other, err := configs.NewKeys()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.with(t, other).Client(t.Context(), b.ID); !errors.Is(err, model.ErrWeChatSettings) {
			t.Errorf("with another installation's keys: %v", err)
		}
	})
}

// Who has changed a brand sees the change at once, whatever was remembered.
func TestOwnChangesAreSeenAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		b := h.apply(t, spec)
		if _, err := h.ByID(t.Context(), b.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Client(t.Context(), b.ID); err != nil {
			t.Fatal(err)
		}
		spec.OrderTTL, spec.WeChat.MchID = 600, "1900000111"
		if b = h.apply(t, spec); b.OrderTTL != 600 {
			t.Errorf("by slug: %+v", b)
		}
		if b, err := h.ByID(t.Context(), b.ID); err != nil || b.OrderTTL != 600 {
			t.Errorf("by id: %+v, %v", b, err)
		}
		client, err := h.Client(t.Context(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, mchID := client.Merchant(); mchID != "1900000111" {
			t.Errorf("the client works for %s", mchID)
		}
	})
}

func TestResolve(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		if _, err := h.Resolve(t.Context(), spec.Slug); !errors.Is(err, model.ErrBrandNotFound) {
			t.Errorf("before it is there: %v", err)
		}
		b := h.apply(t, spec)
		if byID, err := h.ByID(t.Context(), b.ID); err != nil || byID.Slug != spec.Slug {
			t.Errorf("by id: %+v, %v", byID, err)
		}
		elsewhere := h.with(t, h.keys)
		spec.Status = model.BrandSuspended
		if _, err := elsewhere.Apply(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
		if seen, _ := h.Resolve(t.Context(), spec.Slug); seen.Status != model.BrandActive {
			t.Errorf("asked the database again at once: %s", seen.Status)
		}
		h.clock.at = h.clock.at.Add(time.Second)
		if seen, _ := h.Resolve(t.Context(), spec.Slug); seen.Status != model.BrandSuspended {
			t.Errorf("a second later still %s", seen.Status)
		}
		if all, err := h.List(t.Context()); err != nil || len(all) != 1 || all[0].ID != b.ID {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestSecretsAreNotPrinted(t *testing.T) {
	spec := full(t)
	encoded, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		string(encoded), fmt.Sprint(*spec.WeChat), fmt.Sprintf("%+v", *spec.WeChat), fmt.Sprintf("%#v", *spec.WeChat),
	} {
		if strings.Contains(printed, appSecret) || strings.Contains(printed, apiv3Key) || strings.Contains(printed, "PRIVATE") ||
			strings.Contains(printed, pushToken) || strings.Contains(printed, pushKey) {
			t.Error(printed)
		}
	}
}
