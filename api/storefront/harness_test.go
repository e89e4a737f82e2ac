package storefront_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hutong/api"
	"hutong/api/storefront"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// front is a world behind the real router.
type front struct {
	*testshop.World
	api *api.API
}

func each(t *testing.T, test func(t *testing.T, f *front)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := testshop.NewWorld(t, db, clock)
		a, err := api.New(api.Options{
			Brand: w.Brand.Resolve, Verify: w.Identity.Authenticate, WeChatPay: w.Payment.Notified, PushEcho: w.Push.Echo, Push: w.Push.Pushed, Clock: clock.Now,
			Storefront: &storefront.Server{Services: w.Services},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Handle(a) // WeChat's notifications go through the router too
		test(t, &front{w, a})
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

// reply is what the API answered.
type reply struct {
	t      *testing.T
	of     string
	status int
	header http.Header
	body   []byte
}

// ask sends a request; header has names and values in turn.
func (f *front) ask(t *testing.T, method, path, token, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, r)
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

// want wants a status.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Errorf("%s: %d, want %d: %s", r.of, r.status, status, r.body)
	}
	return r
}

// refused wants a problem document with these errors, "field: code" or the code alone.
func (r reply) refused(status int, want ...string) {
	r.t.Helper()
	var p struct {
		Code, Field string
		Errors      []struct{ Code, Field string }
	}
	if err := json.Unmarshal(r.body, &p); err != nil || r.header.Get("Content-Type") != "application/problem+json" {
		r.t.Errorf("%s: %d %s: %v", r.of, r.status, r.body, err)
		return
	}
	name := func(code, field string) string {
		if field != "" {
			return field + ": " + code
		}
		return code
	}
	got := []string{name(p.Code, p.Field)}
	if len(p.Errors) > 0 {
		got = got[:0]
		for _, e := range p.Errors {
			got = append(got, name(e.Code, e.Field))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || r.status != status {
		r.t.Errorf("%s: %d, want %d: %s%s", r.of, r.status, status, diff, r.body)
	}
}

// signIn is the token of a person in a shop.
func (f *front) signIn(t *testing.T, s *testshop.Shop, person string) string {
	t.Helper()
	var session struct{ Token string }
	f.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/session", "", `{"code":"`+f.code(t, s, person)+`"}`).into(&session)
	return session.Token
}

func (f *front) code(t *testing.T, s *testshop.Shop, person string) string {
	t.Helper()
	code, err := f.Sim.LoginCode(s.Merchant.AppID, person)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
