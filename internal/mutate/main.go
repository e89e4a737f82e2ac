// Command mutate takes away each guard of the trade in turn, and tells what notices: the simulation, with its seed, or
// else a test. A guard that nothing misses is not proved, and fails the run. It writes docs/guards.md.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	page := flag.String("o", "docs/guards.md", "page to write")
	only := flag.String("only", "", "try the guards whose names contain this; the others keep their lines of the page")
	missing := flag.Bool("missing", false, "try the guards that the page has nothing of")
	histories := flag.Int("histories", 60, "histories of the simulation that may notice; 0: ask the tests alone")
	flag.Parse()
	if err := run(*page, *only, *missing, *histories); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(page, only string, missing bool, histories int) error {
	before, err := os.ReadFile(page)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	lines := make([]string, len(guards))
	for i, g := range guards {
		lines[i] = lineOf(string(before), g)
	}
	missed := 0
	for i, g := range guards {
		if !strings.Contains(g.name, only) || missing && !strings.HasSuffix(lines[i], "** |") {
			continue
		}
		by, err := g.try(histories)
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		fmt.Printf("%s: %s\n", g.name, or(by, "NOTHING NOTICES"))
		if by == "" {
			missed++
		}
		lines[i] = g.begin() + or(by, "**nothing**") + " |"
		if err := write(page, lines); err != nil { // after each, so that a run that is ended is not lost
			return err
		}
	}
	if missed > 0 {
		return fmt.Errorf("nothing notices that %d guards are gone", missed)
	}
	return write(page, lines)
}

func write(page string, lines []string) error {
	return os.WriteFile(page, []byte(head+strings.Join(lines, "\n")+"\n"), 0o644) //nolint:gosec // a page for everybody
}

// begin is how a guard's line of the page begins.
func (g guard) begin() string { return fmt.Sprintf("| %s | `%s` | ", g.name, g.file) }

// lineOf is a guard's line of a page that was written before.
func lineOf(page string, g guard) string {
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, g.begin()) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return g.begin() + "**not tried** |"
}

const head = `# Guards, and what notices when one is gone

` + "`make mutate`" + ` takes away each of these conditions in turn and demands that something fails: the simulation, where it
reaches that far in some dozens of histories, else a test. It writes this page.

| guard | where | noticed by |
|---|---|---|
`

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// seed is the simulation's, so that what it notices can be seen again.
const seed = 1

var failedAfter = regexp.MustCompile(`\[rapid\] (?:failed|panic) after (\d+) tests`)

// try tells what notices that a guard is gone; "" when nothing does.
func (g guard) try(histories int) (by string, err error) {
	overlay, done, err := g.overlay()
	if err != nil {
		return "", err
	}
	defer done()
	if histories > 0 && g.simulated() {
		out, failed, err := test(overlay, "service/simulation", "^TestHistories$",
			fmt.Sprint("-rapid.seed=", seed), fmt.Sprint("-rapid.checks=", histories), "-rapid.nofailfile", "-rapid.shrinktime=1s")
		if err != nil {
			return "", err
		}
		if m := failedAfter.FindStringSubmatch(out); failed && m != nil {
			return fmt.Sprintf("the simulation, seed %d, history %s", seed, m[1]), nil
		}
	}
	out, failed, err := test(overlay, g.in, g.test)
	if err != nil || !failed {
		return "", err
	}
	if err := passes(g.in, g.test); err != nil {
		return "", err
	}
	return "`" + firstFailed(out) + "` in `" + g.in + "`", nil
}

var passed = map[string]bool{}

// passes proves that a test which notices something missing passes when nothing is.
func passes(pkg, pattern string) error {
	if passed[pkg+" "+pattern] {
		return nil
	}
	out, failed, err := test("", pkg, pattern)
	if err == nil && failed {
		err = fmt.Errorf("%s in %s fails with its guard in place: %s", pattern, pkg, out)
	}
	passed[pkg+" "+pattern] = err == nil
	return err
}

var failedTest = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

func firstFailed(out string) string {
	if m := failedTest.FindStringSubmatch(out); m != nil {
		return m[1]
	}
	return "a panic"
}

// overlay is a file by which Go reads the source without the guard. The source itself stays as it is.
func (g guard) overlay() (path string, done func(), err error) {
	content, err := os.ReadFile(g.file)
	if err != nil {
		return "", nil, err
	}
	if n := bytes.Count(content, []byte(g.find)); n != 1 {
		return "", nil, fmt.Errorf("%s has the guard %d times", g.file, n)
	}
	dir, err := os.MkdirTemp("", "hutong-mutate-")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	original, err := filepath.Abs(g.file)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "mutated.go"), bytes.Replace(content, []byte(g.find), []byte(g.replace), 1), 0o600)
	}
	path = filepath.Join(dir, "overlay.json")
	var encoded []byte
	if err == nil {
		encoded, err = json.Marshal(map[string]map[string]string{"Replace": {original: filepath.Join(dir, "mutated.go")}})
	}
	if err == nil {
		err = os.WriteFile(path, encoded, 0o600)
	}
	if err != nil {
		done()
		return "", nil, err
	}
	return path, done, nil
}

// test runs tests of a package, with an overlay if there is one. An error is that they could not be built.
func test(overlay, pkg, pattern string, args ...string) (out string, failed bool, err error) {
	c := exec.Command("go", append([]string{ //nolint:gosec,noctx // of the table above; ends by its own timeout
		"test", "-overlay", overlay, "-vet=off", "-ldflags=-s -w", "-count=1", "-timeout=10m", "-failfast", "-run", pattern, "./" + pkg,
	}, args...)...)
	said, err := c.CombinedOutput()
	out = string(said)
	if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") {
		return out, false, fmt.Errorf("it does not build: %s", out)
	}
	return out, err != nil, nil
}
