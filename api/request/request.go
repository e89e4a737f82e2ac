// Package request is what is known of the HTTP request that ctx belongs to. Package api fills it in; the
// handlers and the problem documents read it.
package request

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"hutong/model"
)

// Facts are what is known of one request. They are filled in on the way to the handler, by one goroutine,
// and read from then on.
type Facts struct {
	ID             string       // of the request, in its X-Request-Id header and in each line of the log
	Route          string       // the path's template, such as /v1/:brand/products/:handle; "" when none matched
	AcceptLanguage string       // the header as it was sent
	Language       string       // that the answer is written in; one of the brand's
	Brand          *model.Brand // whose shop this is; nil outside a shop's routes
	UserID         int64        // the consumer signed in; 0 for nobody
	Staff          *Staff       // the member of staff signed in; nil for nobody
	Secure         bool         // whether the caller's browser speaks HTTPS with us; on the console only
	Code           string       // of the problem that the request is answered with; "" for none
	Failure        error        // why there is a problem; for the log only
}

// Staff is a member of staff who is signed in.
type Staff struct {
	No        string
	Name      string
	Role      model.Role
	Email     string // "" of who signs in with no password
	Session   string // number of the session; "" with an access token
	ExpiresAt model.Millis
	HasTOTP   bool
	MustTOTP  bool // the brand asks for a second factor and there is none yet
}

type key struct{}

// With is ctx for the request that f describes.
func With(ctx context.Context, f *Facts) context.Context {
	return context.WithValue(ctx, key{}, f)
}

// From is what is known of ctx's request; outside a request, an empty Facts, never nil.
func From(ctx context.Context) *Facts {
	if f, ok := ctx.Value(key{}).(*Facts); ok {
		return f
	}
	return &Facts{}
}

// Brand is the shop that ctx's request is for. It is nil outside a shop's routes.
func Brand(ctx context.Context) *model.Brand { return From(ctx).Brand }

// UserID is the consumer signed in; 0 on a route that needs nobody signed in.
func UserID(ctx context.Context) int64 { return From(ctx).UserID }

// StaffOf is the member of staff signed in. It is nil outside the console.
func StaffOf(ctx context.Context) *Staff { return From(ctx).Staff }

// Language is what the answer is written in: one of the brand's languages.
func Language(ctx context.Context) string { return From(ctx).Language }

// ID is the request's id; "" outside a request.
func ID(ctx context.Context) string { return From(ctx).ID }

// LogHandler adds request_id, and the trace_id of a request that is traced, to each record that is logged with
// a request's ctx. It adds them once, however often a handler is wrapped.
func LogHandler(next slog.Handler) slog.Handler {
	if h, ok := next.(logHandler); ok {
		return h
	}
	return logHandler{next}
}

type logHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsSampled() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }
