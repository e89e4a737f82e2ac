package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/model"
)

// clock is turned by hand.
type clock struct{ now time.Time }

func (c *clock) time() time.Time { return c.now }

var brands = map[string]*model.Brand{
	"demo":   {ID: 1, Slug: "demo", Status: model.BrandActive, DefaultLanguage: "zh-CN", Languages: model.List[string]{"zh-CN", "en", "fr"}},
	"other":  {ID: 2, Slug: "other", Status: model.BrandActive, DefaultLanguage: "it", Languages: model.List[string]{"it"}},
	"closed": {ID: 3, Slug: "closed", Status: model.BrandSuspended, DefaultLanguage: "zh-CN", Languages: model.List[string]{"zh-CN"}},
}

func findBrand(_ context.Context, slug string) (*model.Brand, error) {
	if b, ok := brands[slug]; ok {
		return b, nil
	}
	return nil, model.ErrBrandNotFound
}

// tokens are those of consumers, by brand.
var tokens = map[int64]map[string]int64{1: {"token-of-demo": 41}, 2: {"token-of-other": 42}}

func verify(_ context.Context, brandID int64, token string) (int64, error) {
	if token == "token-of-yesterday" {
		return 0, model.ErrSessionExpired
	}
	if id, ok := tokens[brandID][token]; ok {
		return id, nil
	}
	return 0, model.ErrUnauthorized
}

func newAPI(t testing.TB, change ...func(*api.Options)) *api.API {
	t.Helper()
	o := api.Options{
		Brand: findBrand, Verify: verify, Storefront: &trial{}, Version: "1.0.0",
		Clock: (&clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}).time,
	}
	for _, f := range change {
		f(&o)
	}
	a, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ask sends a request to h; headers are name, value, name, value …
func ask(t testing.TB, h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	var b io.Reader
	if body != "" {
		b = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, b)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// askWith sends a request that ends with ctx.
func askWith(ctx context.Context, t testing.TB, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, path, nil))
	return w
}

// document is a problem document as a caller reads it.
type document struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail"`
	Code      string            `json:"code"`
	Field     string            `json:"field"`
	Args      map[string]string `json:"args"`
	RequestID string            `json:"request_id"`
	Errors    []struct {
		Field, Code, Detail string
		Args                map[string]string
	} `json:"errors"`
}

// problemOf reads a problem document, and checks what is true of each.
func problemOf(t testing.TB, w *httptest.ResponseRecorder) document {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("Content-Type %q, status %d, body %s", got, w.Code, w.Body)
	}
	var d document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if d.Status != w.Code || d.Type != "/problems/"+d.Code || d.Title == "" || d.Detail == "" || d.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("status %d, document %+v", w.Code, d)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Language") == "" {
		t.Errorf("headers %v", w.Header())
	}
	return d
}
