package hutong_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are the Markdown files, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for path, content := range sources(t, ".md") {
		all[path] = content
	}
	if all["README.md"] == "" || all[filepath.Join("docs", "operations.md")] == "" {
		t.Fatal("README.md or docs/operations.md is missing")
	}
	return all
}

// sources reads the files of the project whose names end so.
func sources(t *testing.T, suffix string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && skipped(d.Name()) {
				return fs.SkipDir
			}
			return err
		}
		if strings.HasSuffix(path, suffix) {
			b, err := os.ReadFile(path)
			all[path] = string(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	target  = regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)")
	metric  = regexp.MustCompile(`hutong_[a-z_]+`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	all := documents(t)
	for path, text := range all {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			u, err := url.Parse(m[1])
			if err != nil || u.Scheme != "" {
				continue
			}
			to := path
			if u.Path != "" {
				to = filepath.Join(filepath.Dir(path), u.Path)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %s: %v", path, m[1], err)
			} else if u.Fragment != "" && !hasHeading(all[to], u.Fragment) {
				t.Errorf("%s: %s: there is no such heading", path, m[1])
			}
		}
	}
}

// hasHeading looks for a heading by the name that code hosts give it in addresses.
func hasHeading(text, fragment string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N}\- ]`).ReplaceAllString(strings.ToLower(m[1]), "")
		if strings.ReplaceAll(name, " ", "-") == fragment {
			return true
		}
	}
	return false
}

func TestDocumentsNameTargetsOfTheMakefile(t *testing.T) {
	b, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range documents(t) {
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if !strings.Contains("\n"+string(b), "\n"+m[1]+":") {
				t.Errorf("%s: there is no `make %s`", path, m[1])
			}
		}
	}
}

// An alert on a metric that has been renamed never rings.
func TestDocumentsNameMetricsOfTheProgram(t *testing.T) {
	program := &strings.Builder{}
	for path, text := range sources(t, ".go") {
		if !strings.HasSuffix(path, "_test.go") {
			program.WriteString(text)
		}
	}
	for path, text := range documents(t) {
		for _, name := range metric.FindAllString(text, -1) {
			if !strings.Contains(program.String(), `"`+strings.TrimSuffix(name, "_bucket")+`"`) {
				t.Errorf("%s: there is no metric %s", path, name)
			}
		}
	}
}
