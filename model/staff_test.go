package model_test

import (
	"slices"
	"strings"
	"testing"

	"hutong/model"
)

// The permission table is whole: each permission once, in the form that the docs show, and for roles that there
// are. The owner may do everything; nobody may do what is not in it.
func TestPermissions(t *testing.T) {
	seen := map[model.Permission]bool{}
	for _, row := range model.Permissions {
		thing, deed, ok := strings.Cut(string(row.Permission), ".")
		if !ok || thing == "" || deed == "" || row.Allows == "" || seen[row.Permission] {
			t.Errorf("%+v", row)
		}
		seen[row.Permission] = true
		for i, r := range row.Roles {
			if r == model.RoleOwner || !slices.Contains(model.Roles, r) || slices.Contains(row.Roles[:i], r) {
				t.Errorf("%s for %s", row.Permission, r)
			}
		}
		for _, r := range model.Roles {
			if got, want := r.May(row.Permission), r == model.RoleOwner || slices.Contains(row.Roles, r); got != want {
				t.Errorf("%s may %s: %t", r, row.Permission, got)
			}
		}
		if model.Role("").May(row.Permission) || model.Role("root").May(row.Permission) {
			t.Errorf("who has no role may %s", row.Permission)
		}
	}
	for _, p := range []model.Permission{"", "everything", "orders"} {
		if model.RoleOwner.May(p) {
			t.Errorf("the owner may %q, which is nothing", p)
		}
	}
}

// Who only looks changes nothing, and sees neither money in detail nor anybody's person.
func TestTheViewerOnlyLooks(t *testing.T) {
	for _, row := range model.Permissions {
		if model.RoleViewer.May(row.Permission) && !strings.HasSuffix(string(row.Permission), ".read") {
			t.Errorf("a viewer may %s", row.Permission)
		}
	}
	for _, p := range []model.Permission{model.PermitCustomersPhone, model.PermitMoneyRead, model.PermitAuditRead} {
		if model.RoleViewer.May(p) {
			t.Errorf("a viewer may %s", p)
		}
	}
}
