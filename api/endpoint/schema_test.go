package endpoint_test

import (
	"reflect"
	"testing"

	"hutong/api/endpoint"
	"hutong/api/problem"
	"hutong/model"
	"hutong/service/address"
	"hutong/service/cart"
	"hutong/service/order"
)

func TestSchemaName(t *testing.T) {
	for want, of := range map[string]reflect.Type{
		"CartView":          reflect.TypeFor[cart.View](),
		"OrderView":         reflect.TypeFor[*order.View](),
		"PageOrderView":     reflect.TypeFor[endpoint.Page[order.View]](),
		"PageListOrderView": reflect.TypeFor[endpoint.Page[[]order.View]](),
		"AddressInput":      reflect.TypeFor[address.Input](),
		"Problem":           reflect.TypeFor[problem.Problem](),
		"Place":             reflect.TypeFor[model.Place](),
		"Hint":              reflect.TypeFor[struct{ A int }](),
	} {
		if got := endpoint.SchemaName(of, "Hint"); got != want {
			t.Errorf("%s: %s, want %s", of, got, want)
		}
	}
}
