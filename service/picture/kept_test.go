package picture_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/media"
	"hutong/service/picture"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// square is a picture of one shade, larger than what stands in a list.
func square(t *testing.T, shade uint8) []byte {
	t.Helper()
	drawn := image.NewGray(image.Rect(0, 0, 600, 600))
	for i := range drawn.Pix {
		drawn.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture that nothing shows is removed a month later, and not before; one that is shown, or sent again, stays.
func TestPicturesThatNothingShowsGo(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		const day = 24 * time.Hour
		send := func(shade uint8) picture.ShopPicture {
			p, err := s.Picture.TakeForShop(s.Ctx, square(t, shade))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		category := func(slug, url string) {
			_, err := s.Catalogue.PutCategory(s.Ctx, catalogue.CategorySpec{Slug: slug, Name: model.Text{"en": slug}, Picture: url, Published: true})
			if err != nil {
				t.Fatal(err)
			}
		}
		pass := func(d time.Duration) {
			s.Clock.Turn(d)
			if err := s.CleanUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		there := func(url string) bool {
			_, err := fs.Stat(s.Media.Files(), strings.TrimPrefix(url, media.Prefix))
			return !errors.Is(err, fs.ErrNotExist)
		}
		shown, unused, again, withdrawn := send(10), send(60), send(110), send(160)
		category("shown", shown.URL)
		category("withdrawn", withdrawn.URL)
		pass(2 * day)
		pass(29 * day)
		for name, p := range map[string]picture.ShopPicture{"shown": shown, "unused": unused, "again": again, "withdrawn": withdrawn} {
			if !there(p.URL) || !there(p.Small) {
				t.Errorf("%s is gone too early", name)
			}
		}
		send(110)
		category("withdrawn", "")
		pass(3 * day)
		if there(unused.URL) || there(unused.Small) || s.Count(&model.KeptPicture{}, "name = ?", strings.TrimPrefix(unused.URL, media.Prefix)) != 0 {
			t.Error("what nothing shows is still there")
		}
		if !there(shown.URL) || !there(again.URL) || !there(withdrawn.URL) {
			t.Error("what is shown, was sent again, or was shown until now is gone")
		}
		pass(20 * day)
		category("back", withdrawn.URL)
		pass(2 * day)
		pass(40 * day)
		if there(again.URL) || !there(shown.URL) || !there(withdrawn.URL) {
			t.Error("a month after they were wanted last")
		}
		if p := send(60); p.URL != unused.URL || !there(p.URL) {
			t.Error("it does not come back when it is sent")
		}
	})
}

// One that is being removed is not taken, so that nobody is told of a file that goes; whoever tidies next ends it.
func TestWhoDiesWhileTidying(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		p, err := s.Picture.TakeForShop(s.Ctx, square(t, 10))
		if err != nil {
			t.Fatal(err)
		}
		s.Set(&model.KeptPicture{}, map[string]any{"gone_at": model.At(s.Clock.Now())}, "1 = 1")
		if _, err := s.Picture.TakeForShop(s.Ctx, square(t, 10)); !errors.Is(err, model.ErrUnavailable) {
			t.Errorf("taken while it is removed: %v", err)
		}
		s.Clock.Turn(2 * time.Hour)
		if err := s.CleanUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := fs.Stat(s.Media.Files(), strings.TrimPrefix(p.URL, media.Prefix)); !errors.Is(err, fs.ErrNotExist) || s.Count(&model.KeptPicture{}, "1 = 1") != 0 {
			t.Errorf("it is left: %v", err)
		}
		if _, err := s.Picture.TakeForShop(s.Ctx, square(t, 10)); err != nil {
			t.Error(err)
		}
	})
}

// A picture that an import fetches is written down as one that is sent, and goes the same way; removed between its coming
// and its being written down, it is fetched once more.
func TestWhatIsFetchedIsKept(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		asked, between := 0, func() {}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			_, _ = w.Write(square(t, 10))
		}))
		t.Cleanup(server.Close)
		own := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://"))
		store, err := media.Open(t.TempDir(), media.Settings{AllowAddress: func(at netip.AddrPort) bool { return at == own }})
		if err != nil {
			t.Fatal(err)
		}
		pictures := picture.New(s.DB, func() time.Time { between(); return s.Clock.Now() }, nil, store)
		there := func(url string) bool {
			ok, err := store.Has(s.Ctx, strings.TrimPrefix(url, media.Prefix))
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		p, err := pictures.Fetch(s.Ctx, server.URL+"/a.png")
		if err != nil || !there(p.URL) || asked != 1 || s.Count(&model.KeptPicture{}, "name = ?", strings.TrimPrefix(p.URL, media.Prefix)) != 1 {
			t.Fatalf("%+v, %v, asked %d times", p, err, asked)
		}
		between = func() { // the clock is asked when it is written down
			between = func() {}
			if err := store.RemovePicture(s.Ctx, strings.TrimPrefix(p.URL, media.Prefix)); err != nil {
				t.Fatal(err)
			}
		}
		if again, err := pictures.Fetch(s.Ctx, server.URL+"/a.png"); err != nil || again.URL != p.URL || !there(p.URL) || asked != 3 {
			t.Errorf("%+v, %v, asked %d times", again, err, asked)
		}
		if _, err := pictures.Fetch(s.Ctx, "http://192.0.2.1/a.png"); !errors.Is(err, media.ErrAddress) || s.Count(&model.KeptPicture{}, "id > 0") != 1 {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// hasNone are the columns with room for a picture's address that never hold one of the shops' own.
var hasNone = map[string][]string{
	"what has no address in it": {
		"brand_profiles.contact", "brand_profiles.legal_address", "brand_profiles.legal_name", "brand_profiles.service", "brands.languages", "brands.name",
		"categories.name", "categories.slug", "freight_templates.rules", "freight_templates.name", "member_levels.name", "pages.title", "pages.draft_title", "page_versions.title",
		"product_tags.tag", "products.handle", "products.options", "products.summary", "products.tags", "products.title", "products.vendor", "products.words",
		"skus.choice", "skus.code", "order_lines.choice", "order_lines.handle", "order_lines.title", "order_adjustments.words", "reviews.choice",
		"promotions.conditions", "promotions.effect", "promotions.name", "coupons.conditions", "coupons.effect", "coupons.name",
		"segments.name", "segments.rule", "coupon_issues.segment_name", "coupon_issues.rule", "message_templates.fields", "message_templates.page", "messages.facts",
	},
	"words of people": {
		"after_sale_events.words", "after_sales.words", "bill_exceptions.note", "order_notes.words", "orders.remark", "reviews.added_words", "reviews.reply",
		"reviews.words", "stock_movements.reason", "parcel_events.remark", "content_checks.trace_id",
	},
	"photos of consumers, which have rows of their own": {"after_sale_events.pictures", "after_sales.pictures", "content_checks.content", "photos.url", "reviews.pictures"},
	"who somebody is, or where": {
		"addresses.place", "after_sale_rules.return_place", "after_sales.return_place", "orders.place", "orders.recipient", "parcel_events.place", "staff.name",
		"staff_invitations.email", "staff_invitations.name", "staff_logins.email", "staff_sessions.agent", "staff_tokens.name", "users.openid", "users.unionid",
	},
	"secrets": {
		"brand_credentials.apiv3_key_sealed", "brand_credentials.app_secret_sealed", "brand_credentials.private_key_sealed", "brand_credentials.public_key",
		"brand_credentials.push_key_sealed", "brand_credentials.push_token_sealed", "staff_logins.password_hash", "staff_logins.totp_pending", "staff_logins.totp_sealed",
		"users.phone_sealed", "users.session_key_sealed",
	},
	"what has happened, and shows nothing": {
		"audit_log.after_state", "audit_log.before_state", "callbacks.detail", "idempotency_keys.answer", "imports.fault_detail", "imports.file_name", "imports.unused_columns",
		"import_lines.column_name", "import_lines.detail", "import_lines.handle", "import_lines.value", "jobs.last_error", "jobs.payload", "payments.prepay_id",
		"reconciliations.problem", "kept_pictures.name",
	},
}

// Each column with room for a picture's address is looked at, or said to have none: a new one cannot be forgotten.
func TestEveryColumnIsLookedAtForPictures(t *testing.T) {
	clock := testshop.NewClock()
	db, err := database.Open(t.Context(), testdb.MariaDBOptions(t, testdb.Clock(clock.Now)))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const shortest = len(media.Prefix) + 64 + len(".jpg")
	var columns []string
	err = db.Read(model.AcrossBrands(t.Context())).Raw(`SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
		WHERE table_schema = DATABASE() AND character_maximum_length >= ? ORDER BY 1`, shortest).Scan(&columns).Error
	if err != nil || len(columns) < 50 {
		t.Fatalf("%d columns, %v", len(columns), err)
	}
	var none []string
	for _, some := range hasNone {
		none = append(none, some...)
	}
	for _, c := range columns {
		table, column, _ := strings.Cut(c, ".")
		looked, said := slices.Contains(picture.Shown[table], column), slices.Contains(none, c)
		if looked == said {
			t.Errorf("%s: looked at for pictures: %t, said to have none: %t", c, looked, said)
		}
	}
	for table, some := range picture.Shown {
		for _, column := range some {
			if !slices.Contains(columns, table+"."+column) {
				t.Errorf("there is no %s.%s", table, column)
			}
		}
	}
}
