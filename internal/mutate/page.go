package main

import (
	"fmt"
	"os"
	"strings"
)

const head = `# Guards, and what notices when one is gone

` + "`make mutate`" + ` takes away each of these conditions in turn and demands that something fails: the simulation, if it comes
that far in some dozens of histories, else a test. It writes this page.
`

// part is a chapter of the page: the guards that one kind of proof notices the loss of.
type part struct {
	title, columns string
	has            func(g guard, by string) bool
	row            func(g guard, by string) string
}

const bySimulation = "the simulation, "

var parts = []part{
	{
		"The simulation", "| guard | where | seed and history |\n|---|---|---|\n",
		func(_ guard, by string) bool { return strings.HasPrefix(by, bySimulation) },
		func(g guard, by string) string { return g.begin() + strings.TrimPrefix(by, bySimulation) + " |" },
	},
	{
		"A race on MariaDB", "Locks that only rivals meet who wait for each other.\n\n| guard | where | noticed by |\n|---|---|---|\n",
		func(g guard, by string) bool { return !strings.HasPrefix(by, bySimulation) && g.why() == race },
		func(g guard, by string) string { return g.begin() + by + " |" },
	},
	{
		"A test of its own",
		"Why the simulation does not notice: " + legend + "\n\n| guard | where | noticed by | why |\n|---|---|---|---|\n",
		func(g guard, by string) bool { return !strings.HasPrefix(by, bySimulation) && g.why() != race },
		func(g guard, by string) string { return g.begin() + by + " | " + string(g.why()) + " |" },
	},
}

// begin is how a guard's line of the page begins.
func (g guard) begin() string { return fmt.Sprintf("| %s | `%s` | ", g.name, g.file) }

const untried = "**not tried**"

// read is what has noticed that each guard was gone, as a page says that was written before.
func read(page string) []string {
	by := make([]string, len(guards))
	for i, g := range guards {
		by[i] = untried
		for line := range strings.Lines(page) {
			rest, is := strings.CutPrefix(line, g.begin())
			if !is {
				continue
			}
			by[i], _, _ = strings.Cut(rest, " |")
			if strings.HasPrefix(by[i], "seed ") {
				by[i] = bySimulation + by[i]
			}
		}
	}
	return by
}

func write(page string, by []string) error {
	var out strings.Builder
	out.WriteString(head)
	for _, p := range parts {
		var rows []string
		for i, g := range guards {
			if p.has(g, by[i]) {
				rows = append(rows, p.row(g, by[i]))
			}
		}
		if len(rows) > 0 {
			fmt.Fprintf(&out, "\n## %s: %d\n\n%s%s\n", p.title, len(rows), p.columns, strings.Join(rows, "\n"))
		}
	}
	return os.WriteFile(page, []byte(out.String()), 0o644) //nolint:gosec // a page for everybody
}
