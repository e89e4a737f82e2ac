package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hutong/model"
	"hutong/service/staff"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

const sessions = "/console/v1/session"

// member is somebody with a password.
type member struct {
	*testshop.Shop
	d     *desk
	t     *testing.T
	no    string
	email string
}

func (d *desk) member(t *testing.T, role model.Role) *member {
	t.Helper()
	s := d.Shop()
	no, _ := d.employ(t, s, role)
	m := &member{s, d, t, no, strings.ToLower(no) + "@example.com"}
	d.must(t, d.Staff.SetLogin(s.Ctx, no, m.email, password))
	return m
}

// signIn sends what a person fills in.
func (m *member) signIn(with, code string, header ...string) reply {
	m.t.Helper()
	body := fmt.Sprintf(`{"brand":%q,"email":%q,"password":%q,"code":%q}`, m.Row.Slug, m.email, with, code)
	return m.d.ask(m.t, http.MethodPost, sessions, "", body, header...)
}

// cookie is the session that an answer begins.
func (r reply) cookie() string {
	r.t.Helper()
	c, err := http.ParseSetCookie(r.header.Get("Set-Cookie"))
	if r.status >= 300 || err != nil {
		r.t.Fatalf("%s: %d, %v: %s", r.of, r.status, err, r.body)
	}
	return c.Value
}

func (m *member) ask(method, path, cookie, body string, header ...string) reply {
	m.t.Helper()
	return m.d.ask(m.t, method, "/console/v1"+path, cookie, body, header...)
}

// A session begins with the password, is told to the browser alone, out of reach of scripts and of other sites, and
// ends when its owner says so.
func TestASession(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleService)
		r := m.signIn(password, "")
		cookie := r.cookie()
		for _, wanted := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
			if !strings.Contains(r.header.Get("Set-Cookie"), wanted) {
				t.Errorf("the cookie is not %s: %s", wanted, r.header.Get("Set-Cookie"))
			}
		}
		if strings.Contains(string(r.body), cookie) {
			t.Error("a script can read the session in the answer")
		}
		if n := m.Count(&model.StaffSession{}, "hash = ?", cookie); n > 0 {
			t.Error("the session is kept as it is")
		}
		var who struct {
			No          string
			Permissions []string
		}
		m.ask(http.MethodGet, "/me", cookie, "").into(&who)
		if who.No != m.no || len(who.Permissions) == 0 {
			t.Errorf("%+v", who)
		}
		m.ask(http.MethodDelete, "/session", cookie, "")
		m.ask(http.MethodGet, "/me", cookie, "").refused(http.StatusUnauthorized, "unauthorized")
	})
}

// Whatever is wrong of brand, address and password, the answer is the same.
func TestNobodyIsToldWhatWasWrong(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m, other := d.member(t, model.RoleOwner), d.member(t, model.RoleOwner)
		suspended := d.member(t, model.RoleOwner)
		_, err := d.Staff.Change(suspended.Ctx, suspended.no, staff.Change{Status: model.StaffSuspended})
		if err == nil {
			t.Fatal("the last owner was suspended")
		}
		d.employ(t, suspended.Shop, model.RoleOwner)
		_, err = d.Staff.Change(suspended.Ctx, suspended.no, staff.Change{Status: model.StaffSuspended})
		d.must(t, err)
		wrong := map[string]string{
			"brand":     fmt.Sprintf(`{"brand":"nowhere","email":%q,"password":%q}`, m.email, password),
			"address":   fmt.Sprintf(`{"brand":%q,"email":"x@example.com","password":%q}`, m.Row.Slug, password),
			"password":  fmt.Sprintf(`{"brand":%q,"email":%q,"password":"another lantern"}`, m.Row.Slug, m.email),
			"both":      fmt.Sprintf(`{"brand":%q,"email":%q,"password":%q}`, other.Row.Slug, m.email, password),
			"platform":  fmt.Sprintf(`{"brand":"","email":%q,"password":%q}`, m.email, password),
			"suspended": fmt.Sprintf(`{"brand":%q,"email":%q,"password":%q}`, suspended.Row.Slug, suspended.email, password),
		}
		said := map[string]bool{}
		for name, body := range wrong {
			r := d.ask(t, http.MethodPost, sessions, "", body)
			r.refused(http.StatusUnauthorized, "sign_in_refused")
			if r.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: a cookie", name)
			}
			text := string(r.body)
			said[text[:strings.Index(text, `"request_id"`)+1]] = true
		}
		if len(said) != 1 {
			t.Errorf("answers differ: %v", said)
		}
	})
}

// A page of another site has nothing done by who is signed in here, however it asks.
func TestOtherSitesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleOwner)
		cookie := m.signIn(password, "").cookie()
		for name, header := range map[string][]string{
			"cross-site":  {"Sec-Fetch-Site", "cross-site"},
			"same-site":   {"Sec-Fetch-Site", "same-site"},
			"an origin":   {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
			"no origin":   {"Sec-Fetch-Site", ""},
			"null":        {"Sec-Fetch-Site", "", "Origin", "null"},
			"a form":      {"Content-Type", "application/x-www-form-urlencoded"},
			"plain text":  {"Content-Type", "text/plain"},
			"a file form": {"Content-Type", "multipart/form-data; boundary=x"},
		} {
			m.ask(http.MethodPost, "/staff", cookie, `{"name":"Eve","role":"owner"}`, header...).
				refused(http.StatusForbidden, "csrf_refused")
			if m.Count(&model.Staff{}, "name = ?", "Eve") != 0 {
				t.Errorf("%s: something was written", name)
			}
		}
		m.signIn(password, "", "Sec-Fetch-Site", "cross-site").refused(http.StatusForbidden, "csrf_refused")
		m.ask(http.MethodPost, "/staff", cookie, `{"name":"Li","role":"viewer"}`).into(&struct{}{})
	})
}

// A session that somebody brings along does not become theirs by signing in: it is another one, each time.
func TestSessionsAreNotFixed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleOwner)
		planted := "hsc_" + strings.Repeat("A", 43)
		first := m.signIn(password, "", "Cookie", "hutong_session="+planted).cookie()
		second := m.signIn(password, "", "Cookie", "hutong_session="+first).cookie()
		if first == planted || second == first {
			t.Error("the session was there before")
		}
		m.ask(http.MethodGet, "/me", planted, "").refused(http.StatusUnauthorized, "unauthorized")
	})
}

// Whoever tries passwords is soon kept waiting, even with the right one, though many try at once; and not for ever.
func TestPasswordsAreNotTried(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleOwner)
		var refused [12]int
		testdb.Race(len(refused), func(i int) error {
			refused[i] = m.signIn(fmt.Sprintf("not the lantern %d", i), "").status
			return nil
		})
		looked := 0
		for _, status := range refused {
			if status == http.StatusUnauthorized {
				looked++
			}
		}
		if looked == 0 || looked > 5 {
			t.Errorf("%d of %d were looked at: %v", looked, len(refused), refused)
		}
		r := m.signIn(password, "")
		r.refused(http.StatusTooManyRequests, "rate_limited")
		if r.header.Get("Retry-After") == "" {
			t.Error("nobody says for how long")
		}
		d.Clock.Turn(16 * time.Minute)
		m.signIn(password, "").cookie()
	})
}

// A password that is changed ends every session but the one that changed it, which is another one from then on.
func TestAChangedPasswordEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleFinance)
		here, there := m.signIn(password, "").cookie(), m.signIn(password, "").cookie()
		const next = "two lanterns for a lane"
		m.ask(http.MethodPut, "/me/password", here, fmt.Sprintf(`{"current":"wrong lantern","password":%q}`, next)).
			refused(http.StatusBadRequest, "password_wrong")
		for code, bad := range map[string]string{"too_short": "lantern", "password_common": "password1234", "password_personal": m.email} {
			m.ask(http.MethodPut, "/me/password", here, fmt.Sprintf(`{"current":%q,"password":%q}`, password, bad)).
				refused(http.StatusBadRequest, code)
		}
		fresh := m.ask(http.MethodPut, "/me/password", here, fmt.Sprintf(`{"current":%q,"password":%q}`, password, next)).cookie()
		for _, old := range []string{here, there} {
			m.ask(http.MethodGet, "/me", old, "").refused(http.StatusUnauthorized, "unauthorized")
		}
		m.ask(http.MethodGet, "/me", fresh, "").into(&struct{}{})
		m.signIn(password, "").refused(http.StatusUnauthorized, "sign_in_refused")
		m.signIn(next, "").cookie()
	})
}

// Sessions are listed for whom they are of, and ended one by one or all; somebody else's are not there.
func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m, other := d.member(t, model.RoleViewer), d.member(t, model.RoleOwner)
		here, there := m.signIn(password, "").cookie(), m.signIn(password, "").cookie()
		var list struct {
			Items []struct {
				No      string
				Current bool
			}
		}
		m.ask(http.MethodGet, "/sessions", here, "").into(&list)
		if len(list.Items) != 2 || list.Items[0].Current || !list.Items[1].Current {
			t.Fatalf("%+v", list)
		}
		other.ask(http.MethodDelete, "/sessions/"+list.Items[0].No, other.signIn(password, "").cookie(), "").
			refused(http.StatusNotFound, "session_not_found")
		m.ask(http.MethodDelete, "/sessions/"+list.Items[0].No, here, "")
		m.ask(http.MethodGet, "/me", there, "").refused(http.StatusUnauthorized, "unauthorized")
		third := m.signIn(password, "").cookie()
		m.ask(http.MethodDelete, "/sessions", here, "")
		m.ask(http.MethodGet, "/me", third, "").refused(http.StatusUnauthorized, "unauthorized")
		m.ask(http.MethodGet, "/me", here, "").into(&struct{}{})
	})
}

// With a second factor the password alone does not do, a code is good once, though many send it at the same moment, and
// so is a recovery code.
func TestASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleOwner)
		here, there := m.signIn(password, "").cookie(), m.signIn(password, "").cookie()
		m.ask(http.MethodPost, "/me/totp", here, `{"password":"wrong lantern"}`).refused(http.StatusBadRequest, "password_wrong")
		var begun struct{ Secret string }
		m.ask(http.MethodPost, "/me/totp", here, fmt.Sprintf(`{"password":%q}`, password)).into(&begun)
		m.signIn(password, "").cookie() // it does not count yet
		var recovery struct {
			Codes []string `json:"recovery_codes"`
		}
		m.ask(http.MethodPut, "/me/totp", here, fmt.Sprintf(`{"code":%q}`, m.code(begun.Secret))).into(&recovery)
		m.ask(http.MethodGet, "/me", there, "").refused(http.StatusUnauthorized, "unauthorized")
		if len(recovery.Codes) != staff.RecoveryCodes || m.Count(&model.StaffRecoveryCode{}, "1 = 1") != staff.RecoveryCodes {
			t.Errorf("%d recovery codes", len(recovery.Codes))
		}

		m.signIn(password, "").refused(http.StatusUnauthorized, "code_required")
		m.signIn(password, m.code(begun.Secret)).refused(http.StatusUnauthorized, "code_wrong") // it has set the factor up
		d.Clock.Turn(2 * time.Minute)
		code := m.code(begun.Secret)
		in := 0
		var statuses [4]int
		testdb.Race(len(statuses), func(i int) error {
			statuses[i] = m.signIn(password, code).status
			return nil
		})
		for _, status := range statuses {
			if status == http.StatusCreated {
				in++
			}
		}
		if in != 1 {
			t.Errorf("one code let %d in: %v", in, statuses)
		}
		d.Clock.Turn(20 * time.Minute)
		m.signIn(password, recovery.Codes[0]).cookie()
		m.signIn(password, recovery.Codes[0]).refused(http.StatusUnauthorized, "code_wrong")

		last := m.signIn(password, recovery.Codes[1]).cookie()
		m.ask(http.MethodDelete, "/me/totp", last, fmt.Sprintf(`{"password":%q,"code":%q}`, password, recovery.Codes[0])).
			refused(http.StatusUnauthorized, "code_wrong")
		m.ask(http.MethodDelete, "/me/totp", last, fmt.Sprintf(`{"password":%q,"code":%q}`, password, recovery.Codes[2]))
		m.signIn(password, "").cookie()
	})
}

// code is what an authenticator app shows now.
func (m *member) code(secret string) string {
	m.t.Helper()
	code, err := totp.GenerateCodeCustom(secret, m.Clock.Now(), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	m.d.must(m.t, err)
	return code
}

// A session ends by itself: after half a day in which nothing was done, and after a week in any case.
func TestSessionsEndByThemselves(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.member(t, model.RoleViewer)
		idle, busy := m.signIn(password, "").cookie(), m.signIn(password, "").cookie()
		for range 16 {
			d.Clock.Turn(10 * time.Hour)
			m.ask(http.MethodGet, "/me", busy, "").into(&struct{}{})
		}
		m.ask(http.MethodGet, "/me", idle, "").refused(http.StatusUnauthorized, "session_expired")
		d.Clock.Turn(9 * time.Hour)
		m.ask(http.MethodGet, "/me", busy, "").refused(http.StatusUnauthorized, "session_expired")
	})
}

// What is sent before anybody is signed in is small.
func TestSigningInTakesLittle(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		body := `{"brand":"x","email":"y@example.com","password":"` + strings.Repeat("a", 8<<10) + `"}`
		d.ask(t, http.MethodPost, sessions, "", body).refused(http.StatusRequestEntityTooLarge, "too_large")
	})
}
