// Command mutate takes away each guard of the trade in turn, and tells what notices: the simulation, with its seed, or
// else a test. A guard that nothing misses is not proved, and fails the run. It writes docs/guards.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	page := flag.String("o", "docs/guards.md", "page to write")
	only := flag.String("only", "", "try the guards whose names contain this; the others keep their lines of the page")
	missing := flag.Bool("missing", false, "try the guards that the page has nothing of")
	histories := flag.Int("histories", 60, "histories of the simulation that may notice; 0: ask the tests alone")
	alone := flag.Bool("alone", false, "ask the simulation alone, of the guards that the page has tests for")
	flag.Parse()
	if err := run(*page, *only, *missing, *alone, *histories); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(page, only string, missing, alone bool, histories int) error {
	before, err := os.ReadFile(page)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	w, err := newWorkshop()
	if err != nil {
		return err
	}
	defer w.close()
	lines := make([]string, len(guards))
	for i, g := range guards {
		lines[i] = lineOf(string(before), g)
	}
	missed := 0
	for i, g := range guards {
		if !strings.Contains(g.name, only) || missing && !strings.HasSuffix(lines[i], "** |") ||
			alone && (!g.simulated() || strings.Contains(lines[i], "| the simulation")) {
			continue
		}
		by, err := w.simulate(i, histories)
		if err == nil && by == "" {
			if alone {
				fmt.Fprintf(os.Stdout, "%s: not the simulation\n", g.name)
				continue
			}
			by, err = w.try(i)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		fmt.Fprintf(os.Stdout, "%s: %s\n", g.name, or(by, "NOTHING NOTICES"))
		if by == "" {
			missed++
		}
		lines[i] = g.begin() + or(by, "**nothing**") + " |"
		if err := write(page, lines); err != nil { // after each, so that nothing is lost of a run that is ended
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
