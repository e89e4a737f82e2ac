package api_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"hutong/api"
)

const consoleIndex = "<!doctype html><title>console</title>"

func withConsole(o *api.Options) {
	o.ConsolePages = fstest.MapFS{
		"index.html":         {Data: []byte(consoleIndex)},
		"assets/index-1a.js": {Data: []byte("console.log('console');")},
	}
}

// Every address below /console/ is the page, which loads what is ours alone and stands in no frame.
func TestConsolePage(t *testing.T) {
	a := newAPI(t, withConsole)
	for _, path := range []string{"/console/", "/console/orders", "/console/orders/01JZQ4T7M9S8X5N2K6V3B1C0DE", "/console/index.html", "/console/v1x"} {
		w := ask(t, a, http.MethodGet, path, "")
		h := w.Header()
		if w.Code != http.StatusOK || w.Body.String() != consoleIndex || h.Get("Cache-Control") != "no-cache" || h.Get("ETag") == "" {
			t.Errorf("%s: %d %s %v", path, w.Code, w.Body, h)
		}
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self';", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: no %s in %s", path, want, policy)
			}
		}
	}
	if w := ask(t, a, http.MethodGet, "/console", ""); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/console/" {
		t.Errorf("without slash: %d %v", w.Code, w.Header())
	}
	script := ask(t, a, http.MethodGet, "/console/assets/index-1a.js", "")
	if script.Code != http.StatusOK || script.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || !strings.HasPrefix(script.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("%d %v", script.Code, script.Header())
	}
}

// What is none of the console's pages is a problem: the API's addresses, a script of another version, another method.
func TestNoConsolePage(t *testing.T) {
	a := newAPI(t, withConsole)
	for _, c := range []struct{ method, path string }{
		{http.MethodGet, "/console/v1"},
		{http.MethodGet, "/console/v1/nothing"},
		{http.MethodGet, "/console/assets/index-0b.js"},
		{http.MethodPost, "/console/orders"},
		{http.MethodGet, "/consoles"},
	} {
		if w := ask(t, a, c.method, c.path, ""); w.Code != http.StatusNotFound || problemOf(t, w).Code != "not_found" {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
}

// A program without pages says how they are built.
func TestConsoleNotBuilt(t *testing.T) {
	a := newAPI(t)
	if w := ask(t, a, http.MethodGet, "/console/", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make web") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The preview of a page that is not published is a page of the shop in a frame of the console: the shop's pages may
// stand in a frame of our own origin, and nothing else may in any.
func TestWhatMayBeFramed(t *testing.T) {
	a := newAPI(t, withConsole, withShop, func(o *api.Options) { o.Framers = nil })
	policy := func(path string) string {
		return ask(t, a, http.MethodGet, path, "").Header().Get("Content-Security-Policy")
	}
	if p := policy("/shop/demo/"); !strings.HasSuffix(p, "frame-ancestors 'self'") || strings.Contains(p, "frame-src") {
		t.Errorf("the shop: %s", p)
	}
	if p := policy("/console/content/home"); !strings.Contains(p, "frame-src 'self';") || !strings.Contains(p, "frame-ancestors 'none'") {
		t.Errorf("the console: %s", p)
	}
	for _, path := range []string{"/v1/demo/list", "/docs", "/openapi.json", "/healthz", "/nothing", "/assets/shop/assets/index-1a.js"} {
		if p := policy(path); !strings.Contains(p, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, p)
		}
	}
}
