package api_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"hutong/api"
)

const shopIndex = "<!doctype html><title>shop</title>"

var shopScript = strings.Repeat("console.log('shop');\n", 100)

func withShop(o *api.Options) {
	o.Shop = fstest.MapFS{
		"index.html":         {Data: []byte(shopIndex)},
		"assets/index-1a.js": {Data: []byte(shopScript)},
		"static/tab.png":     {Data: []byte("\x89PNG")},
	}
	o.Framers = []string{"http://127.0.0.1:9580"}
}

// Every address of a shop is the page, which may be framed by those named alone, and loads what is ours alone.
func TestShopPage(t *testing.T) {
	a := newAPI(t, withShop)
	for _, path := range []string{"/shop/demo/", "/shop/demo/pages/product/product", "/shop/demo/assets/index-1a.js"} {
		w := ask(t, a, http.MethodGet, path, "")
		if w.Code != http.StatusOK || w.Body.String() != shopIndex {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		h := w.Header()
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "frame-ancestors 'self' http://127.0.0.1:9580"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: no %s in %s", path, want, policy)
			}
		}
		if h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", path, h)
		}
		if again := ask(t, a, http.MethodGet, path, "", "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d %s", path, again.Code, again.Body)
		}
	}
	if w := ask(t, a, http.MethodGet, "/shop/demo", ""); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/shop/demo/" {
		t.Errorf("without slash: %d %v", w.Code, w.Header())
	}
	for _, path := range []string{"/shop/nobody/", "/shop/closed/"} {
		if w := ask(t, a, http.MethodGet, path, ""); w.Code != http.StatusNotFound || problemOf(t, w).Code != "brand_not_found" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// What has a hash in its name is kept for ever; it goes out compressed to whoever reads that.
func TestShopAssets(t *testing.T) {
	a := newAPI(t, withShop)
	plain := ask(t, a, http.MethodGet, "/assets/shop/assets/index-1a.js", "")
	if plain.Body.String() != shopScript || plain.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		!strings.HasPrefix(plain.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("%d %v", plain.Code, plain.Header())
	}
	packed := ask(t, a, http.MethodGet, "/assets/shop/assets/index-1a.js", "", "Accept-Encoding", "gzip, br")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%v", packed.Header())
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != shopScript {
		t.Errorf("%v %q", err, b)
	}
	icon := ask(t, a, http.MethodGet, "/assets/shop/static/tab.png", "", "Accept-Encoding", "gzip")
	if icon.Header().Get("Cache-Control") != "no-cache" || icon.Header().Get("Content-Encoding") != "" || icon.Header().Get("Content-Type") != "image/png" {
		t.Errorf("%v", icon.Header())
	}
	for _, path := range []string{"/assets/shop/nothing.js", "/assets/shop/", "/assets/shop/assets", "/assets/shop/../index.html"} {
		if w := ask(t, a, http.MethodGet, path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// A program without pages says how they are built, and its API works.
func TestShopNotBuilt(t *testing.T) {
	a := newAPI(t)
	if w := ask(t, a, http.MethodGet, "/shop/demo/", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make web") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(t, a, http.MethodGet, "/v1/demo/list", ""); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// wx.request cannot send a PATCH: a POST may say that it is one, and nothing else may say what it is not.
func TestPatchOfWeChat(t *testing.T) {
	a := newAPI(t)
	for _, c := range []struct {
		method, says string
		allowed      bool
	}{
		{http.MethodPost, "PATCH", true}, {http.MethodPost, "DELETE", false}, {http.MethodPost, "", false}, {http.MethodGet, "PATCH", false},
	} {
		w := ask(t, a, c.method, "/v1/demo/patched", "", "X-HTTP-Method-Override", c.says)
		if reached := w.Code == http.StatusNoContent; reached != c.allowed {
			t.Errorf("%s that says %q: %d %s", c.method, c.says, w.Code, w.Body)
		}
	}
	elsewhere := httptest.NewRequest(http.MethodPost, "/console/v1/me", nil)
	elsewhere.Header.Set("X-HTTP-Method-Override", "PATCH")
	a.ServeHTTP(httptest.NewRecorder(), elsewhere)
	if elsewhere.Method != http.MethodPost {
		t.Errorf("the console took a POST for %s", elsewhere.Method)
	}
}
