package main

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"hutong/wechat/simulator"
)

// A job under way when the server is told to stop is brought to its end, and what it found is kept.
func TestDrainFinishesJobs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hutong.db")
	k := newKillTest(t, "database: {path: "+path+"}")
	s := shopper{k: k, name: "mei"}
	s.order(t)

	// WeChat takes its time to answer the job that asks after the payment.
	if err := k.sim.AddFault(simulator.Fault{Op: simulator.OpQuery, Kind: simulator.Stall, Delay: 1500 * time.Millisecond, Times: 1}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE jobs SET run_at = 0 WHERE kind = 'payment.watch'"); err != nil {
		t.Fatal(err)
	}
	k.server.until("WeChat is asked", func() bool { return len(k.sim.Faults()) == 0 })
	k.server.signal(syscall.SIGTERM)
	if code := k.server.ended(); code != exitOK {
		t.Errorf("exit %d", code)
	}
	// Left behind, the job would be leased still, as a first attempt; it was put off by its own wish instead.
	var fence, attempts int
	err = db.QueryRowContext(t.Context(), "SELECT fence, attempts FROM jobs WHERE kind = 'payment.watch'").Scan(&fence, &attempts)
	if err != nil || fence != 1 || attempts != 0 {
		t.Errorf("leased %d times, attempt %d, %v", fence, attempts, err)
	}
}

// order places an order and asks for its payment.
func (s *shopper) order(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	if err := s.signIn(ctx); err != nil {
		t.Fatal(err)
	}
	call := func(method, path, key string, body, into any) {
		t.Helper()
		if _, err := s.k.call(ctx, method, path, s.token, key, body, into); err != nil {
			t.Fatal(err)
		}
	}
	var address, order struct{ No string }
	call(http.MethodPost, "/addresses", "the-address", map[string]any{
		"name": "王芳", "phone": "13800000000", "province_code": "31", "city": "上海市", "district": "静安区", "detail": "南京西路 1 号",
	}, &address)
	call(http.MethodPost, "/orders", "the-order", map[string]any{
		"address": address.No, "expected_total_fen": 12_900, "lines": []map[string]any{{"sku": s.k.sku, "quantity": 1}},
	}, &order)
	call(http.MethodPut, "/orders/"+order.No+"/payment", "", nil, nil)
}
