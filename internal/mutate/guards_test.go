package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table cannot rot: each guard is where it says, once, and on the page.
func TestEveryGuardIsWhereItSays(t *testing.T) {
	t.Chdir("../..")
	page, err := os.ReadFile("docs/guards.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	by := read(string(page))
	for i, g := range guards {
		content, err := os.ReadFile(g.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(content), g.find); n != 1 || g.find == g.replace {
			t.Errorf("%s: found %d times in %s", g.name, n, g.file)
		}
		if strings.HasPrefix(by[i], "**") {
			t.Errorf("run make mutate: %s: %s", g.name, by[i])
		}
		if seen[g.name] {
			t.Errorf("%q is there twice", g.name)
		}
		seen[g.name] = true
	}
}

// Each guard in a function can be taken away, and what is left is Go.
func TestEveryGuardCanBeTakenAway(t *testing.T) {
	t.Chdir("../..")
	dir := t.TempDir()
	if _, err := weave(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var woven strings.Builder
	for _, f := range files {
		if _, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution); err != nil {
			t.Error(err)
		}
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		woven.Write(content)
	}
	for i, g := range guards {
		if g.woven() != strings.Contains(woven.String(), `case "`+number(i)+`":`) {
			t.Errorf("%s cannot be chosen", g.name)
		}
	}
}
