package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"hutong/api"
	"hutong/model"
)

func TestDocument(t *testing.T) {
	tr := &trial{document: []byte(`{"sku":"a","quantity":1}`)}
	a := newAPI(t, func(o *api.Options) { o.Storefront = tr })
	w := ask(t, a, http.MethodGet, "/v1/demo/document", "")
	tag := w.Header().Get("ETag")
	if w.Code != 200 || w.Body.String() != string(tr.document) || w.Header().Get("Cache-Control") != "public, no-cache" || w.Header().Get("Content-Type") != "application/json" || !strings.HasPrefix(tag, `"`) {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for header, status := range map[string]int{
		tag: 304, `"x", ` + tag: 304, "W/" + tag: 304, "*": 304,
		`"x"`: 200, strings.Trim(tag, `"`): 200, "": 200,
	} {
		w := ask(t, a, http.MethodGet, "/v1/demo/document", "", "If-None-Match", header)
		if w.Code != status || (status == 304) != (w.Body.Len() == 0) || w.Header().Get("ETag") != tag {
			t.Errorf("If-None-Match %q: %d %v", header, w.Code, w.Header())
		}
	}
	tr.document = []byte(`{"sku":"a","quantity":2}`)
	if w := ask(t, a, http.MethodGet, "/v1/demo/document", "", "If-None-Match", tag); w.Code != 200 || w.Header().Get("ETag") == tag {
		t.Errorf("after a change: %d %s", w.Code, w.Header().Get("ETag"))
	}
}

func TestPage(t *testing.T) {
	w := ask(t, newAPI(t), http.MethodGet, "/v1/demo/list", "")
	if got := w.Body.String(); got != `{"items":[],"next_cursor":"`+strings.Repeat("x", 20)+`"}`+"\n" { // 20 is the default limit
		t.Error(got)
	}
}

func TestMedia(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"demo/a.png":     "png",
		"photos/a.jpg":   "jpg",
		"demo/a.SVG":     "<svg onload='alert(1)'/>",
		"demo/page.html": "<script>alert(1)</script>",
		"demo/.secret":   "x",
		".git/config":    "x",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755), os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	a := newAPI(t, func(o *api.Options) { o.Media = os.DirFS(folder) })
	w := ask(t, a, http.MethodGet, "/media/demo/a.png", "")
	if w.Code != 200 || w.Body.String() != "png" || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = ask(t, a, http.MethodGet, "/media/photos/a.jpg", "")
	if w.Code != 200 || w.Header().Get("Cache-Control") != "private, max-age=3600" || w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("a consumer's photo: %d %v", w.Code, w.Header())
	}
	if w := ask(t, a, http.MethodHead, "/media/demo/a.png", ""); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d", w.Code)
	}
	if w := ask(t, a, http.MethodGet, "/media/demo/a.png", "", "Range", "bytes=1-1"); w.Code != 206 || w.Body.String() != "n" {
		t.Errorf("a range: %d %s", w.Code, w.Body)
	}
	w = ask(t, a, http.MethodGet, "/media/demo/a.SVG", "")
	if csp := w.Header().Get("Content-Security-Policy"); w.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "sandbox") {
		t.Errorf("%v", w.Header())
	}
	w = ask(t, a, http.MethodGet, "/media/demo/page.html", "")
	if w.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("a page: %v", w.Header())
	}
	for _, path := range []string{"/media/", "/media/demo", "/media/demo/", "/media/demo/.secret", "/media/.git/config", "/media/../api.go", "/media/demo/%2e%2e/%2e%2e/x", "/media//etc/passwd", "/media/nothing.png"} {
		if d := problemOf(t, ask(t, a, http.MethodGet, path, "")); d.Status != 404 {
			t.Errorf("%s: %+v", path, d)
		}
	}
}

func TestCallback(t *testing.T) {
	var got struct {
		brand           int64
		body, signature string
		deadline        time.Duration
	}
	var answer error
	metrics := prometheus.NewRegistry()
	a := newAPI(t, func(o *api.Options) {
		o.Metrics = metrics
		o.WeChatPay = func(ctx context.Context, h http.Header, body []byte) (model.CallbackOutcome, error) {
			got.brand, _ = model.BrandID(ctx)
			got.body, got.signature = string(body), h.Get("Wechatpay-Signature")
			d, _ := ctx.Deadline()
			got.deadline = time.Until(d)
			if answer != nil {
				return "", answer
			}
			return model.CallbackApplied, nil
		}
	})
	post := func(slug, body string) *httptest.ResponseRecorder {
		return ask(t, a, http.MethodPost, "/callbacks/"+slug+"/wechatpay", body, "Wechatpay-Signature", "WECHATPAY/x")
	}
	body := "{\"id\" : \"EV-1\"}\n"
	if w := post("demo", body); w.Code != 204 || w.Body.Len() != 0 || got.brand != 1 || got.body != body || got.signature != "WECHATPAY/x" {
		t.Errorf("%d %s %+v", w.Code, w.Body, got)
	}
	if got.deadline <= 0 || got.deadline > 4500*time.Millisecond {
		t.Errorf("a deadline in %s; WeChat waits 5 s", got.deadline)
	}
	if w := post("closed", body); w.Code != 204 || got.brand != 3 {
		t.Errorf("of a suspended shop: %d %+v", w.Code, got)
	}
	for _, c := range []struct {
		err    error
		status int
	}{
		{model.ErrBadSignature, 401},
		{model.ErrInvalid, 400},
		{errors.New("the secret of the house"), 500},
		{context.DeadlineExceeded, 503},
		{model.ErrWeChat, 502},
	} {
		answer = c.err
		w := post("demo", body)
		var said struct{ Code, Message string }
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != c.status || said.Code != "FAIL" || said.Message == "" {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "signature") {
			t.Errorf("tells why: %s", w.Body)
		}
	}
	answer = nil
	if w := post("nobody", body); w.Code != 404 {
		t.Errorf("no such shop: %d", w.Code)
	}
	if w := post("demo", strings.Repeat("x", 64<<10)); w.Code != 204 {
		t.Errorf("64 KiB: %d", w.Code)
	}
	if w := post("demo", strings.Repeat("x", 64<<10+1)); w.Code != 413 {
		t.Errorf("over 64 KiB: %d", w.Code)
	}
	err := testutil.GatherAndCompare(metrics, strings.NewReader(`
# HELP hutong_callbacks_total WeChat's notifications, by what became of them: applied, repeated, unhandled; mismatch and unknown, which staff should look at; refused (not WeChat's, or not understood), failed (WeChat tries again).
# TYPE hutong_callbacks_total counter
hutong_callbacks_total{outcome="applied",sender="mini_program"} 0
hutong_callbacks_total{outcome="applied",sender="wechatpay"} 3
hutong_callbacks_total{outcome="failed",sender="mini_program"} 0
hutong_callbacks_total{outcome="failed",sender="wechatpay"} 3
hutong_callbacks_total{outcome="mismatch",sender="mini_program"} 0
hutong_callbacks_total{outcome="mismatch",sender="wechatpay"} 0
hutong_callbacks_total{outcome="refused",sender="mini_program"} 0
hutong_callbacks_total{outcome="refused",sender="wechatpay"} 4
hutong_callbacks_total{outcome="repeated",sender="mini_program"} 0
hutong_callbacks_total{outcome="repeated",sender="wechatpay"} 0
hutong_callbacks_total{outcome="unhandled",sender="mini_program"} 0
hutong_callbacks_total{outcome="unhandled",sender="wechatpay"} 0
hutong_callbacks_total{outcome="unknown",sender="mini_program"} 0
hutong_callbacks_total{outcome="unknown",sender="wechatpay"} 0
`), "hutong_callbacks_total")
	if err != nil {
		t.Error(err)
	}
}

func TestReady(t *testing.T) {
	hand := &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var database, wechat error
	looked := 0
	a := newAPI(t, func(o *api.Options) {
		o.Clock = hand.time
		o.Checks = []api.Check{
			{Name: "database", Required: true, Run: func(ctx context.Context) error { looked++; return errors.Join(database, ctx.Err()) }},
			{Name: "wechat", Run: func(context.Context) error { return wechat }},
		}
	})
	ready := func() (int, string) {
		w := ask(t, a, http.MethodGet, "/readyz", "")
		return w.Code, w.Body.String()
	}
	if code, body := ready(); code != 200 || body != `{"ready":true,"checks":[{"name":"database","ok":true,"required":true,"ms":0},{"name":"wechat","ok":true,"required":false,"ms":0}]}`+"\n" {
		t.Errorf("%d %s", code, body)
	}
	database = errors.New("password hunter2")
	if code, _ := ready(); code != 200 || looked != 1 {
		t.Errorf("%d; looked %d times at once", code, looked)
	}
	hand.now = hand.now.Add(3 * time.Second)
	if code, body := ready(); code != 503 || strings.Contains(body, "hunter2") || !strings.Contains(body, `"ready":false`) {
		t.Errorf("%d %s", code, body)
	}
	if w := ask(t, a, http.MethodGet, "/healthz", ""); w.Code != 200 {
		t.Errorf("healthz %d", w.Code)
	}
	database, wechat = nil, errors.New("no")
	hand.now = hand.now.Add(3 * time.Second)
	if code, body := ready(); code != 200 || !strings.Contains(body, `{"name":"wechat","ok":false`) {
		t.Errorf("without what is not required: %d %s", code, body)
	}
	// A probe that gives up does not spoil the outcome for the next.
	hand.now = hand.now.Add(3 * time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if w := askWith(ctx, t, a, http.MethodGet, "/readyz"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPrivate(t *testing.T) {
	a := newAPI(t)
	ask(t, a, http.MethodGet, "/v1/demo/list", "")
	p := a.Private()
	for path, want := range map[string]string{
		"/metrics":      `hutong_http_requests_total{method="GET",route="/v1/:brand/list",status="200"} 1`,
		"/healthz":      "true",
		"/readyz":       "true",
		"/debug/pprof/": "goroutine",
	} {
		if w := ask(t, p, http.MethodGet, path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
