package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/staff"
)

// Every operation × every role: allowed or refused exactly as the permission table says. A role that is allowed
// gets past the gate: what it is answered then is not "unauthorized" nor "forbidden".
func TestEveryOperationAsksForItsPermission(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		for _, role := range model.Roles {
			_, token := d.employ(t, s, role)
			for _, o := range d.operations(t) {
				r := d.ask(t, o.method, o.nowhere(), token, o.body(), "Idempotency-Key", "matrix-"+o.ID)
				if !o.allows(role) {
					r.refused(http.StatusForbidden, "forbidden")
				} else if r.status == http.StatusForbidden || r.status == http.StatusUnauthorized || r.status >= 500 {
					t.Errorf("%s as %s: %d %s", o.ID, role, r.status, r.body)
				}
			}
		}
	})
}

// Nobody gets in without a token that is good: none, altered, expired, revoked, of somebody suspended, or a
// consumer's; and a token of the staff opens no shop.
func TestOnlyAGoodTokenGetsIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, owner := d.employ(t, s, model.RoleOwner)
		suspended, tokenOfSuspended := d.employ(t, s, model.RoleOwner)
		if _, err := d.Staff.Change(s.Ctx, suspended, staff.Change{Status: model.StaffSuspended}); err != nil {
			t.Fatal(err)
		}
		revokedNo, _ := d.employ(t, s, model.RoleOwner)
		revoked, err := d.Staff.NewToken(s.Ctx, revokedNo, staff.TokenInput{Name: "lost", Days: 300})
		if err != nil {
			t.Fatal(err)
		}
		d.ask(t, http.MethodGet, "/console/v1/me", revoked.Token, "").into(&struct{}{})
		if err := d.Staff.RevokeToken(s.Ctx, revoked.No); err != nil {
			t.Fatal(err)
		}
		code, err := d.Sim.LoginCode(s.Merchant.AppID, "ann")
		if err != nil {
			t.Fatal(err)
		}
		var session struct{ Token string }
		d.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/session", "", fmt.Sprintf(`{"code":%q}`, code)).into(&session)

		bad := map[string]string{
			"none": "", "altered": owner[:len(owner)-1] + "A", "short": owner[:20], "long": owner + "x", "no prefix": owner[4:],
			"suspended": tokenOfSuspended, "revoked": revoked.Token, "a consumer's": session.Token,
		}
		if owner[len(owner)-1] == 'A' {
			bad["altered"] = owner[:len(owner)-1] + "E"
		}
		for _, o := range d.operations(t) {
			for name, token := range bad {
				r := d.ask(t, o.method, o.nowhere(), token, o.body())
				if r.status != http.StatusUnauthorized {
					t.Errorf("%s with a token that is %s: %d", o.ID, name, r.status)
				}
			}
		}
		d.ask(t, http.MethodGet, "/v1/"+s.Row.Slug+"/me", owner, "").refused(http.StatusUnauthorized, "unauthorized")
		d.ask(t, http.MethodGet, "/console/v1/me", owner, "").into(&struct{}{})
		d.Clock.Turn(31 * 24 * time.Hour)
		d.ask(t, http.MethodGet, "/console/v1/me", owner, "").refused(http.StatusUnauthorized, "unauthorized")
	})
}

// A filter that takes several values is repeated, status=paid&status=shipped, on every route of both audiences.
// Where commas are wanted, whoever repeats it loses all values but the first and is not told.
func TestFiltersAreRepeated(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, document := range [][]byte{d.api.OpenAPI(), d.api.ConsoleOpenAPI()} {
			var doc struct {
				Paths map[string]map[string]struct {
					ID         string `json:"operationId"`
					Parameters []struct {
						Name    string
						Explode *bool
						Schema  struct{ Type any }
					}
				}
			}
			if err := json.Unmarshal(document, &doc); err != nil {
				t.Fatal(err)
			}
			lists := 0
			for _, methods := range doc.Paths {
				for _, o := range methods {
					for _, p := range o.Parameters {
						if p.Schema.Type != "array" {
							continue
						}
						lists++
						if p.Explode != nil && !*p.Explode {
							t.Errorf("%s: %s wants commas", o.ID, p.Name)
						}
					}
				}
			}
			if lists == 0 {
				t.Error("no filters")
			}
		}
	})
}
