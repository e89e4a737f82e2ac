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
	again := flag.Bool("again", false, "try the guards again of which the page says that the simulation notices")
	flag.Parse()
	if err := run(*page, *only, *missing, *alone, *again, *histories); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(page, only string, missing, alone, again bool, histories int) error {
	before, err := os.ReadFile(page)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	w, err := newWorkshop()
	if err != nil {
		return err
	}
	defer w.close()
	by := read(string(before))
	missed := 0
	for i, g := range guards {
		if !strings.Contains(g.name, only) || missing && by[i] != untried || again && !strings.HasPrefix(by[i], bySimulation) ||
			alone && (!g.simulated() || whys[g.name] != "" || strings.HasPrefix(by[i], bySimulation)) {
			continue
		}
		now, err := w.simulate(i, histories)
		if err == nil && now == "" {
			if alone {
				fmt.Fprintf(os.Stdout, "%s: not the simulation\n", g.name)
				continue
			}
			now, err = w.try(i)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		fmt.Fprintf(os.Stdout, "%s: %s\n", g.name, or(now, "NOTHING NOTICES"))
		if now == "" {
			missed++
		}
		by[i] = or(now, "**nothing**")
		if err := write(page, by); err != nil { // after each, so that nothing is lost of a run that is ended
			return err
		}
	}
	if missed > 0 {
		return fmt.Errorf("nothing notices that %d guards are gone", missed)
	}
	return write(page, by)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
