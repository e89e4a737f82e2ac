// Package hutong_test holds the tests of the house itself: which package may import which.
package hutong_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pkg is what `go list -json` tells about a package.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// in tells whether the import path p is the folder or lies below it.
func in(p string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasPrefix(p, f+"/") })
}

const (
	cmd       = "hutong/cmd"
	api       = "hutong/api"
	service   = "hutong/service"
	model     = "hutong/model"
	wechat    = "hutong/wechat"
	simulator = "hutong/wechat/simulator"
	configs   = "hutong/configs"
)

// rule refuses an import. What it says goes into the failure.
type rule struct {
	says    string
	refuses func(from, to string) bool
}

var rules = []rule{
	{"gin and huma are for api alone", func(from, to string) bool {
		return in(to, "github.com/gin-gonic", "github.com/danielgtaylor/huma", "go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic") &&
			!in(from, api)
	}},
	{"gorm is for service alone", func(from, to string) bool { return in(to, "gorm.io") && !in(from, service) }},
	{"the WeChat SDKs are for wechat alone", func(from, to string) bool {
		return in(to, "github.com/silenceper", "github.com/wechatpay-apiv3") && (!in(from, wechat) || in(from, simulator))
	}},
	{"model imports the standard library and itself alone", func(from, to string) bool {
		return in(from, model) && !in(to, model) && !standard(to)
	}},
	{"the simulator imports no package of the project, so that it cannot share its mistakes", func(from, to string) bool {
		return in(from, simulator) && in(to, "hutong") && !in(to, simulator)
	}},
	{"wechat imports model alone", func(from, to string) bool {
		return in(from, wechat) && in(to, "hutong") && !in(to, wechat, model)
	}},
	{"wechat does not need its simulator", func(from, to string) bool {
		return in(from, wechat) && !in(from, simulator) && in(to, simulator)
	}},
	{"service imports service, wechat and model, and never what is above it", func(from, to string) bool {
		return in(from, service) && in(to, "hutong") && !in(to, service, wechat, model) || in(from, service) && in(to, simulator)
	}},
	{"api imports api, service and model; WeChat is behind a service", func(from, to string) bool {
		return in(from, api) && in(to, "hutong") && !in(to, api, service, model)
	}},
	{"configs imports nothing of the project", func(from, to string) bool {
		return in(from, configs) && in(to, "hutong") && !in(to, configs)
	}},
	{"nothing imports cmd but cmd", func(from, to string) bool { return in(to, cmd) && !in(from, cmd) }},
	{"the program does not contain test equipment", func(_, to string) bool { return to == "testing" || equipment(to) }},
}

// standard tells whether p is of the standard library: its first element has no dot and is not ours.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return first != "hutong" && !strings.Contains(first, ".")
}

// TestArrowsPointDown proves the layering of the house: cmd → api → service → model, service → wechat.
func TestArrowsPointDown(t *testing.T) {
	for _, p := range list(t) {
		for _, to := range p.Imports {
			for _, r := range rules {
				if r.refuses(p.ImportPath, to) && !equipment(p.ImportPath) {
					t.Errorf("%s imports %s: %s", p.ImportPath, to, r.says)
				}
			}
		}
	}
}

// TestTestsRespectModelAndSimulator: tests may reach further than what they test, but a model that needs a
// database for its tests, or a simulator that borrows our own signatures, would prove nothing.
func TestTestsRespectModelAndSimulator(t *testing.T) {
	for _, p := range list(t) {
		for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
			if in(p.ImportPath, model, simulator) && in(to, "hutong") && !in(to, p.ImportPath, model) {
				t.Errorf("the tests of %s import %s", p.ImportPath, to)
			}
		}
	}
}

// equipment are packages for tests alone.
func equipment(p string) bool {
	return in(p, "hutong/service/testdb", "hutong/service/testshop", "hutong/service/simulation", "hutong/bench")
}

// TestRulesRefuse proves of each rule that it refuses something, so that a renamed folder does not switch
// it off in silence.
func TestRulesRefuse(t *testing.T) {
	examples := [][2]string{
		{service + "/order", "github.com/gin-gonic/gin"},
		{api + "/storefront", "gorm.io/gorm"},
		{simulator, "github.com/wechatpay-apiv3/wechatpay-go/core"},
		{model, "github.com/oklog/ulid/v2"},
		{simulator, wechat},
		{wechat, service + "/order"},
		{wechat, simulator},
		{service + "/order", api},
		{api + "/callback", wechat},
		{configs, model},
		{api, cmd + "/hutong"},
		{cmd + "/hutong", "testing"},
	}
	for i, r := range rules {
		if e := examples[i]; !r.refuses(e[0], e[1]) {
			t.Errorf("%q lets %s import %s", r.says, e[0], e[1])
		}
	}
	all := list(t)
	for _, folder := range []string{cmd, api, service, model, wechat, simulator, configs} {
		if !slices.ContainsFunc(all, func(p pkg) bool { return in(p.ImportPath, folder) }) {
			t.Errorf("no package in %s: has it moved? Then the rules must follow", path.Base(folder))
		}
	}
}

func list(t *testing.T) []pkg {
	t.Helper()
	touchSources(t)
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// touchSources looks at every folder. What the child process reads is unknown to go test, which would
// otherwise repeat a cached answer after a change.
func touchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && skipped(d.Name()) {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// skipped are folders without sources of ours.
func skipped(folder string) bool {
	return folder == "node_modules" || folder == "bin" || folder == "var" || len(folder) > 1 && folder[0] == '.'
}
