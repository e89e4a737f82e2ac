package wechat_test

import (
	"strings"
	"testing"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

func TestSettingsThatCannotWork(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	for name, change := range map[string]func(*wechat.Account){
		"no appid":             func(a *wechat.Account) { a.AppID = "" },
		"no secret":            func(a *wechat.Account) { a.AppSecret = "" },
		"no merchant":          func(a *wechat.Account) { a.MchID = "" },
		"no serial":            func(a *wechat.Account) { a.CertSerial = " " },
		"short APIv3 key":      func(a *wechat.Account) { a.APIv3Key = "short" },
		"no private key":       func(a *wechat.Account) { a.PrivateKey = "" },
		"odd private key":      func(a *wechat.Account) { a.PrivateKey = strings.Repeat("QUJD", 40) },
		"a public key instead": func(a *wechat.Account) { a.PrivateKey = a.PublicKey },
		"odd public key":       func(a *wechat.Account) { a.PublicKey = "-----BEGIN PUBLIC KEY-----" },
		"a private one":        func(a *wechat.Account) { a.PublicKey = a.PrivateKey },
	} {
		a := accountOf(s.merchant)
		change(&a)
		_, err := s.sdk.Client(t.Context(), a)
		s.wants(name, err, model.ErrWeChatSettings)
	}
	bad := wechat.New(wechat.Options{PayBase: "not an address"})
	_, err := bad.Client(t.Context(), accountOf(s.merchant))
	s.wants("a base that is no address", err, model.ErrWeChatSettings)
}

// TestOneClientPerAccount: the client is kept while nothing changes, and replaced when anything does.
func TestOneClientPerAccount(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	again, err := s.sdk.Client(t.Context(), accountOf(s.merchant))
	if err != nil || again != s.client {
		t.Errorf("another client for the same account: %v", err)
	}
	for name, change := range map[string]func(*wechat.Account){
		"brand":  func(a *wechat.Account) { a.BrandID++ },
		"secret": func(a *wechat.Account) { a.AppSecret += "x" },
		"key":    func(a *wechat.Account) { a.APIv3Key = strings.Repeat("k", 32) },
		"serial": func(a *wechat.Account) { a.CertSerial += "0" },
		"id":     func(a *wechat.Account) { a.PublicKeyID += "0" },
	} {
		a := accountOf(s.merchant)
		change(&a)
		other, err := s.sdk.Client(t.Context(), a)
		if err != nil || other == s.client {
			t.Errorf("the same client for another %s: %v", name, err)
		}
	}

	// The same text, cut elsewhere, is another account.
	a, b := accountOf(s.merchant), accountOf(s.merchant)
	a.PublicKey = "0\n" + a.PublicKey
	b.PublicKeyID += "0\n"
	one, err := s.sdk.Client(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := s.sdk.Client(t.Context(), b); err != nil || one == two {
		t.Errorf("the same client for fields cut elsewhere: %v", err)
	}
}

// TestPlatformsCoexist: the mini-program SDK has one HTTP client per process; two platforms must still each
// reach their own WeChat.
func TestPlatformsCoexist(t *testing.T) {
	one, two := open(t, simulator.ModePublicKey, 0), open(t, simulator.ModePublicKey, 0)
	code := two.loginCode("mei")
	_, err := one.client.Login(t.Context(), code)
	one.wants("the other's code", err, model.ErrCodeInvalid)
	if _, err := two.client.Login(t.Context(), code); err != nil {
		t.Error(err)
	}
}

func TestObserve(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.announced("ORDER-1")
	_, _ = s.client.Transaction(t.Context(), "ORDER-X")
	if s.observed.count("prepay ok") != 1 || s.observed.count("transaction payment_not_found") != 1 {
		t.Errorf("observed %v", s.observed.calls)
	}
}
