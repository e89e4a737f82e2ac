package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"hutong/api/endpoint"
	"hutong/api/limit"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/staff"
)

// Options are what the API is made of. Those without a default are required.
type Options struct {
	// Brand finds a shop by the name in its addresses; it is asked on every request, so it remembers. A
	// suspended shop is found too. Errors: model.ErrBrandNotFound.
	Brand func(ctx context.Context, slug string) (*model.Brand, error)
	// Verify tells which consumer of the brand a bearer token belongs to. Errors: model.ErrUnauthorized, for
	// another brand's token as well; model.ErrSessionExpired.
	Verify func(ctx context.Context, brandID int64, token string) (userID int64, err error)
	// WeChatPay takes a notification; see callback.Server.
	WeChatPay func(ctx context.Context, header http.Header, body []byte) (model.CallbackOutcome, error)
	// PushEcho and Push take the mini programs' message push; see callback.Server.
	PushEcho func(ctx context.Context, query url.Values) (string, error)
	Push     func(ctx context.Context, query url.Values, body []byte) (model.CallbackOutcome, error)
	// Storefront registers what is below /v1/{brand}: a *storefront.Server.
	Storefront interface{ Register(*endpoint.API) }
	// Authenticate tells whose access token it is, of all brands' staff. Errors: model.ErrUnauthorized.
	Authenticate func(ctx context.Context, token string) (staff.Who, error)
	// AuthenticateSession tells whose session the console's cookie is. Errors: model.ErrUnauthorized,
	// model.ErrSessionExpired.
	AuthenticateSession func(ctx context.Context, cookie string) (staff.Who, error)
	// BrandByID is a brand by its id. Errors: model.ErrBrandNotFound.
	BrandByID func(ctx context.Context, id int64) (*model.Brand, error)
	// Console registers what is below /console/v1: a *console.Server.
	Console interface{ Register(*endpoint.API) }
	// Media has the shops' pictures, by the path after /media/. Default: none.
	Media fs.FS
	// Shop has the mini program for a browser, with an index.html. Default: none; its addresses then say how
	// to build it.
	Shop fs.FS
	// ConsolePages has the pages with which staff use the console, with an index.html. Default: none; their
	// addresses then say how to build them.
	ConsolePages fs.FS
	// Framers are other sites whose pages may show a shop's page in a frame. Default: none.
	Framers []string
	// Checks are what /readyz looks at.
	Checks []Check

	Clock   model.Clock
	Log     *slog.Logger         // default: nothing is logged; each line of a request gets its request_id
	Metrics *prometheus.Registry // default: one of its own
	Tracer  trace.TracerProvider // default: no traces
	Version string               // of the program, for the API's description

	// TrustedProxies are the addresses and CIDR ranges whose X-Forwarded-For is believed. Default: none.
	TrustedProxies []string
	// Origins are other sites whose pages may call the API, such as "https://m.example.com". Default: none.
	Origins []string
	// BaseURL is where the API is seen from outside, for its description. Default: "/".
	BaseURL string
	// PerAddress, PerUser and PerStaff bound how often one caller may call; the zero Rate is no limit.
	PerAddress, PerUser, PerStaff limit.Rate
	// Timeout bounds a request whose endpoint does not say otherwise. Default: 10 s.
	Timeout time.Duration
	// MaxBody bounds a request's body, in bytes, where the endpoint does not say otherwise. Default: 256 KiB.
	MaxBody int64
	// LogEvery logs one in so many requests that went well; those that did not are always logged. Default: 1,
	// which is all.
	LogEvery int
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = slog.New(request.LogHandler(o.Log.Handler()))
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.BaseURL == "" {
		o.BaseURL = "/"
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.MaxBody == 0 {
		o.MaxBody = 256 << 10
	}
	if o.LogEvery == 0 {
		o.LogEvery = 1
	}
	return o
}
