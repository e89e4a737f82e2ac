package api_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"hutong/api"
	"hutong/api/limit"
)

func TestHeaders(t *testing.T) {
	a := newAPI(t)
	for _, path := range []string{"/v1/demo/list", "/v1/nobody/list", "/healthz", "/nothing"} {
		h := ask(t, a, http.MethodGet, path, "").Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"Cache-Control":           "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	a := newAPI(t)
	for given, kept := range map[string]bool{
		"9f1c-77aa_Z":                true,
		"":                           false,
		"short":                      false,
		strings.Repeat("a", 65):      false,
		"has a space":                false,
		"quote\"quote":               false,
		"line\nline-":                false,
		"01JZQ4T7M9S8X5N2K6V3B1C0DE": true,
	} {
		got := ask(t, a, http.MethodGet, "/v1/demo/list", "", "X-Request-Id", given).Header().Get("X-Request-Id")
		if (got == given) != kept || len(got) < 8 {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestLanguage(t *testing.T) {
	a := newAPI(t)
	for _, c := range []struct{ path, accept, answer, problem string }{
		{"/v1/demo", "", "zh-CN", "zh-CN"},
		{"/v1/demo", "en-GB,en;q=0.9", "en", "en"},
		{"/v1/demo", "zh-TW", "zh-CN", "zh-CN"},
		{"/v1/demo", "fr", "fr", "zh-CN"}, // the shop speaks it, we do not
		{"/v1/demo", "it", "zh-CN", "it"}, // we speak it, the shop does not
		{"/v1/demo", "it;q=0.5,en;q=0.8", "en", "en"},
		{"/v1/demo", "no language; at all", "zh-CN", "zh-CN"},
		{"/v1/demo", "en," + strings.Repeat("x", 300), "zh-CN", "zh-CN"},
		{"/v1/other", "en", "it", "en"},
		{"/v1/other", "", "it", "it"},
	} {
		token := "Bearer token-of-" + strings.TrimPrefix(c.path, "/v1/")
		w := ask(t, a, http.MethodPost, c.path+"/orders", goodOrder, "Accept-Language", c.accept, "Authorization", token, "Idempotency-Key", "key-0001")
		if !strings.Contains(w.Body.String(), `"language":"`+c.answer+`"`) {
			t.Errorf("%s %q: answer %s", c.path, c.accept, w.Body)
		}
		w = ask(t, a, http.MethodPost, c.path+"/orders", `{}`, "Accept-Language", c.accept, "Authorization", token, "Idempotency-Key", "key-0001")
		problemOf(t, w)
		if got := w.Header().Get("Content-Language"); got != c.problem {
			t.Errorf("%s %q: problem in %s", c.path, c.accept, got)
		}
	}
	if d := problemOf(t, ask(t, a, http.MethodGet, "/nothing", "", "Accept-Language", "it")); d.Detail != "Qui non c'è nulla." || d.Title != "Non trovato" {
		t.Errorf("%+v", d)
	}
}

func TestBodyLimit(t *testing.T) {
	a := newAPI(t, func(o *api.Options) { o.MaxBody = 1000 })
	server := httptest.NewServer(a)
	defer server.Close()
	post := func(path string, body io.Reader) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", signedIn[1])
		r.Header.Set("Idempotency-Key", signedIn[3])
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	pad := func(n int) string { return goodOrder + strings.Repeat(" ", n-len(goodOrder)) }
	for _, c := range []struct {
		path   string
		size   int
		status int
	}{
		{"/v1/demo/orders", 1000, 201},
		{"/v1/demo/orders", 1001, 413},
		{"/v1/demo/orders", 100_000, 413},
		{"/v1/demo/small", 64, 204},
		{"/v1/demo/small", 65, 413},
	} {
		if got := post(c.path, strings.NewReader(pad(c.size))); got != c.status {
			t.Errorf("%s, %d bytes: %d", c.path, c.size, got)
		}
		// io.MultiReader hides the length, so that the body is sent in chunks.
		if got := post(c.path, io.MultiReader(strings.NewReader(pad(c.size)))); got != c.status {
			t.Errorf("%s, %d bytes in chunks: %d", c.path, c.size, got)
		}
	}
	if d := problemOf(t, ask(t, a, http.MethodPost, "/v1/demo/small", pad(65))); d.Code != "too_large" {
		t.Errorf("%+v", d)
	}
}

func TestBrokenBody(t *testing.T) {
	a := newAPI(t)
	r := httptest.NewRequest(http.MethodPost, "/v1/demo/small", io.MultiReader(strings.NewReader(`{"name"`), brokenReader{}))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if d := problemOf(t, w); d.Code != "malformed" {
		t.Errorf("%+v", d)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestRateLimits(t *testing.T) {
	hand := &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	a := newAPI(t, func(o *api.Options) {
		o.Clock = hand.time
		o.PerAddress = limit.Rate{PerSecond: 2, Burst: 10}
		o.PerUser = limit.Rate{PerSecond: 0.25, Burst: 3}
		o.TrustedProxies = []string{"192.0.2.0/24"}
	})
	from := func(address, path string) int {
		t.Helper()
		w := ask(t, a, http.MethodGet, path, "", "X-Forwarded-For", address)
		if w.Code == 429 {
			if d := problemOf(t, w); d.Code != "rate_limited" {
				t.Errorf("%+v", d)
			}
		}
		return w.Code
	}
	for i := range 12 {
		want := 200
		if i >= 10 {
			want = 429
		}
		if got := from("198.51.100.1", "/v1/demo/list"); got != want {
			t.Fatalf("request %d: %d", i, got)
		}
	}
	if got := from("198.51.100.1", "/nothing"); got != 429 {
		t.Errorf("no route: %d", got)
	}
	if got := from("198.51.100.1", "/healthz"); got != 200 {
		t.Errorf("health is limited: %d", got)
	}
	if got := from("198.51.100.2", "/v1/demo/list"); got != 200 {
		t.Errorf("another address: %d", got)
	}
	hand.now = hand.now.Add(500 * time.Millisecond)
	if first, second := from("198.51.100.1", "/v1/demo/list"), from("198.51.100.1", "/v1/demo/list"); first != 200 || second != 429 {
		t.Errorf("after half a second: %d, %d", first, second)
	}
	// A dear request takes five of the ten; of IPv6 the /64 counts.
	for i, want := range []int{204, 204, 429} {
		if got := from("2001:db8::"+string(rune('1'+i)), "/v1/demo/dear"); got != want {
			t.Errorf("dear request %d: %d", i, got)
		}
	}
	// Of one user, from anywhere.
	for i, want := range []int{201, 201, 201, 429} {
		w := ask(t, a, http.MethodPost, "/v1/demo/orders", goodOrder, append(signedIn[:4:4], "X-Forwarded-For", "203.0.113."+string(rune('1'+i)))...)
		if w.Code != want {
			t.Errorf("user's request %d: %d", i, w.Code)
		}
		if want == 429 && w.Header().Get("Retry-After") != "4" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
	}
}

func TestForwardedForIsNotBelieved(t *testing.T) {
	a := newAPI(t, func(o *api.Options) { o.PerAddress = limit.Rate{PerSecond: 1, Burst: 1} })
	ask(t, a, http.MethodGet, "/v1/demo/list", "", "X-Forwarded-For", "198.51.100.1")
	if w := ask(t, a, http.MethodGet, "/v1/demo/list", "", "X-Forwarded-For", "198.51.100.2"); w.Code != 429 {
		t.Errorf("status %d", w.Code)
	}
}

func TestBadProxy(t *testing.T) {
	if _, err := api.New(api.Options{TrustedProxies: []string{"nonsense"}, Clock: time.Now, Storefront: &trial{}}); err == nil {
		t.Error("accepted")
	}
}

func TestCORS(t *testing.T) {
	a := newAPI(t, func(o *api.Options) { o.Origins = []string{"https://m.example.com"} })
	pre := []string{"Access-Control-Request-Method", "POST"}
	w := ask(t, a, http.MethodOptions, "/v1/demo/orders", "", append(pre, "Origin", "https://m.example.com")...)
	h := w.Header()
	if w.Code != 204 || h.Get("Access-Control-Allow-Origin") != "https://m.example.com" || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "Idempotency-Key") || h.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%d %v", w.Code, h)
	}
	w = ask(t, a, http.MethodOptions, "/v1/demo/orders", "", append(pre, "Origin", "https://evil.example.com")...)
	if w.Code != 405 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = ask(t, a, http.MethodGet, "/v1/demo/document", "", "Origin", "https://m.example.com")
	if vary := strings.Join(w.Header().Values("Vary"), ","); vary != "Origin,Accept-Language" || w.Header().Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("%v", w.Header())
	}
	w = ask(t, newAPI(t), http.MethodOptions, "/v1/demo/orders", "", append(pre, "Origin", "https://m.example.com")...)
	if w.Code != 405 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without origins: %d %v", w.Code, w.Header())
	}
}

func TestLogAndMetrics(t *testing.T) {
	var log bytes.Buffer
	metrics := prometheus.NewRegistry()
	a := newAPI(t, func(o *api.Options) {
		o.Log, o.Metrics, o.LogEvery = slog.New(slog.NewJSONHandler(&log, nil)), metrics, 2
	})
	for range 4 {
		ask(t, a, http.MethodGet, "/v1/demo/list?cursor=13812345678&limit=1", "", "User-Agent", "agent-007", "X-Forwarded-For", "198.51.100.1")
	}
	ask(t, a, http.MethodGet, "/v1/demo/list?limit=13812345678", "", "Authorization", "Bearer token-of-demo")
	ask(t, a, "BREW", "/13812345678", "")
	if got := strings.Count(log.String(), "\n"); got != 4 { // 2 of 4 that went well, 2 that did not
		t.Errorf("%d lines:\n%s", got, log.String())
	}
	for _, personal := range []string{"13812345678", "agent-007", "198.51.100.1", "192.0.2.1", "token-of-demo", "BREW"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("the log has %s:\n%s", personal, log.String())
		}
	}
	for _, want := range []string{`"route":"/v1/:brand/list"`, `"code":"too_big"`, `"status":400`, `"route":"unmatched"`, `"method":"other"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, log.String())
		}
	}
	err := testutil.GatherAndCompare(metrics, strings.NewReader(`
# HELP hutong_http_requests_in_flight Requests being answered.
# TYPE hutong_http_requests_in_flight gauge
hutong_http_requests_in_flight 0
# HELP hutong_http_requests_total Requests answered, by the template of their path.
# TYPE hutong_http_requests_total counter
hutong_http_requests_total{method="GET",route="/v1/:brand/list",status="200"} 4
hutong_http_requests_total{method="GET",route="/v1/:brand/list",status="400"} 1
hutong_http_requests_total{method="other",route="unmatched",status="404"} 1
`), "hutong_http_requests_total", "hutong_http_requests_in_flight")
	if err != nil {
		t.Error(err)
	}
	if n := testutil.CollectAndCount(metrics, "hutong_http_request_duration_seconds"); n != 2 {
		t.Errorf("%d histograms", n)
	}
}
