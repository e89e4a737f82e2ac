package endpoint_test

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/model"
)

// An operation for staff without a permission of the table does not come into being.
func TestNoOperationWithoutAPermission(t *testing.T) {
	describe := func(p model.Permission) (refused bool) {
		defer func() { refused = recover() != nil }()
		var described huma.Operation
		errs := new(endpoint.Employees).Describe(endpoint.Operation{Method: http.MethodGet, Path: "/x", Permission: p}, &described)
		if described.Extensions[endpoint.PermissionExtension] != string(p) || len(described.Security) != 2 || len(errs) != 4 {
			t.Errorf("%s: %+v", p, described)
		}
		return false
	}
	for p, want := range map[model.Permission]bool{
		"": true, "everything": true, "orders": true, model.PermitOrdersRead: false, endpoint.PermitEverybody: false,
	} {
		if got := describe(p); got != want {
			t.Errorf("%q refused: %t", p, got)
		}
	}
}
