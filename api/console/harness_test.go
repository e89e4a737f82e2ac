package console_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hutong/api"
	"hutong/api/console"
	"hutong/api/endpoint"
	"hutong/api/storefront"
	"hutong/model"
	"hutong/service/database"
	"hutong/service/staff"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// desk is a world behind the real router.
type desk struct {
	*testshop.World
	api *api.API
}

func each(t *testing.T, test func(t *testing.T, d *desk), options ...func(*api.Options)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := testshop.NewWorld(t, db, clock)
		o := api.Options{
			Brand: w.Brand.Resolve, Verify: w.Identity.Authenticate, WeChatPay: w.Payment.Notified, PushEcho: w.Push.Echo, Push: w.Push.Pushed, Clock: clock.Now,
			Storefront: &storefront.Server{Services: w.Services}, Authenticate: w.Staff.Authenticate, AuthenticateSession: w.Staff.AuthenticateSession, BrandByID: w.Brand.ByID,
			Console: &console.Server{Services: w.Services},
		}
		for _, option := range options {
			option(&o)
		}
		a, err := api.New(o)
		if err != nil {
			t.Fatal(err)
		}
		test(t, &desk{w, a})
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

// employ is the token of a new member of a shop's staff.
func (d *desk) employ(t *testing.T, s *testshop.Shop, role model.Role) (no, token string) {
	t.Helper()
	m, err := d.Staff.Add(s.Ctx, staff.Input{Name: string(role), Role: role})
	if err != nil {
		t.Fatal(err)
	}
	made, err := d.Staff.NewToken(s.Ctx, m.No, staff.TokenInput{Name: "test", Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	return m.No, made.Token
}

const password = "a lantern for every lane"

// email is the address by which session lets somebody sign in.
func email(staffNo string) string { return strings.ToLower(staffNo) + "@example.com" }

// session is a new session of a member of a shop's staff, who signs in with password from now on.
func (d *desk) session(t *testing.T, s *testshop.Shop, staffNo string) string {
	t.Helper()
	if err := d.Staff.SetLogin(s.Ctx, staffNo, email(staffNo), password); err != nil {
		t.Fatal(err)
	}
	made, err := d.Staff.SignIn(t.Context(), staff.SignIn{Brand: s.Row.Slug, Email: email(staffNo), Password: password}, "")
	if err != nil {
		t.Fatal(err)
	}
	return made.Cookie
}

// reply is what the API answered.
type reply struct {
	t      *testing.T
	of     string
	status int
	header http.Header
	body   []byte
}

// ask asks as whom an access token or a session belongs to, by its header or as a browser does.
func (d *desk) ask(t *testing.T, method, path, credential, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(body, "--"+boundary) {
			r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		}
	}
	switch {
	case strings.HasPrefix(credential, "hsc_"):
		r.AddCookie(&http.Cookie{Name: "hutong_session", Value: credential})
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	case credential != "":
		r.Header.Set("Authorization", "Bearer "+credential)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	return reply{t, method + " " + path, w.Code, w.Header(), w.Body.Bytes()}
}

// into wants a success, and reads it.
func (r reply) into(v any) {
	r.t.Helper()
	if r.status >= 300 {
		r.t.Fatalf("%s: %d %s", r.of, r.status, r.body)
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%s: %v: %s", r.of, err, r.body)
	}
}

// refused wants a problem with this status and code.
func (r reply) refused(status int, code string) {
	r.t.Helper()
	var p struct{ Code string }
	if err := json.Unmarshal(r.body, &p); err != nil || r.status != status || p.Code != code {
		r.t.Errorf("%s: %d, want %d %s: %s", r.of, r.status, status, code, r.body)
	}
}

// operation is one of the console's, as its description has it.
type operation struct {
	method, path string
	ID           string `json:"operationId"`
	Permission   string `json:"x-permission"`
	RequestBody  any    `json:"requestBody"`
	Security     []map[string][]string
	Parameters   []parameter
}

// parameter is one of an operation's.
type parameter struct{ Name string }

// public tells whether nobody need be signed in.
func (o operation) public() bool { return o.Permission == string(endpoint.PermitPublic) }

// sessionOnly tells whether an access token does not do.
func (o operation) sessionOnly() bool { return len(o.Security) == 1 }

// at is the operation's path with what it is about in it.
func (o operation) at(of string) string {
	path := strings.NewReplacer("{no}", of, "{id}", of, "{day}", of, "{handle}", of, "{slug}", of).Replace(o.path)
	if o.ID == "get-invitation" {
		path += "?token=" + of
	}
	return path
}

// nowhere is the operation's path with what there is not.
func (o operation) nowhere() string {
	return strings.NewReplacer("{no}", "01JZQ4T7M9S8X5N2K6V3B1C0DE", "{id}", "999999999", "{day}", "2026-05-01", "{handle}", "nothing", "{slug}", "nothing").Replace(o.path)
}

// allows tells what the permission table says.
func (o operation) allows(role model.Role) bool {
	p := model.Permission(o.Permission)
	switch p {
	case endpoint.PermitPublic, endpoint.PermitSelf:
		return true
	case endpoint.PermitEverybody:
		return role != model.RoleAdministrator
	}
	return role.May(p)
}

func (d *desk) operations(t *testing.T) (all []operation) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	description, err := d.api.ConsoleOpenAPI()
	if err == nil {
		err = json.Unmarshal(description, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	if len(all) < 10 {
		t.Fatalf("only %d operations", len(all))
	}
	return all
}

func (o operation) body() string {
	if o.method == http.MethodGet || o.method == http.MethodDelete || o.RequestBody == nil {
		return ""
	}
	return "{}"
}
