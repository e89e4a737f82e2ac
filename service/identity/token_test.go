package identity_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"hutong/model"
	"hutong/service/identity"
)

var (
	noon   = time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)
	atNoon = model.Clock(func() time.Time { return noon })
	secret = strings.Repeat("s", 32)
)

func newKeys(t *testing.T, secrets ...string) identity.Keys {
	t.Helper()
	k, err := identity.NewKeys(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t *testing.T, k identity.Keys, brandID int64) string {
	t.Helper()
	token, err := k.Sign(brandID, "01USER", noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestToken(t *testing.T) {
	k := newKeys(t, secret)
	good := sign(t, k, 1)
	if no, err := k.Verify(1, good, atNoon); err != nil || no != "01USER" {
		t.Fatal(no, err)
	}
	ours, err := jwt.NewParser().ParseWithClaims(good, jwt.MapClaims{}, func(*jwt.Token) (any, error) { return []byte(secret), nil })
	if err != nil && !errors.Is(err, jwt.ErrTokenExpired) {
		t.Fatal(err)
	}
	// forged makes a token as ours are, but for what change changes.
	forged := func(method jwt.SigningMethod, key any, change func(header, claims map[string]any)) string {
		claims := jwt.MapClaims{
			"iss": "hutong", "aud": []string{"storefront"}, "sub": "01USER", "brand": "1",
			"iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		}
		token := jwt.NewWithClaims(method, claims)
		token.Header["kid"] = ours.Header["kid"]
		change(token.Header, claims)
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	same := func(map[string]any, map[string]any) {}
	set := func(name string, value any) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { claims[name] = value }
	}
	drop := func(name string) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { delete(claims, name) }
	}
	hs := jwt.SigningMethodHS256
	key := []byte(secret)
	parts := strings.Split(good, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	other := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(payload), "01USER", "02USER", 1)))
	expired := set("exp", noon.Add(-time.Minute).Unix())
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"as ours are":               {forged(hs, key, same), nil},
		"within the leeway":         {forged(hs, key, set("exp", noon.Add(-5*time.Second).Unix())), nil},
		"expired":                   {forged(hs, key, expired), model.ErrSessionExpired},
		"expired, by another":       {forged(hs, []byte(strings.Repeat("x", 32)), expired), model.ErrUnauthorized},
		"expired, another audience": {forged(hs, key, func(h, c map[string]any) { expired(h, c); c["aud"] = "console" }), model.ErrUnauthorized},
		"expired, another brand":    {forged(hs, key, func(h, c map[string]any) { expired(h, c); c["brand"] = "2" }), model.ErrUnauthorized},
		"for ever":                  {forged(hs, key, drop("exp")), model.ErrUnauthorized},
		"another audience":          {forged(hs, key, set("aud", "console")), model.ErrUnauthorized},
		"no audience":               {forged(hs, key, drop("aud")), model.ErrUnauthorized},
		"another issuer":            {forged(hs, key, set("iss", "somebody")), model.ErrUnauthorized},
		"another brand":             {forged(hs, key, set("brand", "2")), model.ErrUnauthorized},
		"no brand":                  {forged(hs, key, drop("brand")), model.ErrUnauthorized},
		"nobody":                    {forged(hs, key, drop("sub")), model.ErrUnauthorized},
		"another key":               {forged(hs, []byte(strings.Repeat("x", 32)), same), model.ErrUnauthorized},
		"unknown key id":            {forged(hs, key, func(h, _ map[string]any) { h["kid"] = "nobody" }), model.ErrUnauthorized},
		"no key id":                 {forged(hs, key, func(h, _ map[string]any) { delete(h, "kid") }), model.ErrUnauthorized},
		"another algorithm":         {forged(jwt.SigningMethodHS512, key, same), model.ErrUnauthorized},
		"no algorithm":              {forged(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same), model.ErrUnauthorized},
		"no signature":              {parts[0] + "." + parts[1] + ".", model.ErrUnauthorized},
		"altered":                   {parts[0] + "." + other + "." + parts[2], model.ErrUnauthorized},
		"empty":                     {"", model.ErrUnauthorized},
		"no token":                  {"a.b.c", model.ErrUnauthorized},
		"endless":                   {good + strings.Repeat("A", 4096), model.ErrUnauthorized},
	} {
		no, err := k.Verify(1, c.token, atNoon)
		if !errors.Is(err, c.want) || (err == nil) != (no == "01USER") {
			t.Errorf("%s: %q, %v, want %v", name, no, err, c.want)
		}
	}
	if strings.Contains(string(payload), secret) {
		t.Error("the key is in the token")
	}
}

// The first key signs, all verify; a key that is gone verifies nothing.
func TestKeyRotation(t *testing.T) {
	old, next := secret, strings.Repeat("n", 40)
	before, learned, promoted, after := newKeys(t, old), newKeys(t, old, next), newKeys(t, next, old), newKeys(t, next)
	for name, c := range map[string]struct {
		signs, reads identity.Keys
		want         error
	}{
		"a replica that has learned":  {before, learned, nil},
		"one that has not":            {learned, before, nil},
		"one that signs with the new": {promoted, learned, nil},
		"one that signs with the old": {learned, promoted, nil},
		"once the old is gone":        {before, after, model.ErrUnauthorized},
		"one left behind":             {promoted, before, model.ErrUnauthorized},
	} {
		if _, err := c.reads.Verify(1, sign(t, c.signs, 1), atNoon); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewKeys(t *testing.T) {
	if _, err := identity.NewKeys([]string{secret, "a short secret"}); err == nil || strings.Contains(err.Error(), "short secret") {
		t.Errorf("%v", err)
	}
	none := newKeys(t)
	if _, err := none.Sign(1, "01USER", noon, time.Hour); err == nil {
		t.Error("signed without a key")
	}
	if _, err := none.Verify(1, sign(t, newKeys(t, secret), 1), atNoon); !errors.Is(err, model.ErrUnauthorized) {
		t.Errorf("%v", err)
	}
}

func TestMask(t *testing.T) {
	for number, want := range map[string]string{
		"13812345678": "138****5678", "51234567": "51****67", "12345": "****5", "1234": "****", "1": "*", "": "",
		"123456789012345": "123********2345",
	} {
		if got := identity.Mask(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
}
