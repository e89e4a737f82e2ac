package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"hutong/model"
)

// trade makes a year's trade of a small shop, reconciles days of 1,000 and of 10,000 rows with the real
// program, audits the whole and asks for a trial balance.
//
//	bench trade [-orders 100000] [-o FILE]
func trade(ctx context.Context, args []string) (ok bool, err error) {
	var s settings
	var orders int
	f := flag.NewFlagSet("trade", flag.ExitOnError)
	f.StringVar(&s.binary, "binary", "bin/hutong", "the program to measure")
	f.IntVar(&orders, "orders", 100_000, "orders of the year; at least 12,000")
	f.StringVar(&s.out, "o", "", "file for the table")
	if err := f.Parse(args); err != nil {
		return false, err
	}
	w, err := newTradeWorld(ctx, s)
	if err != nil {
		return false, err
	}
	defer w.close()
	yesterday := model.DayOf(model.At(time.Now())).Add(-1)
	small, large := yesterday.Add(-3), yesterday.Add(-4)
	y := &year{w: w, orders: orders, days: map[model.Day]int{small: 990, large: 9_900}}
	y.spread(yesterday)
	var t table
	if err := w.fillYear(ctx, y, &t); err != nil {
		return false, err
	}
	if err := w.reconcileDays(ctx, y, small, large, &t); err != nil {
		return false, err
	}
	if err := w.ask(ctx, &t); err != nil {
		return false, err
	}
	return t.print(s)
}

// newTradeWorld is a world with an empty shop and no server.
func newTradeWorld(ctx context.Context, s settings) (_ *world, err error) {
	w := &world{settings: s}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if err := w.startDatabase(ctx); err != nil {
		return nil, err
	}
	if err := w.startSimulator(); err != nil {
		return nil, err
	}
	return w, w.openShop(ctx)
}

func (w *world) fillYear(ctx context.Context, y *year, t *table) error {
	fmt.Fprintf(os.Stderr, "writing %d orders …\n", y.orders)
	pool, err := sql.Open("mysql", w.dsn+"?maxAllowedPacket=0")
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := w.sql(ctx, "SET GLOBAL sync_binlog = 0", "SET GLOBAL innodb_flush_log_at_trx_commit = 0"); err != nil {
		return err
	}
	begin := time.Now()
	if err := y.write(ctx, pool); err != nil {
		return err
	}
	t.add(row{Name: "a year written", Value: time.Since(begin).Seconds(), Unit: "s", Detail: fmt.Sprintf("%d orders", y.orders)})
	for table := range y.out { // the server would come to it by itself, some time later
		if _, err := pool.ExecContext(ctx, "ANALYZE TABLE "+table); err != nil {
			return err
		}
	}
	return w.sql(ctx, "SET GLOBAL sync_binlog = 1", "SET GLOBAL innodb_flush_log_at_trx_commit = 1")
}

// reconcileDays runs the command for a small day and a large one.
func (w *world) reconcileDays(ctx context.Context, y *year, small, large model.Day, t *table) error {
	var memory [2]float64
	for i, day := range []model.Day{small, large} {
		rows := len(y.byDay[day])
		for _, n := range y.byDay[day] {
			if isLate(n) {
				rows++
			}
		}
		w.sim.EditBills(y.bills(day))
		took, peak, out, err := w.command(ctx, "reconcile", "--brand", "bench", "--date", string(day))
		if err != nil {
			return err
		}
		if !strings.Contains(out, "everything matches") {
			return errors.New(out)
		}
		memory[i] = peak
		t.add(row{
			Name: fmt.Sprintf("a day of %d rows", rows), Value: took.Seconds(), Unit: "s", Most: 5,
			Detail: fmt.Sprintf("%.0f rows/s, %.0f MiB", float64(rows)/took.Seconds(), peak),
		})
	}
	t.add(row{
		Name: "memory of the large day / of the small one", Value: memory[1] / memory[0], Unit: "ratio", Most: 1.5,
		Detail: fmt.Sprintf("%.0f MiB of %.0f MiB", memory[1], memory[0]),
	})
	return nil
}

// ask audits the year, and asks what a bookkeeper asks.
func (w *world) ask(ctx context.Context, t *table) error {
	took, _, out, err := w.command(ctx, "audit")
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	t.add(row{Name: "the audit of the year", Value: took.Seconds(), Unit: "s"})
	pool, err := sql.Open("mysql", w.dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	begin := time.Now()
	rows, err := pool.QueryContext(ctx, "SELECT account, SUM(amount_fen) FROM journal_postings WHERE brand_id = ? GROUP BY account", w.shop.ID)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end
	n := 0
	for rows.Next() {
		n++
	}
	t.add(row{Name: "the trial balance of the year", Value: time.Since(begin).Seconds(), Unit: "s", Detail: fmt.Sprintf("%d accounts", n)})
	return rows.Err()
}

// command runs the program to its end and tells how long it took and how much memory at most.
func (w *world) command(ctx context.Context, args ...string) (took time.Duration, peakMiB float64, out string, err error) {
	c := exec.CommandContext(ctx, w.binary, args...)
	c.Env = append(os.Environ(), w.environ()...)
	begin := time.Now()
	printed, err := c.CombinedOutput()
	took = time.Since(begin)
	if err != nil {
		return took, 0, string(printed), fmt.Errorf("%s %s: %w\n%s", w.binary, strings.Join(args, " "), err, printed)
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return took, 0, string(printed), errors.New("the system does not tell how much memory was used")
	}
	return took, float64(usage.Maxrss) / 1024, string(printed), nil
}
