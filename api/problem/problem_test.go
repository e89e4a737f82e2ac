package problem

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hutong/model"
)

// sentinel is an error as the source declares it.
type sentinel struct{ name, code, message string }

// sentinels are the errors that the packages in the folders declare.
func sentinels(t *testing.T, folders ...string) []sentinel {
	t.Helper()
	var found []sentinel
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", folder, files, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok {
					return true
				}
				for i, v := range spec.Values {
					if s := (sentinel{name: spec.Names[i].Name}); fill(v, &s) {
						found = append(found, s)
					}
				}
				return true
			})
		}
	}
	return found
}

// fill reads the Code and the Message of &Error{…}.
func fill(v ast.Expr, s *sentinel) bool {
	u, ok := v.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	c, ok := u.X.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		text, ok := kv.Value.(*ast.BasicLit)
		if !ok {
			continue
		}
		value, _ := strconv.Unquote(text.Value)
		switch kv.Key.(*ast.Ident).Name {
		case "Code":
			s.code = value
		case "Message":
			s.message = value
		}
	}
	return s.code != ""
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(s string) []string {
	found := placeholder.FindAllString(s, -1)
	slices.Sort(found)
	return found
}

// TestCatalogue fails when an error of the model has no translation, when a translation lacks a figure that
// the error carries, and when a sentence belongs to no error.
func TestCatalogue(t *testing.T) {
	all := sentinels(t, "../../model", ".")
	if len(all) < 50 {
		t.Fatalf("only %d errors found: the test does not read the source rightly", len(all))
	}
	byCode := map[string]sentinel{}
	for _, s := range all {
		if other, twice := byCode[s.code]; twice {
			t.Errorf("%s and %s have the same code %q", s.name, other.name, s.code)
		}
		byCode[s.code] = s
		if !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(s.code) {
			t.Errorf("%s: the code %q is not snake_case", s.name, s.code)
		}
	}
	for _, l := range model.Languages {
		for _, s := range all {
			got, ok := catalogue[l].Codes[s.code]
			switch {
			case !ok:
				t.Errorf("catalogue/%s.json has no %q (%s)", l, s.code, s.message)
			case !slices.Equal(placeholders(got), placeholders(s.message)):
				t.Errorf("catalogue/%s.json: %q has the figures %v, the error has %v", l, s.code, placeholders(got), placeholders(s.message))
			case l == "en" && got != s.message:
				t.Errorf("catalogue/en.json: %q says %q, the error says %q", s.code, got, s.message)
			}
		}
		for code := range catalogue[l].Codes {
			if _, ok := byCode[code]; !ok {
				t.Errorf("catalogue/%s.json: %q is no error's code", l, code)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	seen := map[int]model.Kind{}
	for _, k := range model.Kinds() {
		s, ok := statuses[k]
		if !ok || s < 400 {
			t.Errorf("kind %d has no status", k)
		}
		if other, twice := seen[s]; twice {
			t.Errorf("kinds %d and %d are both %d", k, other, s)
		}
		seen[s] = k
		for _, l := range model.Languages {
			if title(l, k) == "" {
				t.Errorf("kind %d has no title in %s", k, l)
			}
		}
	}
}

func TestFigures(t *testing.T) {
	e := model.ErrOutOfRange.With("min", "1").With("max", "{min}")
	if got := detail("en", e); got != "This value must be between 1 and {min}." {
		t.Error(got)
	}
	if got := detail("zh-CN", model.ErrCartFull.With("max", "99")); got != "购物车已满，最多 99 种商品。" {
		t.Error(got)
	}
	if got := detail("xx", model.ErrNotFound); got != model.ErrNotFound.Message {
		t.Error(got)
	}
}
