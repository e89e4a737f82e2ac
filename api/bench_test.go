package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"hutong/api"
	"hutong/api/limit"
)

// discard is an http.ResponseWriter that costs nothing.
type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkDocument is what the frame adds to a catalogue read of 10 KiB; "bare" is Gin alone answering the
// same bytes.
func BenchmarkDocument(b *testing.B) {
	tr := &trial{document: make([]byte, 10<<10)}
	a := newAPI(b, func(o *api.Options) {
		o.Storefront = tr
		o.PerAddress, o.PerUser = limit.Rate{PerSecond: 1e9, Burst: 1e9}, limit.Rate{PerSecond: 1e9, Burst: 1e9}
		o.Clock = time.Now
	})
	bare := gin.New()
	bare.GET("/v1/:brand/document", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", tr.document) })
	for name, h := range map[string]http.Handler{"bare": bare, "framed": a} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, "/v1/demo/document", nil)
			r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8")
			for b.Loop() {
				h.ServeHTTP(&discard{http.Header{}}, r)
			}
		})
	}
}
