package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hutong/api"
	"hutong/model"
	"hutong/service/staff"
	"hutong/service/testdb"
)

const signInPath = "/console/v1/session"

func signInBody(brand, email, password, code string) string {
	return fmt.Sprintf(`{"brand":%q,"email":%q,"password":%q,"code":%q}`, brand, email, password, code)
}

// cookieOf is the session that an answer gives the browser.
func (r reply) cookieOf() *http.Cookie {
	r.t.Helper()
	all := (&http.Response{Header: r.header}).Cookies()
	if len(all) != 1 {
		r.t.Fatalf("%s: %d %v %s", r.of, r.status, r.header, r.body)
	}
	return all[0]
}

// Signing in and out: the cookie, who one is, a new session each time, and none after the end.
func TestSignInAndOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleFinance)
		planted := d.session(t, s, no) // an attacker may plant a cookie: it is not what one gets
		r := d.ask(t, http.MethodPost, signInPath, planted, signInBody(s.Row.Slug, " "+strings.ToUpper(email(no)), password, ""))
		var who struct {
			No, Brand, Role, Email, Session string
			Permissions                     []string
		}
		r.into(&who)
		c := r.cookieOf()
		if r.status != http.StatusCreated || who.No != no || who.Brand != s.Row.Slug || who.Role != "finance" || who.Session == "" || len(who.Permissions) == 0 {
			t.Errorf("%d %+v", r.status, who)
		}
		if c.Value == planted || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 7*24*3600 {
			t.Errorf("%+v", c)
		}
		var again struct{ Session string }
		d.ask(t, http.MethodGet, me, c.Value, "").into(&again)
		if again.Session != who.Session {
			t.Errorf("%+v", again)
		}
		out := d.ask(t, http.MethodDelete, signInPath, c.Value, "")
		if out.status != http.StatusNoContent || out.cookieOf().MaxAge >= 0 {
			t.Errorf("%d %v", out.status, out.header)
		}
		d.ask(t, http.MethodGet, me, c.Value, "").refused(http.StatusUnauthorized, "unauthorized")
		d.ask(t, http.MethodGet, me, planted, "").into(&struct{}{})
	})
}

// Wrong password, wrong address, wrong brand, somebody suspended: one and the same answer, and the same hashing.
func TestNobodyLearnsWhoIsThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleViewer)
		d.session(t, s, no)
		suspended, _ := d.employ(t, s, model.RoleViewer)
		d.session(t, s, suspended)
		_, err := d.Staff.Change(s.Ctx, suspended, staff.Change{Status: model.StaffSuspended})
		d.must(t, err)
		var bodies []string
		for _, body := range []string{
			signInBody(s.Row.Slug, email(no), "not the password", ""),
			signInBody(s.Row.Slug, "nobody@example.com", password, ""),
			signInBody("no-such-shop", email(no), password, ""),
			signInBody("", email(no), password, ""),
			signInBody(s.Row.Slug, email(suspended), password, ""),
			signInBody(s.Row.Slug, "", "", ""),
		} {
			r := d.ask(t, http.MethodPost, signInPath, "", body, "X-Request-Id", "the-same-id")
			r.refused(http.StatusUnauthorized, "sign_in_refused")
			bodies = append(bodies, string(r.body))
		}
		for _, b := range bodies {
			if b != bodies[0] {
				t.Errorf("%s\n%s", bodies[0], b)
			}
		}
	})
}

// Whoever guesses is kept waiting, right or wrong, a hundred at once too; then the owner comes in again.
func TestBruteForce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleOwner)
		d.session(t, s, no)
		wrong := signInBody(s.Row.Slug, email(no), "not the password", "")
		looked := 0
		for _, r := range testdb.Race(30, func(int) reply { return d.ask(t, http.MethodPost, signInPath, "", wrong) }) {
			if r.status == http.StatusUnauthorized {
				looked++
			} else if r.status != http.StatusTooManyRequests && r.status != http.StatusServiceUnavailable && r.status != http.StatusConflict {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
		if looked > 5 {
			t.Errorf("%d guesses were looked at", looked)
		}
		for range 6 {
			d.ask(t, http.MethodPost, signInPath, "", wrong)
		}
		r := d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, ""))
		r.refused(http.StatusTooManyRequests, "rate_limited")
		if r.header.Get("Retry-After") == "" {
			t.Errorf("%v", r.header)
		}
		d.Clock.Turn(16 * time.Minute)
		d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, "")).into(&struct{}{})
	})
}

// Pages of other sites have nothing done by whoever is signed in here.
func TestCSRF(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, token := d.employ(t, s, model.RoleOwner)
		session := d.session(t, s, no)
		body := `{"name":"Eve","role":"owner"}`
		for name, c := range map[string]struct {
			ok     bool
			header []string
		}{
			"our page":                   {true, []string{"Sec-Fetch-Site", "same-origin"}},
			"another site":               {false, []string{"Sec-Fetch-Site", "cross-site"}},
			"another host of the domain": {false, []string{"Sec-Fetch-Site", "same-site"}},
			"nothing said":               {false, []string{"Sec-Fetch-Site", ""}},
			"our origin":                 {true, []string{"Sec-Fetch-Site", "", "Origin", "http://example.com"}},
			"another origin":             {false, []string{"Sec-Fetch-Site", "", "Origin", "http://evil.example"}},
			"another port":               {false, []string{"Sec-Fetch-Site", "", "Origin", "http://example.com:81"}},
			"no origin":                  {false, []string{"Sec-Fetch-Site", "", "Origin", "null"}},
			"said twice":                 {false, []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://example.com"}},
			"a form":                     {false, []string{"Content-Type", "text/plain"}},
			"a form of fields":           {false, []string{"Content-Type", "application/x-www-form-urlencoded"}},
			"a form with files":          {false, []string{"Content-Type", "multipart/form-data; boundary=x"}},
		} {
			r := d.ask(t, http.MethodPost, "/console/v1/staff", session, body, c.header...)
			if c.ok && r.status != http.StatusCreated {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
			if !c.ok {
				r.refused(http.StatusForbidden, "csrf_refused")
			}
		}
		d.ask(t, http.MethodPost, "/console/v1/staff", token, body, "Sec-Fetch-Site", "cross-site").into(&struct{}{})
		d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, ""), "Sec-Fetch-Site", "cross-site").
			refused(http.StatusForbidden, "csrf_refused")
		d.ask(t, http.MethodGet, me, session, "", "Sec-Fetch-Site", "cross-site").into(&struct{}{})
		if n := s.Count(&model.Staff{}, "name = ?", "Eve"); n != 3 {
			t.Errorf("%d", n)
		}
	})
}

// Pages of other sites have nothing at all done by whoever is signed in here: each operation that changes something, as
// a script of another site, as a form of each kind, and as an upload without our own header.
func TestCSRFOnEveryOperation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleOwner)
		sessions := map[bool]string{false: d.session(t, s, no), true: d.administrator(t).session}
		tried := 0
		for _, o := range d.operations(t) {
			if o.method == http.MethodGet {
				continue
			}
			credential := sessions[o.Permission == string(model.PermitPlatform)]
			ways := [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "http://evil.example"}, {"Sec-Fetch-Site", ""}}
			if o.public() { // who is nobody here has nothing done in their name, unless it is signing them in as another
				ways = ways[:3]
			} else if o.body() != "" {
				for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=" + boundary} {
					ways = append(ways, []string{"Content-Type", kind})
				}
			}
			for _, way := range ways {
				r := d.ask(t, o.method, o.nowhere(), credential, o.body(), append(way, "Idempotency-Key", "forged-"+o.ID)...)
				if r.refused(http.StatusForbidden, "csrf_refused"); t.Failed() {
					t.Fatalf("%s by %v", o.ID, way)
				}
				tried++
			}
		}
		if tried < 400 {
			t.Errorf("only %d were tried", tried)
		}
		d.ask(t, http.MethodGet, me, sessions[false], "").into(&struct{}{}) // nobody was even signed out
	})
}

// Whoever has somebody's browser and guesses the password or the code there is kept waiting, at each place that asks.
func TestGuessingInsideASession(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var doc document
		described, err := d.api.ConsoleOpenAPI()
		d.must(t, err)
		d.must(t, json.Unmarshal(described, &doc))
		asked := 0
		for _, o := range d.operations(t) {
			body, has := doc.Paths[o.path][strings.ToLower(o.method)].RequestBody.Content["application/json"]
			if !has || !o.sessionOnly() {
				continue
			}
			var fields [][]string
			doc.texts(body.Schema, nil, &fields)
			guess, secret := map[string]string{}, false
			for _, at := range fields {
				switch name := at[len(at)-1]; name {
				case "current", "password":
					guess[name], secret = "not the password of anybody", true
				case "code":
					guess[name], secret = "000000", true
				default:
					guess[name] = "x"
				}
			}
			if !secret {
				continue
			}
			asked++
			s := d.Shop()
			no, _ := d.employ(t, s, model.RoleOwner)
			session, last := d.session(t, s, no), reply{}
			if strings.HasSuffix(o.path, "/me/totp") && o.method != http.MethodPost { // which comes after another
				var begun struct{ Secret string }
				d.ask(t, http.MethodPost, "/console/v1/me/totp", session, fmt.Sprintf(`{"password":%q}`, password)).into(&begun)
				if o.method == http.MethodDelete {
					code, err := totp.GenerateCode(begun.Secret, d.Clock.Now())
					d.must(t, err)
					d.ask(t, http.MethodPut, "/console/v1/me/totp", session, fmt.Sprintf(`{"code":%q}`, code)).into(&struct{}{})
				}
			}
			for range 12 {
				last = d.ask(t, o.method, o.nowhere(), session, mustJSON(guess))
			}
			if last.status != http.StatusTooManyRequests {
				t.Errorf("%s takes guess after guess: %d %s", o.ID, last.status, last.body)
			}
		}
		if asked < 3 {
			t.Errorf("only %d places ask", asked)
		}
	})
}

// The second factor: asked for, taken once even by twenty at once, replaced by a recovery code once.
func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleOwner)
		session := d.session(t, s, no)
		d.ask(t, http.MethodPost, "/console/v1/me/totp", session, `{"password":"not the password"}`).refused(http.StatusBadRequest, "password_wrong")
		var begun struct{ Secret, URI, QR string }
		d.ask(t, http.MethodPost, "/console/v1/me/totp", session, fmt.Sprintf(`{"password":%q}`, password)).into(&begun)
		code := func() string {
			c, err := totp.GenerateCode(begun.Secret, d.Clock.Now())
			d.must(t, err)
			return c
		}
		d.ask(t, http.MethodPut, "/console/v1/me/totp", session, `{"code":"000000"}`).refused(http.StatusUnauthorized, "code_wrong")
		var recovery struct {
			Codes []string `json:"recovery_codes"`
		}
		d.ask(t, http.MethodPut, "/console/v1/me/totp", session, fmt.Sprintf(`{"code":%q}`, code())).into(&recovery)
		if len(recovery.Codes) != 10 || !strings.HasPrefix(begun.QR, "data:image/png;base64,") {
			t.Errorf("%d codes, %s", len(recovery.Codes), begun.QR[:min(30, len(begun.QR))])
		}
		var l model.StaffLogin
		d.must(t, d.DB.Read(s.Ctx).Take(&l).Error)
		if len(l.TOTPSealed) == 0 || strings.Contains(string(l.TOTPSealed), begun.Secret) {
			t.Error("the secret is not sealed")
		}
		try := func(code string) reply {
			return d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, code))
		}
		try("").refused(http.StatusUnauthorized, "code_required")
		try(code()).refused(http.StatusUnauthorized, "code_wrong") // that set it up
		d.Clock.Turn(time.Minute)
		in := 0
		for _, r := range testdb.Race(4, func(int) reply { return try(code()) }) {
			if r.status == http.StatusCreated {
				in++
			}
		}
		if in != 1 {
			t.Errorf("one code let %d in", in)
		}
		d.Clock.Turn(time.Hour)
		try(strings.ToLower(recovery.Codes[3])).into(&struct{}{})
		try(recovery.Codes[3]).refused(http.StatusUnauthorized, "code_wrong")
	})
}

// A brand that asks for a second factor lets nobody do anything before they have one; tokens are machines'.
func TestBrandAsksForASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, token := d.employ(t, s, model.RoleOwner)
		session := d.session(t, s, no)
		d.ask(t, http.MethodPut, "/console/v1/security", session, `{"require_totp":true}`).into(&struct{}{})
		var who struct {
			Must bool `json:"totp_required"`
		}
		d.ask(t, http.MethodGet, me, session, "").into(&who)
		if !who.Must {
			t.Error("it is not told")
		}
		d.ask(t, http.MethodGet, "/console/v1/orders", session, "").refused(http.StatusForbidden, "totp_required")
		d.ask(t, http.MethodPut, "/console/v1/security", session, `{"require_totp":false}`).refused(http.StatusForbidden, "totp_required")
		d.ask(t, http.MethodGet, "/console/v1/orders", token, "").into(&struct{}{})
		d.ask(t, http.MethodPost, "/console/v1/me/totp", session, fmt.Sprintf(`{"password":%q}`, password)).into(&struct{}{})
	})
}

// An invitation is taken by one of twenty at once; afterwards, and when it is withdrawn or old, it is gone.
func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, owner := d.employ(t, s, model.RoleOwner)
		invite := func(email string) (made staff.NewInvitation) {
			d.ask(t, http.MethodPost, "/console/v1/invitations", owner, fmt.Sprintf(`{"email":%q,"role":"finance"}`, email)).into(&made)
			return made
		}
		accept := func(token, password string) reply {
			return d.ask(t, http.MethodPost, "/console/v1/invitation", "", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password))
		}
		made := invite("Carla@example.com")
		accept(made.Token, "short").refused(http.StatusBadRequest, "too_short")
		accept(made.Token, "password123456").refused(http.StatusBadRequest, "password_common")
		accept(made.Token, "carla@example.com").refused(http.StatusBadRequest, "password_personal")
		taken := 0
		for _, r := range testdb.Race(8, func(int) reply { return accept(made.Token, password) }) {
			if r.status == http.StatusOK {
				taken++
			} else {
				r.refused(http.StatusGone, "invitation_gone")
			}
		}
		if n := s.Count(&model.StaffLogin{}, "email = ?", "carla@example.com"); taken != 1 || n != 1 {
			t.Errorf("taken %d times, %d logins", taken, n)
		}
		d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, "carla@example.com", password, "")).into(&struct{}{})
		d.ask(t, http.MethodPost, "/console/v1/invitations", owner, `{"email":"carla@example.com","role":"viewer"}`).refused(http.StatusConflict, "email_taken")

		withdrawn, late, again := invite("a@example.com"), invite("b@example.com"), invite("c@example.com")
		newer := invite("c@example.com")
		d.ask(t, http.MethodDelete, "/console/v1/invitations/"+withdrawn.No, owner, "")
		for _, token := range []string{withdrawn.Token, again.Token, "hti_nothing", made.Token} {
			accept(token, password).refused(http.StatusGone, "invitation_gone")
			d.ask(t, http.MethodGet, "/console/v1/invitation?token="+token, "", "").refused(http.StatusGone, "invitation_gone")
		}
		d.ask(t, http.MethodGet, "/console/v1/invitation?token="+newer.Token, "", "").into(&struct{}{})
		d.Clock.Turn(7*24*time.Hour + time.Second)
		accept(late.Token, password).refused(http.StatusGone, "invitation_gone")
	})
}

// When the password changes, by oneself or by a reset, and when somebody is suspended, every session ends.
func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, owner := d.employ(t, s, model.RoleOwner)
		no, _ := d.employ(t, s, model.RoleViewer)
		first := d.session(t, s, no)
		r := d.ask(t, http.MethodPut, "/console/v1/me/password", first, fmt.Sprintf(`{"current":%q,"password":"another lantern hangs"}`, password))
		second := r.cookieOf().Value
		d.ask(t, http.MethodGet, me, first, "").refused(http.StatusUnauthorized, "unauthorized")
		d.ask(t, http.MethodGet, me, second, "").into(&struct{}{})
		var made staff.NewInvitation
		d.ask(t, http.MethodPost, "/console/v1/staff/"+no+"/reset", owner, "").into(&made)
		d.ask(t, http.MethodPost, "/console/v1/invitation", "", fmt.Sprintf(`{"token":%q,"password":%q}`, made.Token, password)).into(&struct{}{})
		d.ask(t, http.MethodGet, me, second, "").refused(http.StatusUnauthorized, "unauthorized")
		third := d.session(t, s, no)
		for _, status := range []string{"suspended", "active"} {
			d.ask(t, http.MethodPatch, "/console/v1/staff/"+no, owner, `{"status":"`+status+`"}`).into(&struct{}{})
			d.ask(t, http.MethodGet, me, third, "").refused(http.StatusUnauthorized, "unauthorized")
		}
		fourth := d.session(t, s, no)
		for range 15 { // is used every eleven hours, and ends all the same
			d.Clock.Turn(11 * time.Hour)
			d.ask(t, http.MethodGet, me, fourth, "").into(&struct{}{})
		}
		d.Clock.Turn(4 * time.Hour)
		d.ask(t, http.MethodGet, me, fourth, "").refused(http.StatusUnauthorized, "session_expired")
		fifth := d.session(t, s, no)
		d.Clock.Turn(12*time.Hour + time.Second)
		d.ask(t, http.MethodGet, me, fifth, "").refused(http.StatusUnauthorized, "session_expired")
	})
}

// An administrator opens a brand, whose owner comes in by the link, and sees nothing of any brand.
func TestPlatform(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ada := d.administrator(t)
		body := `{"slug":"new-lane","name":{"en":"New Lane"},"languages":["en"],"owner":{"email":"olga@example.com"}}`
		var made struct{ Invitation staff.NewInvitation }
		d.ask(t, http.MethodPost, "/console/v1/platform/brands", ada.session, body).into(&made)
		d.ask(t, http.MethodPost, "/console/v1/platform/brands", ada.session, body).refused(http.StatusConflict, "slug_taken")
		d.ask(t, http.MethodPost, "/console/v1/invitation", "", fmt.Sprintf(`{"token":%q,"password":%q}`, made.Invitation.Token, password)).into(&struct{}{})
		r := d.ask(t, http.MethodPost, signInPath, "", signInBody("new-lane", "olga@example.com", password, ""))
		var who struct{ Role, Brand string }
		if r.into(&who); who.Role != "owner" || who.Brand != "new-lane" {
			t.Errorf("%+v", who)
		}
		var page struct {
			Items []struct{ Slug, Status string }
		}
		d.ask(t, http.MethodGet, "/console/v1/platform/brands", ada.session, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Slug != "new-lane" {
			t.Errorf("%+v", page)
		}
		d.ask(t, http.MethodPut, "/console/v1/platform/brands/new-lane/status", ada.session, `{"status":"suspended"}`).into(&struct{}{})
		d.ask(t, http.MethodGet, "/v1/new-lane/categories", "", "").refused(http.StatusNotFound, "brand_not_found")
	})
}

// What is sent before anybody is signed in is small, and JSON of what there is.
func TestBodiesOfStrangers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		post := func(body string, header ...string) reply {
			return d.ask(t, http.MethodPost, signInPath, "", body, header...)
		}
		post(signInBody("x", "a@example.com", password, "")+strings.Repeat(" ", 5<<10)).refused(http.StatusRequestEntityTooLarge, "too_large")
		post(signInBody("x", "a@example.com", strings.Repeat("x", 600), "")).refused(http.StatusBadRequest, "too_long")
		post(`{"brand":"x"`).refused(http.StatusBadRequest, "malformed")
		post(`{"brand":"x","email":"a@example.com","password":"x","role":"owner"}`).refused(http.StatusBadRequest, "unknown_field")
		post("brand=x", "Content-Type", "application/x-www-form-urlencoded").refused(http.StatusUnsupportedMediaType, "unsupported_media_type")
	})
}

// Over HTTPS the cookie is for HTTPS and this very host alone, and only our own address may ask.
func TestCookieOverHTTPS(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleOwner)
		plain := d.session(t, s, no)
		c := d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, "")).cookieOf()
		if c.Name != "__Host-hutong" || !c.Secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("%+v", c)
		}
		d.ask(t, http.MethodGet, me, plain, "").refused(http.StatusUnauthorized, "unauthorized") // by the other name
		sent := "__Host-hutong=" + c.Value
		d.ask(t, http.MethodGet, me, "", "", "Cookie", sent).into(&struct{}{})
		for origin, status := range map[string]int{
			"https://console.example": http.StatusNoContent, "http://console.example": http.StatusForbidden, "http://example.com": http.StatusForbidden,
			"https://example.com": http.StatusForbidden,
		} {
			if r := d.ask(t, http.MethodDelete, "/console/v1/sessions", "", "", "Cookie", sent, "Origin", origin); r.status != status {
				t.Errorf("%s: %d %s", origin, r.status, r.body)
			}
		}
	}, func(o *api.Options) { o.BaseURL = "https://console.example" })
}
