package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

func TestMigrate(t *testing.T) {
	config := installation(t)
	if r := hutong(t, "migrate", "status", "--config", config); r.code != exitFailed || !strings.Contains(r.out, "version 0") {
		t.Errorf("status before: %+v", r)
	}
	if r := hutong(t, "serve", "--config", config); r.code != exitFailed || !strings.Contains(r.err, "run `hutong migrate` first") {
		t.Errorf("serve before: %+v", r)
	}
	if out := must(t, "migrate", "--config", config); !strings.Contains(out, "_jobs.sql") {
		t.Errorf("migrate: %s", out)
	}
	if out := must(t, "migrate", "--config", config); !strings.Contains(out, "0 migrations") {
		t.Errorf("again: %s", out)
	}
	must(t, "migrate", "status", "--config", config)
	if out := must(t, "audit", "--config", config); !strings.Contains(out, "✓") {
		t.Errorf("audit: %s", out)
	}
}

// The server starts on both databases, answers, and ends in order.
func TestServe(t *testing.T) {
	maria := `database: {driver: mysql, dsn: "` + testdb.MariaDBOptions(t).DSN + `"}`
	weChat := `wechat: {api_base: "http://127.0.0.1:1", pay_base: "http://127.0.0.1:1"}`
	for name, config := range map[string]string{"sqlite": installation(t), "mariadb": installation(t, maria, weChat)} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			s := start(t, "serve", "--migrate", "--config", config)
			public, private := s.started()
			t.Logf("started after %s", time.Since(began))
			if status, body := get(t, public+"/readyz"); status != http.StatusOK {
				t.Errorf("readyz: %d %s", status, body)
			}
			if status, _ := get(t, public+"/metrics"); status != http.StatusNotFound {
				t.Errorf("the public sees metrics: %d", status)
			}
			_, metrics := get(t, private+"/metrics")
			for _, m := range []string{
				"hutong_http_requests_total", "hutong_callbacks_total", "hutong_job_oldest_due_seconds 0", "hutong_stats_up 1",
				"hutong_db_connections{", "hutong_build_info", "go_memstats", "process_resident_memory_bytes",
			} {
				if !strings.Contains(metrics, m) {
					t.Errorf("no metric %s", m)
				}
			}
			s.signal(syscall.SIGTERM)
			if code := s.ended(); code != exitOK {
				_, log := s.printed()
				t.Errorf("exit %d\n%s", code, log)
			}
		})
	}
}

// A replica for jobs alone answers on its private port and nowhere else.
func TestRoles(t *testing.T) {
	s := start(t, "serve", "--migrate", "--roles", "jobs", "--config", installation(t))
	public, private := s.started()
	if public != "http://" {
		t.Errorf("it listens on %s", public)
	}
	if status, _ := get(t, private+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz: %d", status)
	}
	s.signal(syscall.SIGINT)
	if code := s.ended(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// shop is an installation with a brand, slug demo, whose file is without the lines that have some words.
func shop(t *testing.T, without ...string) (config string) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := merchantOf(sim, "demo", simulator.ModePublicKey)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := brandFile("demo", m)
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.DeleteFunc(strings.SplitAfter(string(spec), "\n"), func(line string) bool {
		return slices.ContainsFunc(without, func(s string) bool { return strings.Contains(line, s) })
	})
	config = installation(t)
	file := filepath.Join(filepath.Dir(config), "demo.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(kept, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "migrate", "--config", config)
	if out := must(t, "brand", "apply", file, "--config", config); out != "demo: made\n" {
		t.Fatalf("brand apply: %s", out)
	}
	return config
}

func TestBrand(t *testing.T) {
	config := shop(t)
	file := filepath.Join(filepath.Dir(config), "demo.yaml")
	if out := must(t, "brand", "apply", file, "--config", config); out != "demo: changed\n" {
		t.Errorf("again: %s", out)
	}
	if out := must(t, "brand", "list", "--config", config); !strings.Contains(out, "demo  active") {
		t.Errorf("list: %s", out)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(wrong, []byte("slug: Demo\nname: {en: Demo}\nlanguages: [en]\ntheme: {accent: red}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := hutong(t, "brand", "apply", wrong, "--config", config)
	if r.code != exitFailed || !strings.Contains(r.err, "slug: ") || !strings.Contains(r.err, "theme.accent: ") {
		t.Errorf("a wrong file: %+v", r)
	}
}

// open begins a request whose end is up to the test.
func open(t *testing.T, base string) (finish func() (status int, err error)) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "POST /callbacks/demo/wechatpay HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{")
	return func() (int, error) {
		fmt.Fprint(c, "}")
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
}

// inFlight waits until the server has so many requests under way.
func inFlight(t *testing.T, s *running, private string, n int) {
	t.Helper()
	s.until("requests under way", func() bool {
		_, metrics := get(t, private+"/metrics")
		return strings.Contains(metrics, fmt.Sprintf("hutong_http_requests_in_flight %d\n", n))
	})
}

// Told to stop, the server refuses what is new and says so, and finishes what is under way.
func TestDrain(t *testing.T) {
	s := start(t, "serve", "--config", shop(t))
	public, private := s.started()
	finish := open(t, public)
	inFlight(t, s, private, 1)
	s.signal(syscall.SIGTERM)
	s.until("it says that it is not ready", func() bool {
		status, _ := get(t, private+"/readyz")
		return status == http.StatusServiceUnavailable
	})
	s.until("it refuses new connections", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(public, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	if status, err := finish(); status != http.StatusUnauthorized || err != nil {
		t.Errorf("the request under way: %d, %v", status, err)
	}
	if code := s.ended(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// What is not finished within the grace is cut off, and the exit code tells.
func TestGrace(t *testing.T) {
	s := startWith(t, []string{"HUTONG_SERVER__SHUTDOWN_GRACE=1s"}, "serve", "--config", shop(t))
	public, private := s.started()
	open(t, public)
	inFlight(t, s, private, 1)
	s.signal(syscall.SIGTERM)
	if code := s.ended(); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	if _, log := s.printed(); !strings.Contains(log, "server.shutdown_grace") {
		t.Errorf("the log: %s", log)
	}
}

// A second signal ends the server at once.
func TestSecondSignal(t *testing.T) {
	s := start(t, "serve", "--config", shop(t))
	public, private := s.started()
	open(t, public)
	inFlight(t, s, private, 1)
	s.signal(syscall.SIGTERM)
	s.until("it is stopping", func() bool { _, log := s.printed(); return strings.Contains(log, `"stopping"`) })
	s.signal(syscall.SIGTERM)
	if code := s.ended(); code != -1 {
		t.Errorf("exit %d", code)
	}
}

// Traces of requests reach the collector, and the last of them are sent before the end.
func TestTracing(t *testing.T) {
	var got atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.URL.Path == "/v1/traces" && bytes.Contains(body, []byte("/healthz")) {
			got.Add(1)
		}
	}))
	defer collector.Close()
	s := startWith(t, []string{"HUTONG_TRACING__ENDPOINT=" + collector.URL, "HUTONG_TRACING__SAMPLE_RATIO=1"},
		"serve", "--migrate", "--config", installation(t))
	public, _ := s.started()
	get(t, public+"/healthz")
	s.signal(syscall.SIGTERM)
	if code := s.ended(); code != exitOK || got.Load() == 0 {
		t.Errorf("exit %d, %d batches of traces", code, got.Load())
	}
}

// A request is logged in one line of JSON that carries its id, and nothing of who asked.
func TestLog(t *testing.T) {
	s := start(t, "serve", "--config", shop(t))
	public, _ := s.started()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, public+"/v1/demo/me?q=canary", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Request-Id", "request-0001")
	r.Header.Set("Authorization", "Bearer canary")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	s.until("it is logged", func() bool { _, log := s.printed(); return strings.Contains(log, `"request_id":"request-0001"`) })
	if _, log := s.printed(); strings.Contains(log, "canary") || !strings.Contains(log, `"route":"/v1/:brand/me"`) {
		t.Error(log)
	}
	s.signal(syscall.SIGTERM)
	s.ended()
}
