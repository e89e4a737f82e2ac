package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/staff"
	"hutong/service/testshop"
)

// clerk is a member of staff with all that they may come with.
type clerk struct {
	role           model.Role
	no             string
	token, session string // are good
	short          string // a token that is good for a day
	revoked        map[string]string
}

// clerks are one member of staff per role of a shop, and an administrator of the platform.
func (d *desk) clerks(t *testing.T) []*clerk {
	t.Helper()
	s := d.Shop()
	all := make([]*clerk, 0, len(model.Roles)+1)
	for _, role := range model.Roles {
		c := &clerk{role: role, revoked: map[string]string{}}
		c.no, c.token = d.employ(t, s, role)
		c.session = d.session(t, s, c.no)
		all = append(all, c)
		made, err := d.Staff.NewToken(s.Ctx, c.no, staff.TokenInput{Name: "short", Days: 1})
		d.must(t, err)
		c.short = made.Token
		lost, err := d.Staff.NewToken(s.Ctx, c.no, staff.TokenInput{Name: "lost", Days: 300})
		d.must(t, err)
		d.must(t, d.Staff.RevokeToken(s.Ctx, lost.No))
		c.revoked["token"], c.revoked["session"] = lost.Token, c.session
		c.session = d.session(t, s, c.no) // by which the one before has ended
	}
	return append(all, d.administrator(t))
}

func (d *desk) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// administrator is one of the platform.
func (d *desk) administrator(t *testing.T) *clerk {
	t.Helper()
	platform := &testshop.Shop{World: d.World, Row: &model.Brand{}, Ctx: model.WithBrand(t.Context(), model.Platform)}
	m, err := d.Staff.AddAdministrator(t.Context(), "Ada")
	d.must(t, err)
	return &clerk{role: model.RoleAdministrator, no: m.No, session: d.session(t, platform, m.No)}
}

// Every operation × every role, with an access token and with a session: allowed or refused exactly as the permission
// table says. Who is allowed gets past the gate: what they are answered then is not "unauthorized" nor "forbidden".
// The same with a session that was ended, a token that was revoked, either after its time, and nothing at all: refused,
// but for what is public.
func TestEveryOperationAsksForItsPermission(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		clerks, operations := d.clerks(t), d.operations(t)
		for _, o := range operations {
			d.knock(t, o, "", "").admitted(o, "nobody", o.public(), http.StatusUnauthorized, "unauthorized")
			for _, c := range clerks {
				if c.token != "" {
					r := d.knock(t, o, c.token, "token-"+c.no)
					switch {
					case o.allows(c.role) && o.sessionOnly():
						r.refused(http.StatusForbidden, "session_only")
					default:
						r.admitted(o, string(c.role)+"'s token", o.allows(c.role), http.StatusForbidden, "forbidden")
					}
				}
				if o.ID != "sign-out" && o.ID != "end-other-sessions" { // which work, and are tried elsewhere
					d.knock(t, o, c.session, "session-"+c.no).
						admitted(o, string(c.role)+"'s session", o.allows(c.role), http.StatusForbidden, "forbidden")
				}
				for what, gone := range c.revoked {
					d.knock(t, o, gone, "").admitted(o, string(c.role)+"'s ended "+what, o.public(), http.StatusUnauthorized, "unauthorized")
				}
			}
		}
		d.Clock.Turn(25 * time.Hour)
		for _, o := range operations {
			for _, c := range clerks {
				d.knock(t, o, c.session, "").admitted(o, string(c.role)+"'s expired session", o.public(), http.StatusUnauthorized, "session_expired")
				if c.short != "" {
					d.knock(t, o, c.short, "").admitted(o, string(c.role)+"'s expired token", o.public(), http.StatusUnauthorized, "unauthorized")
				}
			}
		}
	})
}

// knock asks for what there is not.
func (d *desk) knock(t *testing.T, o operation, credential, key string) reply {
	t.Helper()
	return d.ask(t, o.method, o.nowhere(), credential, o.body(), "Idempotency-Key", "matrix-"+o.ID+key)
}

// admitted wants somebody to get past the gate, or not.
func (r reply) admitted(o operation, who string, in bool, status int, code string) {
	r.t.Helper()
	if !in {
		r.refused(status, code)
	} else if r.status == http.StatusForbidden || r.status == http.StatusUnauthorized || r.status >= 500 {
		r.t.Errorf("%s by %s: %d %s", o.ID, who, r.status, r.body)
	}
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
			if o.public() {
				continue
			}
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
		for _, describe := range []func() ([]byte, error){d.api.OpenAPI, d.api.ConsoleOpenAPI} {
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
			document, err := describe()
			if err == nil {
				err = json.Unmarshal(document, &doc)
			}
			if err != nil {
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
