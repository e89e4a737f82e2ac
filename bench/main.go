// Command bench measures the real binary against the bare machine, in one run: a read against a bare Gin
// handler that answers the same bytes, a checkout and a flash sale against a bare SQL transaction on the same MariaDB, the
// resident memory under that load, and the time to the first answer. Ratios of one run can be compared
// between runs and machines; seconds cannot.
//
// "bench trade" makes a year's trade of a small shop instead, and measures how a day of it is reconciled.
//
//	bench [-span 3s] [-rounds 5] [-products 10000] [-only reads|checkouts|flash] [-compare FILE] [-o FILE]
//	bench trade [-orders 100000] [-o FILE]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"
)

// settings of a run.
type settings struct {
	binary   string
	products int
	rounds   int
	span     time.Duration // of one measurement
	out      string
	compare  string
	only     string // "reads", "checkouts" or "flash"; "" is all
	private  string // of the server under measurement; "" is off
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "bare" { // the other side of the race, in a process of its own
		if err := serveBare(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "trade" {
		finish(func(ctx context.Context) (bool, error) { return trade(ctx, os.Args[2:]) })
		return
	}
	var s settings
	flag.StringVar(&s.binary, "binary", "bin/hutong", "the program to measure")
	flag.IntVar(&s.products, "products", 10_000, "products in the shop")
	flag.IntVar(&s.rounds, "rounds", 5, "measurements of each side, taken in turn")
	flag.DurationVar(&s.span, "span", 3*time.Second, "length of one measurement")
	flag.StringVar(&s.out, "o", "", "file for the table")
	flag.StringVar(&s.compare, "compare", "", "table of an earlier run to print beside this one")
	flag.StringVar(&s.only, "only", "", "measure reads, checkouts or flash alone")
	flag.StringVar(&s.private, "private", "", "address for the server's metrics and profiles while it is measured")
	flag.Parse()
	finish(func(ctx context.Context) (bool, error) { return run(ctx, s) })
}

// finish measures until all is done or somebody interrupts, and leaves with 1 when a bound was missed.
func finish(measure func(context.Context) (bool, error)) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := measure(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) (ok bool, err error) {
	w, err := newWorld(ctx, s)
	if err != nil {
		return false, err
	}
	defer w.close()
	var t table
	first, err := w.startServer(ctx)
	if err != nil {
		return false, err
	}
	t.add(row{Name: "first answer after start", Value: float64(first.Milliseconds()), Unit: "ms", Most: 300})
	for _, m := range []struct {
		name    string
		measure func(context.Context, *table) error
	}{{"reads", w.reads}, {"checkouts", w.checkouts}, {"flash", w.flashSale}} {
		if s.only != "" && s.only != m.name {
			continue
		}
		if err := m.measure(ctx, &t); err != nil {
			return false, err
		}
	}
	peak, err := w.server.peakMemory()
	if err != nil {
		return false, err
	}
	t.add(row{Name: "resident memory, highest", Value: peak, Unit: "MiB", Most: 80})
	return t.print(s)
}

// duel measures two sides in turn, so that whatever else the machine does befalls both, and returns the
// median rate of each, per second.
func duel(rounds int, a, b func() (float64, error)) (medianA, medianB float64, err error) {
	var as, bs []float64
	for i := range rounds + 1 {
		ra, err := a()
		if err != nil {
			return 0, 0, err
		}
		rb, err := b()
		if err != nil {
			return 0, 0, err
		}
		if i == 0 {
			continue // warming up
		}
		as, bs = append(as, ra), append(bs, rb)
	}
	return median(as), median(bs), nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
