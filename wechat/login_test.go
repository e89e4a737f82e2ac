package wechat_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

func (s *shop) loginCode(user string) string {
	s.Helper()
	code, err := s.sim.LoginCode(s.merchant.AppID, user)
	if err != nil {
		s.Fatal(err)
	}
	return code
}

func (s *shop) phoneCode(user string) string {
	s.Helper()
	code, err := s.sim.PhoneCode(s.merchant.AppID, user)
	if err != nil {
		s.Fatal(err)
	}
	return code
}

func (s *shop) wants(what string, err error, want *model.Error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestLoginCodes(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	other, err := s.sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}

	used := s.loginCode("mei")
	if _, err := s.client.Login(ctx, used); err != nil {
		t.Fatal(err)
	}
	_, err = s.client.Login(ctx, used)
	s.wants("used", err, model.ErrCodeUsed)

	foreign, err := s.sim.LoginCode(other.AppID, "mei")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.client.Login(ctx, foreign)
	s.wants("foreign", err, model.ErrCodeForeign)

	_, err = s.client.Login(ctx, "never-given-out")
	s.wants("unknown", err, model.ErrCodeInvalid)

	_, err = s.client.Login(ctx, s.phoneCode("mei"))
	s.wants("of the phone button", err, model.ErrCodeInvalid)

	old := s.loginCode("mei")
	s.clock.add(5*time.Minute + time.Second)
	_, err = s.client.Login(ctx, old)
	s.wants("expired", err, model.ErrCodeExpired)

	blocked := s.loginCode("wang")
	if err := s.sim.SetUser(simulator.User{Name: "wang", Blocked: true}); err != nil {
		t.Fatal(err)
	}
	_, err = s.client.Login(ctx, blocked)
	s.wants("blocked", err, model.ErrUserBlocked)

	s.fault(simulator.Fault{Op: simulator.OpLogin, Kind: simulator.RateLimit})
	_, err = s.client.Login(ctx, s.loginCode("mei"))
	s.wants("too many", err, model.ErrRateLimited)

	s.fault(simulator.Fault{Op: simulator.OpLogin, Kind: simulator.ErrorBefore})
	_, err = s.client.Login(ctx, s.loginCode("mei"))
	s.wants("errcode -1", err, model.ErrWeChatBusy)
}

// TestMalformedCode: the SDK writes the code into the query unescaped, so that a second appid could ride
// in on it.
func TestMalformedCode(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	for _, code := range []string{
		"", "abc&appid=wxEVIL", "a b", "代码", "a\n", "a%26", "a#", "a+b", strings.Repeat("x", 129),
	} {
		_, err := s.client.Login(t.Context(), code)
		s.wants("login "+code, err, model.ErrCodeMalformed)
		_, err = s.client.Phone(t.Context(), code)
		s.wants("phone "+code, err, model.ErrCodeMalformed)
	}
	if n := len(s.observed.calls); n != 0 {
		t.Errorf("WeChat was called %d times with codes that are none", n)
	}
}

func TestWrongMiniProgramSettings(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	for name, change := range map[string]func(*wechat.Account){
		"secret": func(a *wechat.Account) { a.AppSecret = strings.Repeat("0", 32) },
		"appid":  func(a *wechat.Account) { a.AppID = "wx0000000000000000" },
	} {
		a := accountOf(s.merchant)
		change(&a)
		c, err := s.sdk.Client(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Login(t.Context(), s.loginCode("mei"))
		s.wants("login with a wrong "+name, err, model.ErrWeChatSettings)
		_, err = c.Phone(t.Context(), s.phoneCode("mei"))
		s.wants("phone with a wrong "+name, err, model.ErrWeChatSettings)
		err = c.Check(t.Context())
		s.wants("check with a wrong "+name, err, model.ErrWeChatSettings)
		if !strings.Contains(err.Error(), name) {
			t.Errorf("check does not name the %s: %v", name, err)
		}
	}
}

func TestPhone(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	if err := s.sim.SetUser(simulator.User{Name: "mei", Phone: "13900001234"}); err != nil {
		t.Fatal(err)
	}
	code := s.phoneCode("mei")
	got, err := s.client.Phone(ctx, code)
	if want := (wechat.Phone{Number: "13900001234", CountryCode: "86"}); err != nil || got != want {
		t.Fatalf("phone %+v, %v", got, err)
	}
	_, err = s.client.Phone(ctx, code)
	s.wants("used", err, model.ErrCodeInvalid)
	_, err = s.client.Phone(ctx, s.loginCode("mei"))
	s.wants("of the login", err, model.ErrCodeInvalid)
	old := s.phoneCode("mei")
	s.clock.add(6 * time.Minute)
	_, err = s.client.Phone(ctx, old)
	s.wants("expired", err, model.ErrCodeInvalid)
}

// TestAccessToken: one token serves everybody until five minutes before its end; one that WeChat no longer
// takes is replaced once.
func TestAccessToken(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	phone := func() {
		t.Helper()
		if _, err := s.client.Phone(t.Context(), s.phoneCode("mei")); err != nil {
			t.Error(err)
		}
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(phone)
	}
	all.Wait()
	if n := s.observed.count("token ok"); n != 1 {
		t.Errorf("%d tokens for the first 16 calls, want 1", n)
	}

	s.sim.RevokeTokens(s.merchant.AppID)
	phone()
	if n := s.observed.count("token ok"); n != 2 {
		t.Errorf("%d tokens after one was revoked, want 2", n)
	}

	s.clock.add(114 * time.Minute)
	phone()
	if n := s.observed.count("token ok"); n != 2 {
		t.Errorf("%d tokens six minutes before the end, want 2", n)
	}
	s.clock.add(2 * time.Minute)
	phone()
	if n := s.observed.count("token ok"); n != 3 {
		t.Errorf("%d tokens four minutes before the end, want 3", n)
	}
}
