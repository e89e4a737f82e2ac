package console_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/api/limit"
	"hutong/model"
)

const me = "/console/v1/me"

// Whoever guesses tokens is soon kept waiting, though each guess is another one, and others are not.
func TestGuessing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, owner := d.employ(t, d.Shop(), model.RoleOwner)
		guess := func(from string) reply {
			return d.ask(t, http.MethodGet, me, "hts_"+strings.Repeat("A", 43), "", "X-Forwarded-For", from)
		}
		for range 5 {
			guess("198.51.100.1").refused(http.StatusUnauthorized, "unauthorized")
		}
		guess("198.51.100.1").refused(http.StatusTooManyRequests, "rate_limited")
		d.ask(t, http.MethodGet, me, owner, "", "X-Forwarded-For", "198.51.100.1").refused(http.StatusTooManyRequests, "rate_limited")
		d.ask(t, http.MethodGet, me, owner, "", "X-Forwarded-For", "198.51.100.2").into(&struct{}{})
	}, func(o *api.Options) {
		o.PerAddress = limit.Rate{PerSecond: 0.1, Burst: 5}
		o.TrustedProxies = []string{"192.0.2.0/24"}
	})
}

// A member of staff has one limit, from wherever and with whichever of their tokens they call.
func TestOneLimitPerMemberOfStaff(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, owner := d.employ(t, s, model.RoleOwner)
		_, other := d.employ(t, s, model.RoleOwner)
		var made struct{ Token string }
		d.ask(t, http.MethodPost, "/console/v1/staff/"+no+"/tokens", owner, `{"name":"second","days":1}`).into(&made)
		d.ask(t, http.MethodGet, me, made.Token, "").into(&struct{}{})
		d.ask(t, http.MethodGet, me, owner, "").into(&struct{}{})
		for _, token := range []string{owner, made.Token} {
			d.ask(t, http.MethodGet, me, token, "").refused(http.StatusTooManyRequests, "rate_limited")
		}
		d.ask(t, http.MethodGet, me, other, "").into(&struct{}{})
		d.Clock.Turn(10 * time.Second)
		d.ask(t, http.MethodGet, me, owner, "").into(&struct{}{})
	}, func(o *api.Options) { o.PerStaff = limit.Rate{PerSecond: 0.1, Burst: 3} })
}

// A body that is too large, malformed, of another type or with fields that there are not is refused before
// anything happens.
func TestBodies(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, owner := d.employ(t, s, model.RoleOwner)
		post := func(body string) reply { return d.ask(t, http.MethodPost, "/console/v1/staff", owner, body) }
		post(`{"name":"Anna","role":"viewer"}`+strings.Repeat(" ", 300)).refused(http.StatusRequestEntityTooLarge, "too_large")
		post(`{"name":"Anna"`).refused(http.StatusBadRequest, "malformed")
		post(`{"name":"Anna","role":"root"}`).refused(http.StatusBadRequest, "not_one_of")
		post(`{"name":"Anna","role":"viewer","brand_id":2}`).refused(http.StatusBadRequest, "unknown_field")
		post(`{"name":"`+strings.Repeat("王", 65)+`","role":"viewer"}`).refused(http.StatusBadRequest, "too_long")
		if n := s.Count(&model.Staff{}, "1 = 1"); n != 1 {
			t.Errorf("%d people work there", n)
		}
	}, func(o *api.Options) { o.MaxBody = 256 })
}

// A refusal names the permission that is missing, in the language that the caller reads, whatever the shop's.
func TestARefusalNamesThePermission(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, token := d.employ(t, d.Shop(), model.RoleViewer)
		for _, language := range model.Languages {
			r := d.ask(t, http.MethodGet, "/console/v1/staff", token, "", "Accept-Language", language)
			r.refused(http.StatusForbidden, "forbidden")
			var p struct {
				Detail string
				Args   map[string]string
			}
			if err := json.Unmarshal(r.body, &p); err != nil {
				t.Fatal(err)
			}
			if r.header.Get("Content-Language") != language || p.Args["permission"] != string(model.PermitStaffManage) || !strings.Contains(p.Detail, "staff.manage") {
				t.Errorf("%s: %+v", language, p)
			}
		}
	})
}

// A token is in the one answer that makes it, which nobody keeps, and in no log.
func TestTokensAreTold(t *testing.T) {
	var log bytes.Buffer
	each(t, func(t *testing.T, d *desk) {
		log.Reset()
		no, owner := d.employ(t, d.Shop(), model.RoleOwner)
		r := d.ask(t, http.MethodPost, "/console/v1/staff/"+no+"/tokens", owner, `{"name":"books","days":1}`)
		var made struct{ Token string }
		if r.into(&made); r.header.Get("Cache-Control") != "no-store" || len(made.Token) < 40 {
			t.Errorf("%v: %s", r.header, r.body)
		}
		for _, path := range []string{me, "/staff", "/console/v1/staff", "/console/v1/audit-log", "/console/v1/orders/nothing", "/console/v1/jobs?cursor=x"} {
			for _, token := range []string{made.Token, made.Token + "x"} {
				if r := d.ask(t, http.MethodGet, path, token, ""); strings.Contains(string(r.body), token[4:]) {
					t.Errorf("%s tells the token: %s", path, r.body)
				}
			}
		}
		if !strings.Contains(log.String(), "/console/v1/staff/:no/tokens") || strings.Contains(log.String(), "hts_") || strings.Contains(log.String(), made.Token[4:]) {
			t.Errorf("the log: %s", log.String())
		}
	}, func(o *api.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
}
