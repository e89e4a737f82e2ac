// Command mutate takes away each guard of the trade in turn, and tells what notices: the simulation, with its seed, or
// else a test. A guard that nothing misses is not proved, and fails the run. It writes docs/guards.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// options are the flags.
type options struct {
	page                  string
	only                  *regexp.Regexp
	missing, alone, again bool
	histories, abreast    int
}

func main() {
	o := options{only: regexp.MustCompile("")}
	flag.StringVar(&o.page, "o", "docs/guards.md", "page to write")
	flag.Func("only", "try the guards whose names match this expression; the others keep their lines of the page", func(s string) (err error) {
		o.only, err = regexp.Compile(s)
		return err
	})
	flag.BoolVar(&o.missing, "missing", false, "try the guards that the page has nothing of")
	flag.IntVar(&o.histories, "histories", 60, "histories of the simulation that may notice; 0: ask the tests alone")
	flag.BoolVar(&o.alone, "alone", false, "ask the simulation alone, of the guards that the page has tests for")
	flag.BoolVar(&o.again, "again", false, "try the guards again of which the page says that the simulation notices")
	flag.IntVar(&o.abreast, "abreast", 2, "so many guards at a time")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// run tries what the options choose. The page is written after each guard, so that nothing is lost of a run that is ended.
func run(o options) error {
	before, err := os.ReadFile(o.page)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	w, err := newWorkshop()
	if err != nil {
		return err
	}
	defer w.close()
	by := read(string(before))
	var (
		writing sync.Mutex
		missed  int
		trials  errgroup.Group
	)
	trials.SetLimit(max(1, o.abreast))
	for i, g := range guards {
		if !o.choose(g, by[i]) {
			continue
		}
		trials.Go(func() error {
			now, err := w.notices(i, o)
			if err != nil {
				return fmt.Errorf("%s: %w", g.name, err)
			}
			writing.Lock()
			defer writing.Unlock()
			if now == "" && o.alone {
				fmt.Fprintf(os.Stdout, "%s: not the simulation\n", g.name)
				return nil
			}
			fmt.Fprintf(os.Stdout, "%s: %s\n", g.name, or(now, "NOTHING NOTICES"))
			if now == "" {
				missed++
			}
			by[i] = or(now, "**nothing**")
			return write(o.page, by)
		})
	}
	if err := trials.Wait(); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("nothing notices that %d guards are gone", missed)
	}
	return write(o.page, by)
}

// choose tells whether a guard is tried of which the page says by.
func (o options) choose(g guard, by string) bool {
	simulated := strings.HasPrefix(by, bySimulation)
	switch {
	case !o.only.MatchString(g.name), o.missing && by != untried, o.again && !simulated:
		return false
	case o.alone:
		return g.simulated() && whys[g.name] == "" && !simulated
	}
	return true
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
