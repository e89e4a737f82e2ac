package console_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/api/endpoint"
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
				permission := model.Permission(o.Permission)
				may := permission == endpoint.PermitEverybody || role.May(permission)
				r := d.ask(t, o.method, o.at("01JZQ4T7M9S8X5N2K6V3B1C0DE"), token, o.body(), "Idempotency-Key", "matrix-"+o.ID)
				if !may {
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
				r := d.ask(t, o.method, o.at("01JZQ4T7M9S8X5N2K6V3B1C0DE"), token, o.body())
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

// The owner of another brand reaches nothing of this one by number, and not one row of it is written.
func TestBrandsAreKeptApart(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		mine, theirs := d.Shop(), d.Shop()
		_, token := d.employ(t, mine, model.RoleOwner)
		staffNo, _ := d.employ(t, theirs, model.RoleViewer)
		b := theirs.Buyer()
		order := b.MustOrder(b.Wants(theirs.SKU(900, 3), 1))
		before := theirs.Fingerprint()
		for _, no := range []string{staffNo, order.No} {
			for _, o := range d.operations(t) {
				if o.path == o.at(no) {
					continue // names nothing
				}
				body := o.body()
				if o.ID == "new-token" {
					body = `{"name":"theirs","days":1}`
				}
				if r := d.ask(t, o.method, o.at(no), token, body, "Idempotency-Key", "stranger-"+o.ID); r.status < 400 || r.status >= 500 {
					t.Errorf("%s of another brand's %s: %d %s", o.ID, no, r.status, r.body)
				}
			}
		}
		for table, rows := range theirs.Fingerprint() {
			if rows != before[table] {
				t.Errorf("rows of another brand's %s have changed", table)
			}
		}
	})
}
