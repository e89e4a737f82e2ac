package api

import (
	"net/http"
	"net/http/pprof"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Private is what only operators may reach, on a port of its own: /metrics, /debug/pprof/, and /healthz and
// /readyz as on the public port.
func (a *API) Private() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.options.Metrics, promhttp.HandlerOpts{Registry: a.options.Metrics}))
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", a.ready.readyz)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// handle serves GET and HEAD of a path by a plain handler.
func (a *API) handle(path string, h http.Handler) {
	a.engine.GET(path, gin.WrapH(h))
	a.engine.HEAD(path, gin.WrapH(h))
}
