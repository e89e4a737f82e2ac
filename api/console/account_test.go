package console_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"hutong/model"
)

// Whoever looks where they are signed in reads which browser it is, not its number.
func TestASessionTellsItsBrowser(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		no, _ := d.employ(t, s, model.RoleViewer)
		d.session(t, s, no)
		const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
		c := d.ask(t, http.MethodPost, signInPath, "", signInBody(s.Row.Slug, email(no), password, ""), "User-Agent", agent).cookieOf()
		var all struct {
			Items []struct {
				Agent   string
				Current bool
			}
		}
		d.ask(t, http.MethodGet, "/console/v1/sessions", c.Value, "").into(&all)
		if len(all.Items) != 2 || all.Items[0].Agent != "Firefox · Windows" || !all.Items[0].Current {
			t.Errorf("%+v", all.Items)
		}
	})
}

// A name is that of whom it is: who accepts an invitation may say how they are called, and change it later. A link for
// a new password changes no name.
func TestPeopleSayHowTheyAreCalled(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		accept := func(token, name string) (v struct{ Name, Email string }) {
			d.ask(t, http.MethodPost, "/console/v1/invitation", "", fmt.Sprintf(`{"token":%q,"password":%q,"name":%q}`, token, password, name)).into(&v)
			return v
		}
		made := p.invited("gaia@example.com")
		if v := accept(made.Token, " Gaia Bo "); v.Name != "Gaia Bo" || v.Email != "gaia@example.com" {
			t.Errorf("%+v", v)
		}
		c := d.ask(t, http.MethodPost, signInPath, "", signInBody(p.Row.Slug, "gaia@example.com", password, "")).cookieOf()
		var who struct{ No, Name string }
		if r := d.ask(t, http.MethodPut, "/console/v1/me/name", c.Value, `{"name":" 王盖亚 "}`); r.status != http.StatusNoContent {
			t.Errorf("%d %s", r.status, r.body)
		}
		d.ask(t, http.MethodPut, "/console/v1/me/name", c.Value, `{"name":"  "}`).refused(http.StatusBadRequest, "required")
		d.ask(t, http.MethodGet, me, c.Value, "").into(&who)
		if who.Name != "王盖亚" {
			t.Errorf("%+v", who)
		}
		reset, err := d.Staff.Reset(p.Ctx, who.No, false)
		d.must(t, err)
		if v := accept(reset.Token, "Somebody Else"); v.Name != "王盖亚" {
			t.Errorf("%+v", v)
		}
	})
}

// The table that is shown is the one that decides.
func TestTheTableOfPermissionsIsTheOneThatGuards(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, viewer := d.employ(t, d.Shop(), model.RoleViewer)
		var all struct {
			Items []struct {
				Permission model.Permission
				Roles      []model.Role
			}
		}
		d.ask(t, http.MethodGet, "/console/v1/permissions", viewer, "").into(&all)
		if len(all.Items) != len(model.Permissions) {
			t.Errorf("%d rows of %d", len(all.Items), len(model.Permissions))
		}
		for _, row := range all.Items {
			for _, role := range model.Roles {
				if role.May(row.Permission) != slices.Contains(row.Roles, role) {
					t.Errorf("%s for %s: %v", row.Permission, role, row.Roles)
				}
			}
		}
	})
}
