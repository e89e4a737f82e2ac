package callback_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The address says the echo to who knows the token, as a text that no browser takes for a page.
func TestEcho(t *testing.T) {
	each(t, func(t *testing.T, g *gate) {
		query, _ := g.sealed(t, g.Merchant.AppID, "", g.Clock.Now())
		query.Set("echostr", "<script>1</script>")
		w := g.send(http.MethodGet, g.Row.Slug, query, "")
		if w.Code != 200 || w.Body.String() != "<script>1</script>" ||
			!strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
		}
		other := g.World.Shop()
		g.Clock.Turn(time.Second)
		for _, c := range []struct {
			slug      string
			signature string
			later     time.Duration
			status    int
		}{
			{g.Row.Slug, strings.Repeat("0", 40), 0, 401},
			{g.Row.Slug, query.Get("msg_signature"), 0, 401},
			{other.Row.Slug, query.Get("signature"), 0, 401},
			{"nobody", query.Get("signature"), 0, 404},
			{g.Row.Slug, query.Get("signature"), 5 * time.Minute, 401},
		} {
			g.Clock.Turn(c.later)
			query.Set("signature", c.signature)
			if w := g.send(http.MethodGet, c.slug, query, ""); w.Code != c.status || w.Body.String() != "refused" {
				t.Errorf("%+v: %d %q", c, w.Code, w.Body)
			}
		}
	})
}
