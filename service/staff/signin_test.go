package staff

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hutong/configs"
	"hutong/model"
	"hutong/service/database"
	"hutong/service/seal"
	"hutong/service/testdb"
)

// The codes are those of RFC 6238, appendix B, as any authenticator app shows them: the last six of eight digits.
func TestCodesOfTheRFC(t *testing.T) {
	secret := plainBase32.EncodeToString([]byte("12345678901234567890"))
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"} {
		got, err := totp.GenerateCodeCustom(secret, time.Unix(at, 0), totp.ValidateOpts{Period: totpSeconds, Digits: otp.DigitsSix})
		if err != nil || got != want {
			t.Errorf("at %d: %s, want %s, %v", at, got, want, err)
		}
	}
}

// A hash tells how it was made; one of another cost is right too, and to be made anew.
func TestPasswordHashes(t *testing.T) {
	h := newHasher()
	encoded, err := h.hash(t.Context(), "a lantern for every lane")
	if err != nil || !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s, %v", encoded, err)
	}
	salt := []byte("sixteen bytes ..")
	cheap := hashCost{1 << 10, 1, 1}
	old := cheap.encode(salt, cheap.key("a lantern for every lane", salt))
	for _, c := range []struct {
		encoded, password string
		right, stale      bool
	}{
		{encoded, "a lantern for every lane", true, false},
		{encoded, "a lantern for every line", false, false},
		{old, "a lantern for every lane", true, true},
		{"", "", false, false},
	} {
		right, stale, err := h.verify(t.Context(), c.encoded, c.password)
		if err != nil || right != c.right || stale != c.stale {
			t.Errorf("%q with %q: %t, %t, %v", c.encoded, c.password, right, stale, err)
		}
	}
	for _, broken := range []string{"x", "$argon2i$v=19$m=1,t=1,p=1$AA$AA", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", strings.Replace(encoded, "t=2", "t=0", 1)} {
		if _, _, err := h.verify(t.Context(), broken, "x"); err == nil {
			t.Errorf("%s is taken for a hash", broken)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	about := []string{"anna.conti@casa-lido.example", "Anna Conti", "hutong", "casa-lido", "丽都之家"}
	for password, want := range map[string]string{
		"a lantern for every lane": "", "correct horse battery staple": "password_common", "73519-48026-917": "", "红灯笼高高挂在胡同里面呢": "", "red lanterns at dusk": "",
		"short": "too_short", "elevenchars": "too_short", strings.Repeat("ab9!", 40): "too_long",
		"password1234": "password_common", "Passw0rd!!!!": "password_common", "aaaaaaaaaaaa": "password_common",
		"123456789012": "password_common", "abcabcabcabc": "password_common", "qwertyuiop12": "password_common",
		"Manchester!12": "password_common", "juventus123456": "password_common", "2024Butterfly": "password_common", "a butterfly in Manchester": "",
		"annaconti2026": "password_personal", "CasaLido-2026": "password_personal", "anna.conti@casa-lido.example": "password_personal",
	} {
		err := checkPassword(password, "password", about...)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if (want == "") != (err == nil) || !strings.Contains(got, want) {
			t.Errorf("%s: %v, want %s", password, err, want)
		}
	}
}

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"198.51.100.7": "198.51.100.7", "::ffff:198.51.100.7": "198.51.100.7", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "": "",
	} {
		if got := network(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

func newBox(t *testing.T) *seal.Box {
	t.Helper()
	keys, err := configs.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(string(keys.Keyset))
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// Whoever has learnt a password signs in, and meanwhile its owner sets a second factor, which ends the sessions that were
// begun without one: none begins without a code after that.
func TestASecondFactorIsSetDuringASignIn(t *testing.T) {
	const email, password = "anna@example.com", "red lanterns at dusk"
	now := time.Unix(1_800_000_000, 0).UTC()
	clock := model.Clock(func() time.Time { return now })
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		serial := 0
		newNo := func() string { serial++; return fmt.Sprintf("01TEST%020d", serial) }
		s := New(db, newBox(t), clock, newNo, "https://shop.example")
		ctx := model.WithBrand(t.Context(), model.Platform)
		m, err := s.AddAdministrator(ctx, "Anna")
		check(err)
		check(s.SetLogin(ctx, m.No, email, password))
		made, err := s.BeginTOTP(ctx, m.No, password)
		check(err)
		code := func() string {
			t.Helper()
			now = now.Add(time.Minute) // each is taken once
			code, err := totp.GenerateCode(made.Secret, now)
			check(err)
			return code
		}
		signIn := func(meanwhile func() error) error {
			t.Helper()
			tried, err := s.beginSignIn(ctx, "", email)
			check(err)
			l, anna, err := s.loginOf(ctx, email)
			check(err)
			check(meanwhile())
			_, err = s.comeIn(ctx, tried, l, anna, "", "curl/8", "")
			return err
		}

		check(signIn(func() error { return nil })) // what is being set up does not count yet
		err = signIn(func() error { _, err := s.ConfirmTOTP(ctx, m.No, "", code()); return err })
		if !errors.Is(err, model.ErrSignInRefused) {
			t.Errorf("without a code: %v", err)
		}
		in := SignIn{Email: email, Password: password, Code: code()}
		if _, err := s.SignIn(ctx, in, "curl/8"); err != nil {
			t.Errorf("with one: %v", err)
		}
	})
}
