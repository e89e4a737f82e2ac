package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

// The server is killed (SIGKILL) again and again while consumers buy, and started again. Nothing is lost,
// nothing is doubled: each key made one order, each payment that WeChat took is an order's, the audit finds
// nothing.
func TestKilledUnderLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killUnderLoad(t, "") })
	t.Run("mariadb", func(t *testing.T) {
		killUnderLoad(t, `database: {driver: mysql, dsn: "`+testdb.MariaDBOptions(t).DSN+`"}`)
	})
}

const (
	killShoppers = 6
	kills        = 5
)

func killUnderLoad(t *testing.T, databaseLine string) {
	k := newKillTest(t, databaseLine)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	delivering := make(chan struct{})
	go func() {
		defer close(delivering)
		_ = k.sim.Run(ctx)
	}()
	load, closeShop := context.WithCancel(ctx)
	var shoppers sync.WaitGroup
	results := make([]shopper, killShoppers)
	for i := range results {
		results[i] = shopper{k: k, name: fmt.Sprintf("shopper-%d", i)}
		shoppers.Go(func() { results[i].shop(ctx, load) })
	}
	for range kills {
		pause(ctx, 300*time.Millisecond+rand.N(700*time.Millisecond))
		k.server.signal(syscall.SIGKILL)
		k.server.ended()
		k.server = k.start()
	}
	pause(ctx, 500*time.Millisecond)
	closeShop()
	shoppers.Wait()
	k.compare(ctx, results)
	k.server.signal(syscall.SIGTERM)
	if code := k.server.ended(); code != exitOK {
		t.Errorf("exit %d", code)
	}
	if r := hutong(t, "audit", "--config", k.config); r.code != exitOK {
		t.Errorf("audit: %s%s", r.out, r.err)
	}
	stop()
	<-delivering
}

// killTest is a shop with one product whose server dies now and then.
type killTest struct {
	t        *testing.T
	sim      *simulator.Simulator
	merchant simulator.Merchant
	config   string
	base     string
	server   *running
	sku      string
	client   *http.Client
}

func newKillTest(t *testing.T, databaseLine string) *killTest {
	sim, err := simulator.New(simulator.Options{Speed: 100})
	if err != nil {
		t.Fatal(err)
	}
	weChat := httptest.NewServer(sim)
	t.Cleanup(weChat.Close)
	address := unused(t)
	if databaseLine == "" {
		databaseLine = "database: {path: " + filepath.Join(t.TempDir(), "hutong.db") + "}"
	}
	k := &killTest{t: t, sim: sim, base: "http://" + address, client: &http.Client{Timeout: 10 * time.Second}}
	t.Cleanup(k.client.CloseIdleConnections)
	k.config = installation(t, databaseLine,
		fmt.Sprintf("wechat: {api_base: %q, pay_base: %q}", weChat.URL, weChat.URL),
		"rate: {address: {per_second: 0}, user: {per_second: 0}}", "jobs: {poll_interval: 100ms}")
	replaceIn(t, k.config, "127.0.0.1:0", address, "http://127.0.0.1:8080", k.base)
	if k.merchant, err = sim.AddMerchant(simulator.Merchant{Name: "shop"}); err != nil {
		t.Fatal(err)
	}
	spec, err := brandFile("shop", k.merchant)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	must(t, "migrate", "--config", k.config)
	must(t, "brand", "apply", "--config", k.config, write("shop.yaml", spec))
	must(t, "import", "--config", k.config, "--brand", "shop", "--format", "shopify", write("goods.csv", []byte(
		"Handle,Title,Published,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty\nmoka,Moka,true,Title,Default Title,129.00,100000\n")))
	k.server = k.start()
	var product struct {
		SKUs []struct{ No string } `json:"skus"`
	}
	if status, err := k.call(t.Context(), http.MethodGet, "/products/moka", "", "", nil, &product); status != http.StatusOK || err != nil {
		t.Fatalf("product: %d, %v", status, err)
	}
	k.sku = product.SKUs[0].No
	return k
}

func (k *killTest) start() *running {
	s := start(k.t, "serve", "--config", k.config)
	s.started()
	return s
}

// call sends a request once. status is 0 when nobody answered in full.
func (k *killTest) call(ctx context.Context, method, path, token, key string, body, into any) (status int, err error) {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return 0, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, k.base+"/v1/shop"+path, &content)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := k.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	if answer.StatusCode >= 300 {
		return answer.StatusCode, fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, got)
	}
	if into == nil {
		return answer.StatusCode, nil
	}
	return answer.StatusCode, json.Unmarshal(got, into)
}

// insist sends the same request until it is answered with success, as a mini program does whose connection
// breaks.
func (k *killTest) insist(ctx context.Context, method, path, token, key string, body, into any) error {
	for try := 0; ; try++ {
		status, err := k.call(ctx, method, path, token, key, body, into)
		if err == nil || ctx.Err() != nil || (status != 0 && status < 500) || try == 500 {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// shopper is a consumer who buys the same thing over and over.
type shopper struct {
	k      *killTest
	name   string
	token  string
	orders []string // in the order of their keys
	err    error
}

// shop buys until load ends; an order begun is brought to its end.
func (s *shopper) shop(ctx, load context.Context) {
	s.err = func() error {
		var address struct{ No string }
		if err := s.signIn(ctx); err != nil {
			return err
		}
		err := s.k.insist(ctx, http.MethodPost, "/addresses", s.token, "address-of-"+s.name, map[string]any{
			"name": "王芳", "phone": "13800000000", "province_code": "31", "city": "上海市", "district": "静安区", "detail": "南京西路 1 号",
		}, &address)
		if err != nil {
			return err
		}
		for n := 0; load.Err() == nil; n++ {
			if err := s.buy(ctx, fmt.Sprintf("order-%s-%04d", s.name, n), address.No); err != nil {
				return err
			}
		}
		return nil
	}()
}

func (s *shopper) signIn(ctx context.Context) error {
	for try := 0; ; try++ {
		code, err := s.k.sim.LoginCode(s.k.merchant.AppID, s.name) // a code is good once: each try takes another
		if err != nil {
			return err
		}
		var session struct{ Token string }
		status, err := s.k.call(ctx, http.MethodPost, "/session", "", "", map[string]any{"code": code}, &session)
		s.token = session.Token
		if err == nil || ctx.Err() != nil || (status != 0 && status < 500) || try == 500 {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
}

func (s *shopper) buy(ctx context.Context, key, address string) error {
	var order struct{ No string }
	err := s.k.insist(ctx, http.MethodPost, "/orders", s.token, key, map[string]any{
		"address": address, "expected_total_fen": 12_900,
		"lines": []map[string]any{{"sku": s.k.sku, "quantity": 1}},
	}, &order)
	if err != nil {
		return err
	}
	s.orders = append(s.orders, order.No)
	if err := s.k.insist(ctx, http.MethodPut, "/orders/"+order.No+"/payment", s.token, "", nil, nil); err != nil {
		return err
	}
	_, err = s.k.sim.Pay(order.No)
	return err
}

// compare waits until every payment has arrived and compares what the shoppers know with the server.
func (k *killTest) compare(ctx context.Context, shoppers []shopper) {
	k.t.Helper()
	total := 0
	for _, s := range shoppers {
		if s.err != nil {
			k.t.Errorf("%s: %v", s.name, s.err)
			continue
		}
		total += len(s.orders)
		seen := map[string]bool{}
		for _, no := range s.orders {
			if seen[no] {
				k.t.Errorf("two keys of %s made one order, %s", s.name, no)
			}
			seen[no] = true
			if err := k.untilPaid(ctx, s.token, no); err != nil {
				k.t.Error(err)
			}
		}
		if got := k.count(ctx, s.token); got != len(s.orders) {
			k.t.Errorf("%s knows %d orders, the server %d", s.name, len(s.orders), got)
		}
	}
	if total < killShoppers*kills {
		k.t.Errorf("only %d orders: this was no load", total)
	}
	k.t.Logf("%d orders over %d kills", total, kills)
}

func (k *killTest) untilPaid(ctx context.Context, token, no string) error {
	for range 400 {
		var order struct{ Status string }
		if _, err := k.call(ctx, http.MethodGet, "/orders/"+no, token, "", nil, &order); err != nil {
			return err
		}
		if order.Status == "paid" {
			return nil
		}
		pause(ctx, 50*time.Millisecond)
	}
	return errors.New("order " + no + " was paid at WeChat and is not paid here")
}

// count is how many orders the server has of a shopper.
func (k *killTest) count(ctx context.Context, token string) (n int) {
	k.t.Helper()
	for cursor := ""; ; {
		var page struct {
			Items      []json.RawMessage `json:"items"`
			NextCursor string            `json:"next_cursor"`
		}
		if _, err := k.call(ctx, http.MethodGet, "/orders?limit=100&cursor="+cursor, token, "", nil, &page); err != nil {
			k.t.Error(err)
			return n
		}
		n += len(page.Items)
		if cursor = page.NextCursor; cursor == "" {
			return n
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// unused is an address on the loopback that nobody listens at.
func unused(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// replaceIn changes a file, old to new by pairs.
func replaceIn(t *testing.T, path string, pairs ...string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(string(content))), 0o600); err != nil {
		t.Fatal(err)
	}
}
