package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table cannot rot: each guard is where it says, once, and on the page.
func TestEveryGuardIsWhereItSays(t *testing.T) {
	page, err := os.ReadFile("../../docs/guards.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range guards {
		content, err := os.ReadFile(filepath.Join("../..", g.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(content), g.find); n != 1 || g.find == g.replace {
			t.Errorf("%s: found %d times in %s", g.name, n, g.file)
		}
		if line := lineOf(string(page), g); strings.HasSuffix(line, "** |") {
			t.Errorf("run make mutate: %s", line)
		}
		if seen[g.name] {
			t.Errorf("%q is there twice", g.name)
		}
		seen[g.name] = true
	}
}
