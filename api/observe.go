package api

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"
	"github.com/prometheus/client_golang/prometheus"

	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
)

// observer is the first to see a request and the last to see its answer: it gives it an id, sets the headers
// that every answer has, catches panics, counts and logs. It is one middleware because it is on every path.
type observer struct {
	clock    model.Clock
	log      *slog.Logger
	logEvery uint64
	fine     atomic.Uint64 // requests that went well

	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newObserver(o Options) *observer {
	b := &observer{
		clock:    o.Clock,
		log:      o.Log,
		logEvery: uint64(o.LogEvery),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hutong_http_requests_total",
			Help: "Requests answered, by the template of their path.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hutong_http_request_duration_seconds",
			Help:    "How long requests took, by the template of their path.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "hutong_http_requests_in_flight",
			Help: "Requests being answered.",
		}),
	}
	o.Metrics.MustRegister(b.requests, b.seconds, b.inFlight)
	return b
}

// Header values that are the same on every answer; shared, so that a request allocates none of them. A
// catalogue answer has eight headers, which is what a Go map holds before it grows.
var (
	noSniff   = []string{"nosniff"}
	noContent = []string{"default-src 'none'; frame-ancestors 'none'"}
	noStore   = []string{"no-store"}
)

func (b *observer) handle(c *gin.Context) {
	start := b.clock()
	facts := &request.Facts{
		ID:             requestID(c.Request.Header.Get("X-Request-Id"), start),
		Route:          c.FullPath(),
		AcceptLanguage: c.Request.Header.Get("Accept-Language"),
	}
	c.Request = c.Request.WithContext(request.With(c.Request.Context(), facts))
	h := c.Writer.Header()
	h["X-Request-Id"] = []string{facts.ID}
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = noContent
	h["Cache-Control"] = noStore
	b.inFlight.Inc()
	defer b.done(c, facts, start)
	c.Next()
}

// done ends what handle began, whether the handler returned or panicked.
func (b *observer) done(c *gin.Context, facts *request.Facts, start time.Time) {
	cause := recover()
	broken := b.recovered(c, cause)
	b.inFlight.Dec()
	took, status := b.clock().Sub(start), c.Writer.Status()
	route, method := facts.Route, c.Request.Method
	if route == "" {
		route, method = "unmatched", knownMethod(method)
	}
	b.requests.WithLabelValues(route, method, statusText(status)).Inc()
	b.seconds.WithLabelValues(route, method).Observe(took.Seconds())
	b.access(c, facts, route, method, status, took)
	if broken {
		panic(http.ErrAbortHandler) // net/http cuts the connection: the caller sees that the answer is not whole
	}
}

// recovered answers a panic. It tells whether that was too late, part of another answer having been sent.
func (b *observer) recovered(c *gin.Context, cause any) (broken bool) {
	if cause == nil {
		return false
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return true
	}
	err := fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
	if c.Writer.Written() {
		facts := request.From(c.Request.Context())
		facts.Failure, facts.Code = err, problem.ErrInternal.Code
		return true
	}
	c.Writer.Header().Del("Content-Length")
	problem.Write(c.Writer, c.Request, err)
	return false
}

// access logs a request: what was asked by its template, never by its path, query, address or consumer.
func (b *observer) access(c *gin.Context, facts *request.Facts, route, method string, status int, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError, facts.Code == problem.ErrInternal.Code: // a panic may come after the status
		level = slog.LevelError
	case status < http.StatusBadRequest && b.fine.Add(1)%b.logEvery != 0:
		return
	}
	ctx := c.Request.Context()
	if !b.log.Enabled(ctx, level) {
		return
	}
	attrs := [7]slog.Attr{ // and request_id, from request.LogHandler
		slog.String("method", method),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int("bytes", max(c.Writer.Size(), 0)),
	}
	n := 5
	if facts.Code != "" {
		attrs[n] = slog.String("code", facts.Code)
		n++
	}
	if level == slog.LevelError && facts.Failure != nil {
		attrs[n] = slog.String("error", facts.Failure.Error())
		n++
	}
	b.log.LogAttrs(ctx, level, "request", attrs[:n]...)
}

// requestID is the caller's own id of a request when it is one, else a new one.
func requestID(given string, now time.Time) string {
	if saneID(given) {
		return given
	}
	return ulid.MustNew(ulid.Timestamp(now), rand.Reader).String()
}

func saneID(s string) bool {
	if len(s) < 8 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// knownMethod keeps made-up methods out of the metrics and the log.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

func statusText(status int) string {
	switch status {
	case http.StatusOK:
		return "200"
	case http.StatusNotModified:
		return "304"
	}
	return strconv.Itoa(status)
}
