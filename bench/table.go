package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
)

// row is one measure. At least one of Least and Most bounds it.
type row struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"` // "ratio" can be compared between machines
	Least  float64 `json:"least,omitempty"`
	Most   float64 `json:"most,omitempty"`
	Detail string  `json:"detail,omitempty"`
}

func (r row) holds() bool {
	return (r.Least == 0 || r.Value >= r.Least) && (r.Most == 0 || r.Value <= r.Most)
}

func (r row) bound() string {
	if r.Least > 0 {
		return fmt.Sprintf("≥ %g", r.Least)
	}
	if r.Most > 0 {
		return fmt.Sprintf("≤ %g", r.Most)
	}
	return ""
}

// table is a run's measures.
type table struct{ rows []row }

func (t *table) add(r row) {
	t.rows = append(t.rows, r)
	fmt.Fprintf(os.Stderr, "%s: %.2f %s %s\n", r.Name, r.Value, r.Unit, r.Detail)
}

// race adds the ratio of two rates.
func (t *table) race(name string, least, ours, bare float64) {
	t.add(row{
		Name: name, Value: ours / bare, Unit: "ratio", Least: least,
		Detail: fmt.Sprintf("%.0f/s of %.0f/s", ours, bare),
	})
}

// print writes the table, with an earlier one beside it, and keeps it. ok tells whether every bound holds.
func (t *table) print(s settings) (ok bool, err error) {
	before := map[string]row{}
	if s.compare != "" {
		var rows []row
		content, err := os.ReadFile(s.compare)
		if err == nil {
			err = json.Unmarshal(content, &rows)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return false, err
		}
		for _, r := range rows {
			before[r.Name] = r
		}
	}
	fmt.Printf("\n%s/%s, %d cores, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "measure\tvalue\tbound\tbefore\t\tdetail")
	fmt.Fprintln(w, strings.Repeat("-\t", 6))
	ok = true
	for _, r := range t.rows {
		verdict, earlier := "", "–"
		if !r.holds() {
			verdict, ok = "MISSED", false
		}
		if b, known := before[r.Name]; known {
			earlier = fmt.Sprintf("%.2f", b.Value)
		}
		fmt.Fprintf(w, "%s\t%.2f %s\t%s\t%s\t%s\t%s\n", r.Name, r.Value, r.Unit, r.bound(), earlier, verdict, r.Detail)
	}
	if err := w.Flush(); err != nil {
		return false, err
	}
	if s.out == "" {
		return ok, nil
	}
	content, err := json.MarshalIndent(t.rows, "", "  ")
	if err != nil {
		return false, err
	}
	return ok, os.WriteFile(s.out, append(content, '\n'), 0o644) //nolint:gosec // figures for everybody
}
