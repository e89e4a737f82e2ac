package api_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/api/problem"
	"hutong/model"
)

const goodOrder = `{"name":"Mei","quantity":2}`

var signedIn = []string{"Authorization", "Bearer token-of-demo", "Idempotency-Key", "key-0001"}

func TestInput(t *testing.T) {
	a := newAPI(t)
	big := strings.Repeat("1", 60)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code, field        string
	}{
		"syntax":             {body: `{"name":`, status: 400, code: "malformed", field: "body"},
		"two values":         {body: goodOrder + goodOrder, status: 400, code: "malformed", field: "body"},
		"array for object":   {body: `[]`, status: 400, code: "wrong_type", field: "body"},
		"null":               {body: `null`, status: 400, code: "wrong_type", field: "body"},
		"no body":            {body: "", status: 400, code: "required", field: "body"},
		"missing":            {body: `{"quantity":1}`, status: 400, code: "required", field: "name"},
		"missing in a line":  {body: `{"name":"Mei","quantity":1,"lines":[{"sku":"a","quantity":1},{"quantity":1}]}`, status: 400, code: "required", field: "lines[1].sku"},
		"string for integer": {body: `{"name":"Mei","quantity":"13812345678"}`, status: 400, code: "wrong_type", field: "quantity"},
		"fraction":           {body: `{"name":"Mei","quantity":1.5}`, status: 400, code: "wrong_type", field: "quantity"},
		"whole fraction":     {body: `{"name":"Mei","quantity":1.0}`, status: 400, code: "wrong_type", field: "quantity"},
		"overflow":           {body: `{"name":"Mei","quantity":` + big + `}`, status: 400, code: "too_big", field: "quantity"},
		"too small":          {body: `{"name":"Mei","quantity":0}`, status: 400, code: "too_small", field: "quantity"},
		"too small, deep":    {body: `{"name":"Mei","quantity":1,"lines":[{"sku":"a","quantity":0}]}`, status: 400, code: "too_small", field: "lines[0].quantity"},
		"too big":            {body: `{"name":"Mei","quantity":10000}`, status: 400, code: "too_big", field: "quantity"},
		"too long":           {body: `{"name":"` + big + `","quantity":1}`, status: 400, code: "too_long", field: "name"},
		"too short":          {body: `{"name":"M","quantity":1}`, status: 400, code: "too_short", field: "name"},
		"empty":              {body: `{"name":"Mei","quantity":1,"lines":[{"sku":"","quantity":1}]}`, status: 400, code: "required", field: "lines[0].sku"},
		"not one of":         {body: `{"name":"Mei","quantity":1,"kind":"13812345678"}`, status: 400, code: "not_one_of", field: "kind"},
		"boolean":            {body: `{"name":"Mei","quantity":1,"lines":[{"sku":"a","quantity":1,"gift":"13812345678"}]}`, status: 400, code: "wrong_type", field: "lines[0].gift"},
		"too few":            {body: `{"name":"Mei","quantity":1,"lines":[]}`, status: 400, code: "too_few", field: "lines"},
		"too many":           {body: `{"name":"Mei","quantity":1,"lines":[{"sku":"a","quantity":1},{"sku":"a","quantity":1},{"sku":"a","quantity":1},{"sku":"a","quantity":1}]}`, status: 400, code: "too_many", field: "lines"},
		"null list":          {body: `{"name":"Mei","quantity":1,"lines":[null]}`, status: 400, code: "wrong_type", field: "lines[0]"},
		"unknown field":      {body: `{"name":"Mei","quantity":1,"colour":"13812345678"}`, status: 400, code: "unknown_field", field: "colour"},
		"data for a field":   {body: `{"name":"Mei","quantity":1,"13812345678":1}`, status: 400, code: "unknown_field", field: "body"},
		"long field":         {body: `{"name":"Mei","quantity":1,"a` + strings.Repeat("13812345678", 20) + `":1}`, status: 400, code: "unknown_field", field: "body"},
		"media type":         {body: goodOrder, headers: []string{"Content-Type", "text/plain"}, status: 415, code: "unsupported_media_type"},
		"no key":             {body: goodOrder, headers: []string{"Idempotency-Key", ""}, status: 400, code: "idempotency_key_required", field: "Idempotency-Key"},
		"short key":          {body: goodOrder, headers: []string{"Idempotency-Key", "1381234"}, status: 400, code: "idempotency_key_invalid", field: "Idempotency-Key"},
		"strange key":        {body: goodOrder, headers: []string{"Idempotency-Key", "13812345678 x"}, status: 400, code: "idempotency_key_invalid", field: "Idempotency-Key"},
		"the model's error":  {body: `{"name":"none","quantity":1}`, status: 409, code: "out_of_stock", field: "lines[0].quantity"},
		"query integer":      {method: http.MethodGet, path: "/v1/demo/list?limit=13812345678x", status: 400, code: "wrong_type", field: "limit"},
		"query range":        {method: http.MethodGet, path: "/v1/demo/list?limit=101", status: 400, code: "too_big", field: "limit"},
		"query boolean":      {method: http.MethodGet, path: "/v1/demo/list?sold=13812345678", status: 400, code: "wrong_type", field: "sold"},
		"long cursor":        {method: http.MethodGet, path: "/v1/demo/list?cursor=" + strings.Repeat("13812345678", 60), status: 400, code: "too_long", field: "cursor"},
		"long header":        {method: http.MethodGet, path: "/v1/demo/document", headers: []string{"If-None-Match", strings.Repeat("13812345678", 200)}, status: 400, code: "too_long", field: "If-None-Match"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.method == "" {
				c.method, c.path = http.MethodPost, "/v1/demo/orders"
			}
			w := ask(t, a, c.method, c.path, c.body, append(signedIn[:4:4], c.headers...)...)
			if strings.Contains(w.Body.String(), "13812345678") {
				t.Errorf("echoes what was sent: %s", w.Body)
			}
			d := problemOf(t, w)
			if w.Code != c.status || d.Code != c.code || d.Field != c.field {
				t.Errorf("got %d %s at %q, want %d %s at %q", w.Code, d.Code, d.Field, c.status, c.code, c.field)
			}
			if c.field != "" && (len(d.Errors) == 0 || d.Errors[0].Field != c.field || d.Errors[0].Code != c.code) {
				t.Errorf("errors %+v", d.Errors)
			}
			if strings.Contains(d.Detail, "{") {
				t.Errorf("a placeholder is left in %q", d.Detail)
			}
		})
	}
}

func TestSeveralErrors(t *testing.T) {
	a := newAPI(t)
	w := ask(t, a, http.MethodPost, "/v1/demo/orders", `{"name":"M","quantity":0}`, append(signedIn, "Accept-Language", "en")...)
	d := problemOf(t, w)
	if len(d.Errors) != 2 || d.Errors[0].Field != "name" || d.Errors[1].Field != "quantity" || d.Errors[1].Detail != "This value must be at least 1." || d.Errors[1].Args["min"] != "1" {
		t.Errorf("%+v", d.Errors)
	}
	w = ask(t, a, http.MethodPost, "/v1/demo/orders", `{"name":"Mei","quantity":1,"lines":[`+strings.Repeat("0,", 5000)+`0]}`, signedIn...)
	if d := problemOf(t, w); len(d.Errors) != 20 {
		t.Errorf("%d errors for one request", len(d.Errors))
	}
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"untyped":         {errors.New("dial tcp 10.0.0.7: password hunter2"), 500, "internal"},
		"wrapped":         {fmt.Errorf("sku 7: %w", model.ErrOutOfStock), 409, "out_of_stock"},
		"several":         {model.Errs{model.ErrRequired.At("name"), model.ErrTooLong.At("phone")}, 400, "required"},
		"deadline":        {fmt.Errorf("select: %w", context.DeadlineExceeded), 503, "timeout"},
		"cause and type":  {fmt.Errorf("%w: %w", model.ErrWeChat, context.DeadlineExceeded), 502, "wechat_failed"},
		"our own cancel":  {context.Canceled, 500, "internal"},
		"nobody's errors": {model.Errs{}, 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			tr := &trial{fail: func() error { return c.err }}
			a := newAPI(t, func(o *api.Options) { o.Storefront, o.Log = tr, slog.New(slog.NewJSONHandler(&log, nil)) })
			w := ask(t, a, http.MethodGet, "/v1/demo/fail", "")
			d := problemOf(t, w)
			if w.Code != c.status || d.Code != c.code {
				t.Errorf("got %d %s, want %d %s", w.Code, d.Code, c.status, c.code)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("tells what is inside: %s", w.Body)
			}
			if w.Code >= 500 && (!strings.Contains(log.String(), d.RequestID) || !strings.Contains(log.String(), c.err.Error())) {
				t.Errorf("the log does not tell why: %s", log.String())
			}
			if c.status == 503 && w.Header().Get("Retry-After") != "1" {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

func TestCallerGone(t *testing.T) {
	tr := &trial{fail: func() error { return fmt.Errorf("select: %w", context.Canceled) }}
	a := newAPI(t, func(o *api.Options) { o.Storefront = tr })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := askWith(ctx, t, a, http.MethodGet, "/v1/demo/fail")
	if w.Code != problem.StatusCancelled {
		t.Errorf("status %d", w.Code)
	}
}

func TestTimeout(t *testing.T) {
	a := newAPI(t, func(o *api.Options) { o.Timeout = time.Hour })
	if d := problemOf(t, ask(t, a, http.MethodGet, "/v1/demo/slow", "")); d.Code != "timeout" || d.Status != 503 {
		t.Errorf("%+v", d)
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	a := newAPI(t, func(o *api.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	w := ask(t, a, http.MethodGet, "/v1/demo/panic", "")
	if d := problemOf(t, w); d.Code != "internal" || d.Status != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(log.String(), "the secret of the house") || !strings.Contains(log.String(), "trial_test.go") {
		t.Errorf("the log has no cause or no place: %s", log.String())
	}
}

// TestPanicHalfway is about an answer that was begun: the caller must see that it is not whole.
func TestPanicHalfway(t *testing.T) {
	var log bytes.Buffer
	server := httptest.NewServer(newAPI(t, func(o *api.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) }))
	defer server.Close() // twice is once
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/demo/half", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("the answer looks whole")
	}
	server.Close()
	if !strings.Contains(log.String(), "the secret of the house") {
		t.Errorf("the log has no cause: %s", log.String())
	}
}

// TestSlowBody is about callers that send a byte now and then to hold a connection.
func TestSlowBody(t *testing.T) {
	server := httptest.NewServer(newAPI(t))
	defer server.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(4 * time.Second)) // what huma would allow by itself is longer
	fmt.Fprintf(conn, "POST /v1/demo/slow-body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(b), `"code":"slow_body"`) {
		t.Errorf("%d %s", res.StatusCode, b)
	}
}

func TestNoRoute(t *testing.T) {
	a := newAPI(t)
	for path, code := range map[string]string{
		"/":                     "not_found",
		"/v1":                   "not_found",
		"/v1/demo/nothing":      "not_found",
		"/v1/demo/list/":        "not_found",
		"/v1/nobody":            "not_found",
		"/v1/nobody/list":       "brand_not_found",
		"/v1/closed/list":       "brand_not_found",
		"/media/x.png":          "not_found",
		"/docs/nothing.js":      "not_found",
		"/docs/embed.go":        "not_found",
		"/problems/no_such":     "not_found",
		"/%2e%2e/etc/passwd":    "not_found",
		"/v1/de%6do%00/list":    "brand_not_found",
		"/debug/pprof/":         "not_found",
		"/metrics":              "not_found",
		"/v1/demo/list?cursor=": "",
	} {
		w := ask(t, a, http.MethodGet, path, "")
		if code == "" {
			if w.Code != 200 {
				t.Errorf("%s: status %d", path, w.Code)
			}
			continue
		}
		if d := problemOf(t, w); d.Code != code || d.Status != 404 {
			t.Errorf("%s: %+v", path, d)
		}
	}
	w := ask(t, a, http.MethodPut, "/v1/demo/list", "")
	if d := problemOf(t, w); d.Code != "method_not_allowed" || d.Status != 405 || w.Header().Get("Allow") != "GET" {
		t.Errorf("%+v, Allow %q", d, w.Header().Get("Allow"))
	}
}

func TestSignedIn(t *testing.T) {
	a := newAPI(t)
	for name, c := range map[string]struct {
		path, authorization string
		status              int
		code                string
	}{
		"nobody":             {"/v1/demo/orders", "", 401, "unauthorized"},
		"good":               {"/v1/demo/orders", "Bearer token-of-demo", 201, ""},
		"any case":           {"/v1/demo/orders", "bearer token-of-demo", 201, ""},
		"another brand's":    {"/v1/demo/orders", "Bearer token-of-other", 401, "unauthorized"},
		"on another's route": {"/v1/other/orders", "Bearer token-of-demo", 401, "unauthorized"},
		"made up":            {"/v1/demo/orders", "Bearer x", 401, "unauthorized"},
		"no token":           {"/v1/demo/orders", "Bearer ", 401, "unauthorized"},
		"another scheme":     {"/v1/demo/orders", "Basic token-of-demo", 401, "unauthorized"},
		"old":                {"/v1/demo/orders", "Bearer token-of-yesterday", 401, "session_expired"},
		"suspended shop":     {"/v1/closed/orders", "Bearer token-of-demo", 404, "brand_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(t, a, http.MethodPost, c.path, goodOrder, "Authorization", c.authorization, "Idempotency-Key", "key-0001")
			if w.Code != c.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if c.status == 201 {
				if got := w.Body.String(); got != `{"user":41,"brand":1,"language":"zh-CN"}`+"\n" {
					t.Errorf("body %s", got)
				}
				return
			}
			if d := problemOf(t, w); d.Code != c.code {
				t.Errorf("%+v", d)
			}
			if c.status == 401 && w.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("WWW-Authenticate %q", w.Header().Get("WWW-Authenticate"))
			}
		})
	}
}
