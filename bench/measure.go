package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	gomysql "github.com/go-sql-driver/mysql"
)

const (
	readConnections     = 32
	checkoutConnections = 16
)

// reads measures the product page and the product list against a bare Gin handler with the same bytes.
func (w *world) reads(ctx context.Context, t *table) error {
	for _, m := range []struct {
		name  string
		least float64
		path  func(i int) string
	}{
		{"product page", 0.6, func(i int) string { return "/v1/bench/products/" + handle(i) }},
		{"product list", 0.6, func(i int) string {
			return []string{
				"/v1/bench/products", "/v1/bench/products?sort=price_asc", "/v1/bench/products?category=" + category(i%categories),
				"/v1/bench/products?in_stock=true&limit=50", "/v1/bench/products?sort=newest",
			}[i%5]
		}},
	} {
		ours, bare, err := w.read(ctx, m.path)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		t.race(m.name+" / bare Gin", m.least, ours, bare)
	}
	return nil
}

// hot is how many products most consumers look at.
const hot = 500

func (w *world) read(ctx context.Context, path func(i int) string) (ours, bare float64, err error) {
	sample, err := w.get(ctx, path(0))
	if err != nil {
		return 0, 0, err
	}
	file := filepath.Join(w.dir, "bytes.json")
	if err := os.WriteFile(file, sample, 0o600); err != nil {
		return 0, 0, err
	}
	gin, err := w.startBare(ctx, file)
	if err != nil {
		return 0, 0, err
	}
	defer gin.stop()
	requests := make([][]byte, hot)
	for i := range requests {
		requests[i] = request(http.MethodGet, path(i*w.products/hot), "", "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8")
	}
	side := func(address string) (func() (float64, error), pool, error) {
		p, err := dialAll(ctx, readConnections, address)
		return func() (float64, error) {
			return rate(ctx, readConnections, w.span, func(c, _ int) error {
				status, _, err := p[c].do(requests[rand.IntN(hot)])
				if err == nil && status != http.StatusOK {
					err = fmt.Errorf("status %d", status)
				}
				return err
			})
		}, p, err
	}
	a, pa, err := side(w.server.address)
	if err != nil {
		return 0, 0, err
	}
	defer pa.close()
	b, pb, err := side(gin.address)
	if err != nil {
		return 0, 0, err
	}
	defer pb.close()
	return duel(w.rounds, a, b)
}

// checkouts measures POST /orders with two lines, on SKUs that no other connection wants, against the bare
// SQL transaction; then the same with the payment announced to WeChat, for which there is no bound.
func (w *world) checkouts(ctx context.Context, t *table) error {
	buyers, err := w.buyers(ctx, checkoutConnections)
	if err != nil {
		return err
	}
	sqlPool, err := w.bareTables(ctx)
	if err != nil {
		return err
	}
	defer sqlPool.Close()
	p, err := dialAll(ctx, checkoutConnections, w.server.address)
	if err != nil {
		return err
	}
	defer p.close()
	newNo := newNumbers(w.clock)
	place := func(c int) (no string, err error) {
		b := buyers[c]
		status, answer, err := p[c].do(request(http.MethodPost, "/v1/bench/orders", b.checkout,
			"Authorization: Bearer "+b.token, "Idempotency-Key: "+newNo()))
		if err != nil {
			return "", err
		}
		if status != http.StatusCreated {
			return "", fmt.Errorf("status %d: %s", status, answer)
		}
		var order struct{ No string }
		return order.No, json.Unmarshal(answer, &order)
	}
	var oursCost, bareCost cost
	ours := func() (float64, error) {
		return oursCost.of(w, func() (float64, error) {
			return rate(ctx, checkoutConnections, w.span, func(c, _ int) error { _, err := place(c); return err })
		})
	}
	bare := func() (float64, error) {
		return bareCost.of(w, func() (float64, error) {
			return rate(ctx, checkoutConnections, w.span, func(c, _ int) error {
				return bareCheckout(ctx, sqlPool, newNo, buyers[c].skuIDs)
			})
		})
	}
	a, b, err := duel(w.rounds, ours, bare)
	if err != nil {
		return err
	}
	t.race("checkout / bare SQL", 0.35, a, b)
	t.add(row{Name: "processor time of a checkout", Value: oursCost.each(oursCost.server + oursCost.database), Unit: "µs", Detail: fmt.Sprintf(
		"server %.0f, database %.0f; bare SQL: database %.0f",
		oursCost.each(oursCost.server), oursCost.each(oursCost.database), bareCost.each(bareCost.database))})

	paid, err := rate(ctx, checkoutConnections, w.span, func(c, _ int) error {
		no, err := place(c)
		if err != nil {
			return err
		}
		status, answer, err := p[c].do(request(http.MethodPut, "/v1/bench/orders/"+no+"/payment", "",
			"Authorization: Bearer "+buyers[c].token, "Content-Length: 0"))
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d: %s", status, answer)
		}
		return err
	})
	if err != nil {
		return err
	}
	t.race("checkout and payment prepared / bare SQL", 0, paid, b)
	return nil
}

// cost is what some work took of the processors, in the server and in the database.
type cost struct {
	times            float64 // how often it was done
	server, database time.Duration
}

// each is the share of one time, in microseconds.
func (c cost) each(d time.Duration) float64 { return float64(d.Microseconds()) / c.times }

// of adds what the work takes that do does for w.span.
func (c *cost) of(w *world, do func() (float64, error)) (float64, error) {
	database, err := w.maria.PID()
	if err != nil {
		return 0, err
	}
	pids := [2]int{w.server.cmd.Process.Pid, database}
	var before, after [2]time.Duration
	read := func(into *[2]time.Duration) error {
		for i, pid := range pids {
			if into[i], err = processorTime(pid); err != nil {
				return err
			}
		}
		return nil
	}
	if err := read(&before); err != nil {
		return 0, err
	}
	perSecond, err := do()
	if err != nil {
		return 0, err
	}
	c.times += perSecond * w.span.Seconds()
	if err := read(&after); err != nil {
		return 0, err
	}
	c.server += after[0] - before[0]
	c.database += after[1] - before[1]
	return perSecond, nil
}

// bareTables copies our tables, empty but for the SKUs, so that the bare transaction meets the same rows
// and indexes.
func (w *world) bareTables(ctx context.Context) (*sql.DB, error) {
	cfg, err := gomysql.ParseDSN(w.dsn)
	if err != nil {
		return nil, err
	}
	cfg.InterpolateParams = true
	cfg.Params = map[string]string{"sql_mode": "''"} // a column that came later has its empty value
	connector, err := gomysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	p := sql.OpenDB(connector)
	p.SetMaxOpenConns(checkoutConnections)
	p.SetMaxIdleConns(checkoutConnections)
	for _, q := range []string{
		"CREATE OR REPLACE TABLE bare_orders LIKE orders", "CREATE OR REPLACE TABLE bare_order_lines LIKE order_lines",
		"CREATE OR REPLACE TABLE bare_skus LIKE skus", "INSERT INTO bare_skus SELECT * FROM skus",
	} {
		if _, err := p.ExecContext(ctx, q); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	return p, nil
}

// execAll runs statements one after the other.
func execAll(ctx context.Context, dsn string, statements ...string) error {
	p, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	defer p.Close()
	for _, q := range statements {
		if _, err := p.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// get asks our server once.
func (w *world) get(ctx context.Context, path string) ([]byte, error) {
	c, err := dial(ctx, w.server.address)
	if err != nil {
		return nil, err
	}
	defer pool{c}.close()
	status, body, err := c.do(request(http.MethodGet, path, "", "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8"))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %s", path, status, body)
	}
	return bytes.Clone(body), err
}
