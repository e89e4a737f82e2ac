package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// workshop builds tests with guards that can be taken away, and runs them.
type workshop struct {
	dir     string
	overlay string // of weave

	building sync.Mutex
	built    map[string]string // by overlay and package
	proving  sync.Mutex
	passes   map[string]bool // by package and pattern: with all guards in place
}

func newWorkshop() (*workshop, error) {
	dir, err := os.MkdirTemp("", "hutong-mutate-")
	if err != nil {
		return nil, err
	}
	w := &workshop{dir: dir, built: map[string]string{}, passes: map[string]bool{}}
	if w.overlay, err = weave(dir); err != nil {
		w.close()
	}
	return w, err
}

func (w *workshop) close() { _ = os.RemoveAll(w.dir) }

// seed is the simulation's, so that what it notices can be seen again.
const seed = 1

var (
	failedAfter = regexp.MustCompile(`\[rapid\] (?:failed|panic) after (\d+) tests`)
	failedTest  = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
)

// notices tells what notices that a guard is gone, by its place in the table; "" for nothing.
func (w *workshop) notices(i int, o options) (by string, err error) {
	by, err = w.simulate(i, o.histories)
	if err != nil || by != "" || o.alone {
		return by, err
	}
	return w.try(i)
}

// simulate tells whether the simulation notices that a guard is gone, by its place in the table; "" when it does not.
func (w *workshop) simulate(i, histories int) (by string, err error) {
	if histories == 0 || !guards[i].simulated() {
		return "", nil
	}
	overlay, err := w.overlayOf(i)
	if err != nil {
		return "", err
	}
	out, failed, err := w.test(overlay, number(i), "service/simulation", "^TestHistories$",
		fmt.Sprint("-rapid.seed=", seed), fmt.Sprint("-rapid.checks=", histories), "-rapid.nofailfile", "-rapid.shrinktime=1ms")
	if m := failedAfter.FindStringSubmatch(out); err == nil && failed && m != nil {
		by = fmt.Sprintf("the simulation, seed %d, history %s", seed, m[1])
	}
	return by, err
}

func (w *workshop) overlayOf(i int) (overlay string, err error) {
	if guards[i].woven() {
		return w.overlay, nil
	}
	return w.without(guards[i])
}

// try tells which test notices that a guard is gone, by its place in the table; "" when none does.
func (w *workshop) try(i int) (by string, err error) {
	g := guards[i]
	overlay, err := w.overlayOf(i)
	if err != nil {
		return "", err
	}
	out, failed, err := w.test(overlay, number(i), g.in, g.test)
	if err != nil || !failed {
		return "", err
	}
	by = "a panic"
	if m := failedTest.FindStringSubmatch(out); m != nil {
		by = "`" + m[1] + "`"
	}
	return by + " in `" + g.in + "`", w.passesWhole(g)
}

// passesWhole proves that the test which notices that a guard is gone passes while it is there.
func (w *workshop) passesWhole(g guard) error {
	w.proving.Lock()
	defer w.proving.Unlock()
	if w.passes[g.in+" "+g.test] {
		return nil
	}
	out, failed, err := w.test(w.overlay, "", g.in, g.test)
	if err == nil && failed {
		err = fmt.Errorf("%s in %s fails with every guard in place: %s", g.test, g.in, out)
	}
	w.passes[g.in+" "+g.test] = err == nil
	return err
}

// test runs tests of a package without one guard, or with all for gone "". An error is that they could not be built.
func (w *workshop) test(overlay, gone, pkg, pattern string, args ...string) (out string, failed bool, err error) {
	binary, err := w.build(overlay, pkg)
	if err != nil {
		return "", false, err
	}
	c := exec.Command(binary, append([]string{ //nolint:noctx // of the table; ends by its own timeout
		"-test.run", pattern, "-test.failfast", "-test.timeout=10m",
	}, args...)...)
	c.Dir, c.Env = pkg, append(os.Environ(), chosen+"="+gone)
	said, err := c.CombinedOutput()
	return string(said), err != nil, nil
}

func (w *workshop) build(overlay, pkg string) (binary string, err error) {
	w.building.Lock()
	defer w.building.Unlock()
	key := overlay + " " + pkg
	if binary := w.built[key]; binary != "" {
		return binary, nil
	}
	binary = filepath.Join(w.dir, fmt.Sprintf("%d.test", len(w.built)))
	c := exec.Command("go", "test", "-c", "-overlay", overlay, "-ldflags=-s -w", "-o", binary, "./"+pkg) //nolint:noctx // of the table
	if said, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not build: %s", pkg, said)
	}
	w.built[key] = binary
	return binary, nil
}

// woven tells whether a guard is in a function of Go's, and not in what is read when the program starts.
func (g guard) woven() bool { return strings.HasSuffix(g.file, ".go") }

// without is an overlay by which Go reads one file without its guard.
func (w *workshop) without(g guard) (overlay string, err error) {
	content, err := os.ReadFile(g.file)
	if err != nil {
		return "", err
	}
	original, err := filepath.Abs(g.file)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(w.dir, "")
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, filepath.Base(g.file))
	err = os.WriteFile(changed, bytes.Replace(content, []byte(g.find), []byte(g.replace), 1), 0o600) //nolint:gosec // of the table
	if err != nil {
		return "", err
	}
	return writeOverlay(dir, map[string]string{original: changed})
}
