package console_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/model"
)

// The home page from a draft to what consumers see, over the API; a preview shows the draft meanwhile.
func TestTheHomePage(t *testing.T) {
	var log bytes.Buffer
	each(t, func(t *testing.T, d *desk) {
		log.Reset()
		p := d.premises(t)
		shop := "/v1/" + p.Row.Slug
		home := func() reply { return d.ask(t, http.MethodGet, shop+"/pages/home", "", "") }
		empty := func() {
			t.Helper()
			var shown struct{ Blocks []struct{} }
			if home().into(&shown); shown.Blocks == nil || len(shown.Blocks) != 0 {
				t.Errorf("before anything was published the home page has %v", shown.Blocks)
			}
		}
		empty()
		type view struct {
			Version, Published int64
			Open               bool
			Languages          []string
			Named              []struct{ Ref string }
		}
		var v view
		p.do(http.MethodGet, "/pages/home", "").into(&v)
		if v.Version != 0 || v.Open || len(v.Languages) != 2 {
			t.Errorf("%+v", v)
		}
		product := p.product()
		p.do(http.MethodPut, "/pages/home/draft", `{"version":0,"title":{"en":"Home"},"blocks":[{"kind":"banner"},`+
			`{"kind":"notice","text":{"en":"Open <b>late</b>"}},{"kind":"product_shelf","products":["`+product.Handle+`"]}]}`).into(&v)
		if !v.Open || v.Version != 1 || len(v.Named) != 1 || v.Named[0].Ref != "product:"+product.Handle {
			t.Errorf("%+v", v)
		}
		empty()
		r := p.do(http.MethodPost, "/pages/home/publish", `{"version":1,"published":0}`)
		if r.refused(http.StatusBadRequest, "required"); !strings.Contains(string(r.body), `"blocks[0].picture"`) {
			t.Errorf("%s", r.body)
		}

		var made struct {
			Token, Path string
			Closed      bool
			ExpiresAt   int64 `json:"expires_at"`
		}
		p.do(http.MethodPost, "/pages/home/preview", "").into(&made)
		look := func(brand, slug, token string) reply {
			return d.ask(t, http.MethodGet, "/v1/"+brand+"/previews/"+slug, "", "", "Hutong-Preview", token)
		}
		r = look(p.Row.Slug, "home", made.Token)
		r.into(&struct{}{})
		if !strings.Contains(string(r.body), "Open <b>late</b>") || strings.Contains(string(r.body), "banner") || strings.Contains(string(r.body), product.Handle) {
			t.Errorf("the preview has what is not there, or not on sale: %s", r.body)
		}
		if c := r.header.Get("Cache-Control"); !strings.Contains(c, "no-store") || !strings.Contains(r.header.Get("X-Robots-Tag"), "noindex") || r.header.Get("ETag") != "" {
			t.Errorf("%v", r.header)
		}
		if made.Closed || !strings.HasPrefix(made.Path, "/shop/"+p.Row.Slug+"/#preview=home.") || strings.Contains(strings.SplitN(made.Path, "#", 2)[0], made.Token) {
			t.Errorf("%+v", made)
		}

		p.do(http.MethodPut, "/pages/home/draft", `{"version":1,"title":{"en":"Home"},"blocks":[{"kind":"notice","text":{"en":"Open late"}}]}`).into(&v)
		p.do(http.MethodPost, "/pages/home/publish", `{"version":1,"published":0}`).refused(http.StatusConflict, "changed_meanwhile")
		p.do(http.MethodPost, "/pages/home/publish", `{"version":2,"published":0}`).into(&v)
		if v.Published != 1 || v.Open {
			t.Errorf("%+v", v)
		}
		d.Clock.Turn(2 * time.Second)
		if r := home(); !strings.Contains(string(r.body), "Open late") {
			t.Errorf("%s", r.body)
		}
		p.do(http.MethodPost, "/pages/home/publish", `{"version":3,"published":1}`).refused(http.StatusConflict, "nothing_to_publish")

		// Whoever tries has seen a token that was good.
		other := d.Shop()
		p.done(http.MethodPost, "/pages", `{"slug":"story","title":{"en":"Our story"}}`)
		sealed, err := base64.RawURLEncoding.DecodeString(made.Token)
		d.must(t, err)
		sealed[len(sealed)-1] ^= 1
		secret, err := p.Box.Seal(`{"slug":"home","until":99999999999999}`, "brand:1/app_secret")
		d.must(t, err)
		for name, r := range map[string]reply{
			"another brand":       look(other.Row.Slug, "home", made.Token),
			"another page":        look(p.Row.Slug, "story", made.Token),
			"altered":             look(p.Row.Slug, "home", base64.RawURLEncoding.EncodeToString(sealed)),
			"cut":                 look(p.Row.Slug, "home", made.Token[:40]),
			"sealed elsewhere":    look(p.Row.Slug, "home", base64.RawURLEncoding.EncodeToString(secret)),
			"a staff's token":     look(p.Row.Slug, "home", p.owner),
			"nothing of the kind": look(p.Row.Slug, "home", "none"),
		} {
			if r.status != http.StatusNotFound || strings.Contains(string(r.body), "late") {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
		}
		look(p.Row.Slug, "home", "").refused(http.StatusBadRequest, "required")
		// It opens nothing else.
		for _, path := range []string{shop + "/me", shop + "/cart", shop + "/orders", "/console/v1/pages/home", "/console/v1/me"} {
			if r := d.ask(t, http.MethodGet, path, made.Token, "", "Hutong-Preview", made.Token); r.status != http.StatusUnauthorized {
				t.Errorf("%s with a preview: %d", path, r.status)
			}
		}
		// What is published does not become the draft for whoever has a token.
		if r := d.ask(t, http.MethodGet, shop+"/pages/home?preview="+made.Token, "", "", "Hutong-Preview", made.Token); r.status == http.StatusOK && r.header.Get("Cache-Control") != "public, no-cache" {
			t.Errorf("%v", r.header)
		}
		d.Clock.Turn(15 * time.Minute)
		look(p.Row.Slug, "home", made.Token).refused(http.StatusGone, "preview_ended")
		if strings.Contains(log.String(), made.Token) {
			t.Error("the log has the token")
		}
		p.done(http.MethodPut, "/opening", `{"status":"suspended"}`)
		d.Clock.Turn(2 * time.Second)
		if p.do(http.MethodPost, "/pages/home/preview", "").into(&made); !made.Closed {
			t.Error("the preview of a closed shop is open")
		}
		look(p.Row.Slug, "home", made.Token).refused(http.StatusNotFound, "brand_not_found")
	}, func(o *api.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
}

// Whoever may only look changes nothing, and whoever may change publishes.
func TestWhoMakesPages(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, viewer := d.employ(t, s, model.RoleViewer)
		_, operator := d.employ(t, s, model.RoleOperator)
		_, warehouse := d.employ(t, s, model.RoleWarehouse)
		draft := `{"version":0,"title":{"en":"Home"},"blocks":[{"kind":"notice","text":{"en":"Hello"}}]}`
		d.ask(t, http.MethodPut, "/console/v1/pages/home/draft", viewer, draft).refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodGet, "/console/v1/pages/home", warehouse, "").refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodPut, "/console/v1/pages/home/draft", operator, draft).into(&struct{}{})
		d.ask(t, http.MethodPost, "/console/v1/pages/home/preview", viewer, "").into(&struct{}{})
		d.ask(t, http.MethodPost, "/console/v1/pages/home/publish", viewer, `{"version":1,"published":0}`).refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodPost, "/console/v1/pages/home/publish", operator, `{"version":1,"published":0}`).into(&struct{}{})
	})
}

// A product that is not on sale is seen in the shop by who has leave to look at this one, and by nobody else.
func TestAProductIsLookedAtBeforeItIsOnSale(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		one, another := p.product(), p.product()
		var made struct {
			Token, Path string
			ExpiresAt   int64 `json:"expires_at"`
		}
		p.do(http.MethodPost, "/products/"+one.Handle+"/preview", "").into(&made)
		if want := "/shop/" + p.Row.Slug + "/pages/product/product?handle=" + one.Handle + "#preview=product:" + one.Handle + "." + made.Token; made.Path != want {
			t.Errorf("%s, want %s", made.Path, want)
		}
		look := func(brand, what, token string) reply {
			return d.ask(t, http.MethodGet, "/v1/"+brand+"/previews/"+what, "", "", "Hutong-Preview", token)
		}
		d.ask(t, http.MethodGet, "/v1/"+p.Row.Slug+"/products/"+one.Handle, "", "").refused(http.StatusNotFound, "product_not_found")
		r := look(p.Row.Slug, "products/"+one.Handle, made.Token)
		var v struct {
			Handle string
			SKUs   []struct{} `json:"skus"`
		}
		if r.into(&v); v.Handle != one.Handle || len(v.SKUs) == 0 {
			t.Errorf("%s", r.body)
		}
		if c := r.header.Get("Cache-Control"); !strings.Contains(c, "no-store") || r.header.Get("ETag") != "" {
			t.Errorf("%v", r.header)
		}
		var page struct{ Token string }
		p.do(http.MethodPost, "/pages/home/preview", "").into(&page)
		other := d.Shop()
		for name, r := range map[string]reply{
			"another product":                     look(p.Row.Slug, "products/"+another.Handle, made.Token),
			"a page":                              look(p.Row.Slug, "home", made.Token),
			"a page of its name":                  look(p.Row.Slug, one.Handle, made.Token),
			"another brand":                       look(other.Row.Slug, "products/"+one.Handle, made.Token),
			"a product with the leave for a page": look(p.Row.Slug, "products/home", page.Token),
			"without its header, in the open":     d.ask(t, http.MethodGet, "/v1/"+p.Row.Slug+"/products/"+one.Handle, made.Token, "", "Hutong-Preview", made.Token),
		} {
			if r.status != http.StatusNotFound {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
		}
		d.Clock.Turn(15 * time.Minute)
		look(p.Row.Slug, "products/"+one.Handle, made.Token).refused(http.StatusGone, "preview_ended")
	})
}
