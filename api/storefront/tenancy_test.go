package storefront_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/testshop"
)

var parameter = regexp.MustCompile(`\{\w+\}`)

// Every route that needs a consumer refuses one of another shop, one whose token was altered, and nobody at
// all, whatever else is wrong with the request; and none works for a shop that is suspended or unknown.
func TestEveryRouteKeepsShopsApart(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		mine, theirs := f.Shop(), f.Shop()
		token := f.signIn(t, mine, "ann")
		var d struct {
			Paths map[string]map[string]struct {
				Security []map[string][]string `json:"security"`
			} `json:"paths"`
		}
		description, err := f.api.OpenAPI()
		if err == nil {
			err = json.Unmarshal(description, &d)
		}
		if err != nil {
			t.Fatal(err)
		}
		signedIn := 0
		for path, operations := range d.Paths {
			at := func(slug string) string {
				return parameter.ReplaceAllString(strings.Replace(path, "{brand}", slug, 1), "01JZQ4T7M9S8X5N2K6V3B1C0DE")
			}
			for method, op := range operations {
				method, body := strings.ToUpper(method), ""
				if method != http.MethodGet && method != http.MethodDelete {
					body = `{}`
				}
				f.ask(t, method, at("no-such-shop"), token, body).refused(404, "brand_not_found")
				if len(op.Security) == 0 {
					continue
				}
				signedIn++
				for _, wrong := range []string{"", token + "x", token[:len(token)-2]} {
					f.ask(t, method, at(mine.Row.Slug), wrong, body).refused(401, "unauthorized")
				}
				f.ask(t, method, at(theirs.Row.Slug), token, body).refused(401, "unauthorized")
			}
		}
		suspend(t, f, mine)
		for path, operations := range d.Paths {
			for method := range operations {
				at := parameter.ReplaceAllString(strings.Replace(path, "{brand}", mine.Row.Slug, 1), "01JZQ4T7M9S8X5N2K6V3B1C0DE")
				f.ask(t, strings.ToUpper(method), at, token, "").refused(404, "brand_not_found")
			}
		}
		if signedIn < 15 {
			t.Errorf("only %d routes need a consumer", signedIn)
		}
	})
}

func suspend(t *testing.T, f *front, s *testshop.Shop) {
	t.Helper()
	_, err := f.Brand.Apply(t.Context(), brand.Spec{
		Slug: s.Row.Slug, Status: model.BrandSuspended, Name: s.Row.Name, Languages: s.Row.Languages, Theme: s.Row.Theme,
	})
	if err != nil {
		t.Fatal(err)
	}
}
