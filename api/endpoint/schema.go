package endpoint

import (
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var qualified = regexp.MustCompile(`([\w./-]+)\.(\w+)`)

// SchemaName names a type in OpenAPI. Those of services carry the name of their package, so that order.View
// and cart.View are OrderView and CartView to the clients that are generated.
func SchemaName(t reflect.Type, hint string) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	name := qualified.ReplaceAllStringFunc(t.PkgPath()+"."+t.Name(), func(found string) string {
		parts := qualified.FindStringSubmatch(found)
		folder, name := parts[1], parts[2]
		capability := path.Base(folder)
		if !strings.HasPrefix(folder, "hutong/service/") || strings.EqualFold(capability, name) {
			return name
		}
		return strings.ToUpper(capability[:1]) + capability[1:] + name
	})
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("[],*·", r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(name, "[]", "List"))
}
