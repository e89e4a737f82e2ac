package identity_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/identity"
	"hutong/service/seal"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

func each(t *testing.T, test func(t *testing.T, w *testshop.World)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) { test(t, testshop.NewWorld(t, db, clock)) }, testdb.Clock(clock.Now))
}

// code is a fresh wx.login code of a person in a shop.
func code(t *testing.T, s *testshop.Shop, person string) string {
	t.Helper()
	c, err := s.Sim.LoginCode(s.Merchant.AppID, person)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func login(t *testing.T, s *testshop.Shop, person string) identity.Session {
	t.Helper()
	session, err := s.Identity.Login(s.Ctx, code(t, s, person), "en")
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestLogin(t *testing.T) {
	each(t, func(t *testing.T, w *testshop.World) {
		s := w.Shop()
		first := login(t, s, "ann")
		if want := w.Clock.Now().Add(2 * time.Hour); first.ExpiresAt != model.At(want) || len(first.User.No) != 26 ||
			first.User.Language != "en" || first.User.Phone != "" || first.User.CreatedAt != model.At(w.Clock.Now()) {
			t.Errorf("%+v", first)
		}
		id, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, first.Token)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Turn(time.Hour)
		again, err := s.Identity.Login(s.Ctx, code(t, s, "ann"), "zh-CN")
		if err != nil || again.User != first.User || again.Token == first.Token {
			t.Errorf("the second time: %+v, %v", again, err)
		}
		if me, err := s.Identity.Me(s.Ctx, id); err != nil || me != first.User {
			t.Errorf("me: %+v, %v", me, err)
		}
		if other := login(t, s, "bob"); other.User.No == first.User.No {
			t.Error("two people are one consumer")
		}
		var u model.User
		if err := w.DB.Read(s.Ctx).Where("id = ?", id).Take(&u).Error; err != nil {
			t.Fatal(err)
		}
		if u.LastSeenAt != model.At(w.Clock.Now()) || u.OpenID != s.Sim.OpenID(s.Merchant.AppID, "ann") || u.AppID != s.Merchant.AppID {
			t.Errorf("%+v", u)
		}
	})
}

// Whoever comes in for the first time on 64 connections at once is one consumer.
func TestFirstLoginsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testshop.World) {
		s := w.Shop()
		codes := make([]string, 64)
		for i := range codes {
			codes[i] = code(t, s, "ann")
		}
		nos := map[string]bool{}
		for _, no := range testdb.Race(len(codes), func(i int) string {
			session, err := s.Identity.Login(s.Ctx, codes[i], "en")
			if err != nil {
				t.Error(err)
			}
			return session.User.No
		}) {
			nos[no] = true
		}
		if n := s.Count(&model.User{}, "1 = 1"); n != 1 || len(nos) != 1 {
			t.Errorf("%d consumers, numbers %v", n, nos)
		}
	})
}

// Each thing that can be wrong with a code has an error of its own.
func TestLoginRefused(t *testing.T) {
	each(t, func(t *testing.T, w *testshop.World) {
		s, other := w.Shop(), w.Shop()
		used := code(t, s, "ann")
		if _, err := s.Identity.Login(s.Ctx, used, "en"); err != nil {
			t.Fatal(err)
		}
		expired := code(t, s, "ann")
		w.Clock.Turn(6 * time.Minute)
		blocked := code(t, s, "eve")
		if err := s.Sim.SetUser(simulator.User{Name: "eve", Blocked: true}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			code string
			want *model.Error
		}{
			"used":      {used, model.ErrCodeUsed},
			"expired":   {expired, model.ErrCodeExpired},
			"unknown":   {strings.Repeat("0", 32), model.ErrCodeInvalid},
			"malformed": {"abc&appid=EVIL", model.ErrCodeMalformed},
			"foreign":   {code(t, other, "ann"), model.ErrCodeForeign},
			"blocked":   {blocked, model.ErrUserBlocked},
		} {
			if _, err := s.Identity.Login(s.Ctx, c.code, "en"); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if _, err := s.Identity.Login(t.Context(), code(t, s, "ann"), "en"); !errors.Is(err, database.ErrNoBrand) {
			t.Errorf("without a brand: %v", err)
		}
	})
}

// The same person is another consumer in another shop, unless WeChat says who they are everywhere.
func TestUnionID(t *testing.T) {
	each(t, func(t *testing.T, w *testshop.World) {
		s := w.Shop()
		login(t, s, "ann")
		m := s.Merchant
		m.OpenPlatform = "open-1"
		if _, err := w.Sim.AddMerchant(m); err != nil {
			t.Fatal(err)
		}
		login(t, s, "ann")
		var u model.User
		if err := w.DB.Read(s.Ctx).Take(&u).Error; err != nil || u.UnionID != s.Sim.UnionID(m.AppID, "ann") || u.UnionID == "" {
			t.Errorf("%q, %v", u.UnionID, err)
		}
	})
}

func TestLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *testshop.World) {
		s := w.Shop()
		session := login(t, s, "ann")
		id, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, session.Token)
		if err != nil {
			t.Fatal(err)
		}
		if me, err := s.Identity.SetLanguage(s.Ctx, id, "zh-CN"); err != nil || me.Language != "zh-CN" {
			t.Errorf("%+v, %v", me, err)
		}
		if _, err := s.Identity.SetLanguage(s.Ctx, id, "it"); !errors.Is(err, model.ErrNotOneOf) {
			t.Errorf("a language the shop does not speak: %v", err)
		}
		if me := login(t, s, "ann").User; me.Language != "zh-CN" {
			t.Errorf("signing in again forgot the choice: %+v", me)
		}
		other := w.Shop()
		if _, err := other.Identity.SetLanguage(other.Ctx, id, "en"); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("another brand's consumer: %v", err)
		}
		if _, err := other.Identity.Me(other.Ctx, id); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("another brand reads: %v", err)
		}
	})
}

// The phone number and the session key are in the database sealed, and in no answer.
func TestPhoneAndSessionKeyAreSealed(t *testing.T) {
	const number = "13912345678"
	each(t, func(t *testing.T, w *testshop.World) {
		s := w.Shop()
		if err := s.Sim.SetUser(simulator.User{Name: "ann", Phone: number}); err != nil {
			t.Fatal(err)
		}
		session := login(t, s, "ann")
		id, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, session.Token)
		if err != nil {
			t.Fatal(err)
		}
		phoneCode, err := s.Sim.PhoneCode(s.Merchant.AppID, "ann")
		if err != nil {
			t.Fatal(err)
		}
		me, err := s.Identity.SetPhone(s.Ctx, id, phoneCode)
		if err != nil || me.Phone != "139****5678" {
			t.Fatalf("%+v, %v", me, err)
		}
		var u model.User
		if err := w.DB.Read(s.Ctx).Take(&u).Error; err != nil {
			t.Fatal(err)
		}
		if len(u.PhoneSealed) == 0 || len(u.SessionKeySealed) == 0 {
			t.Error("nothing was kept")
		}
		row, err := json.Marshal(map[string]any{
			"row": u, "answer": session, "me": me, "phone": string(u.PhoneSealed), "key": string(u.SessionKeySealed),
		})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(row, []byte(number)) {
			t.Errorf("the number can be read: %s", row)
		}
		if _, err := s.Identity.SetPhone(s.Ctx, id, phoneCode); !errors.Is(err, model.ErrCodeInvalid) && !errors.Is(err, model.ErrCodeUsed) {
			t.Errorf("the code a second time: %v", err)
		}
	})
}

// Signing in with WeChat out of reach says so, and shows no secret in the error or the log.
func TestWeChatOutOfReach(t *testing.T) {
	clock := testshop.NewClock()
	db := testdb.SQLite(t, testdb.Clock(clock.Now))
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := configs.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(string(keys.Keyset))
	if err != nil {
		t.Fatal(err)
	}
	const nobody = "http://127.0.0.1:1"
	brands := brand.New(db, box, wechat.New(wechat.Options{APIBase: nobody, PayBase: nobody, Clock: clock.Now}), clock.Now, time.Hour)
	_, err = brands.Apply(t.Context(), brand.Spec{
		Slug: "shop", Name: model.Text{"en": "Shop"}, Languages: []string{"en"}, Theme: model.Theme{Accent: "#000000"},
		WeChat: &brand.WeChat{
			AppID: m.AppID, AppSecret: brand.Secret(m.AppSecret), MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key),
			CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := brands.Resolve(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	s := identity.New(db, box, brands, identity.Keys{}, time.Hour, clock.Now, func() string { return strings.Repeat("0", 26) })
	const code = "0a3Xyz3w3Ipuk03cQm1w3GeFlX3Xyz3d"
	_, err = s.Login(model.WithBrand(t.Context(), b.ID), code, "en")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("login", "error", err)
	if !errors.Is(err, model.ErrWeChat) && !errors.Is(err, model.ErrWeChatBusy) {
		t.Fatalf("%v", err)
	}
	for _, secret := range []string{m.AppSecret, code} {
		if strings.Contains(err.Error()+log.String(), secret) {
			t.Errorf("%q is in %v", secret, err)
		}
	}
}

// Once a consumer is known, a request is authenticated without a query.
func TestAuthenticateAsksOnce(t *testing.T) {
	clock, crash := testshop.NewClock(), &testdb.Crasher{}
	w := testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now), testdb.Wrap(crash.Wrap)), clock)
	s := w.Shop()
	session := login(t, s, "ann")
	if _, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, session.Token); err != nil {
		t.Fatal(err)
	}
	crash.Arm(1, false)
	if _, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, session.Token); err != nil || crash.Disarm() {
		t.Errorf("it asked the database: %v", err)
	}
}
