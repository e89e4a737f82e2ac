// Package api is the HTTP face of Hutong: one package per audience, wired here. It answers every error as a
// problem document (package problem) and describes itself at /openapi.json and /docs.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/otel/propagation"

	"hutong/api/callback"
	"hutong/api/console"
	"hutong/api/endpoint"
	"hutong/api/limit"
	"hutong/api/problem"
	"hutong/api/storefront"
	"hutong/model"
)

// API answers requests from outside.
type API struct {
	engine  *gin.Engine
	options Options
	ready   *readiness
	openAPI func() ([]byte, error) // of the storefront
	console func() ([]byte, error) // description of the console's API

	consolePages map[string]pageFile
}

// settle sets what gin and huma keep for the whole process.
var settle = sync.OnceFunc(func() {
	gin.SetMode(gin.ReleaseMode)
	huma.DefaultArrayNullable = false // a list of ours is empty, never null, and a null is not taken for one
	problem.AnswerForHuma()
})

// New wires the API. It fails when a trusted proxy is no address.
func New(o Options) (*API, error) {
	o = o.withDefaults()
	settle()
	a := &API{engine: gin.New(), options: o, ready: newReadiness(o.Checks, o.Clock, o.Log)}
	if err := a.engine.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	a.engine.HandleMethodNotAllowed = true
	a.engine.RedirectTrailingSlash = false
	a.engine.ContextWithFallback = true
	if o.Tracer != nil {
		a.engine.Use(otelgin.Middleware("hutong", otelgin.WithTracerProvider(o.Tracer), otelgin.WithPropagators(propagation.TraceContext{})))
	}
	a.engine.Use(newObserver(o).handle)
	if len(o.Origins) > 0 {
		a.engine.Use(cors(o.Origins))
	}
	perAddress := limit.New[netip.Addr](o.PerAddress, o.Clock)
	a.routeErrors(perAddress)
	a.routeHealth()
	a.routeMedia()
	(&callback.Server{
		Brand: o.Brand, WeChatPay: o.WeChatPay, PushEcho: o.PushEcho, Push: o.Push, Log: o.Log, Metrics: o.Metrics,
	}).Register(a.engine)

	gate := func(d endpoint.Door) *endpoint.Gate {
		return &endpoint.Gate{Door: d, PerAddress: perAddress, Timeout: o.Timeout, MaxBody: o.MaxBody}
	}
	shop := humagin.New(a.engine, description(o, "What a shop's mini program calls. "+amounts, storefront.Tags(), consumerSchemes))
	o.Storefront.Register(&endpoint.API{Huma: shop, Prefix: storefront.Prefix, Gate: gate(&endpoint.Consumers{
		Brand: o.Brand, Verify: o.Verify, PerUser: limit.New[int64](o.PerUser, o.Clock),
	})})
	staff := humagin.New(a.engine, description(o, "What a brand's staff and their machines call. "+amounts, console.Tags(), staffSchemes(o.BaseURL)))
	if o.Console != nil {
		o.Console.Register(&endpoint.API{Huma: staff, Prefix: console.Prefix, Gate: gate(&endpoint.Employees{
			Authenticate: o.Authenticate, AuthenticateSession: o.AuthenticateSession, Brand: o.BrandByID,
			PerStaff: limit.New[string](o.PerStaff, o.Clock), BaseURL: o.BaseURL,
		})})
	}
	a.openAPI, a.console = written(shop), written(staff)
	return a, errors.Join(a.routeDocs(), a.routeShop(), a.findConsole())
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// wx.request, with which a mini program calls, knows no PATCH.
	if r.Method == http.MethodPost && r.Header.Get("X-HTTP-Method-Override") == http.MethodPatch && strings.HasPrefix(r.URL.Path, "/v1/") {
		r.Method = http.MethodPatch
	}
	a.engine.ServeHTTP(w, r)
}

// written is an API's description as JSON, made when somebody asks for it, and once.
func written(api huma.API) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(api.OpenAPI(), "", "  ") })
}

// OpenAPI is the description of the storefront's API, OpenAPI 3.1 as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.openAPI() }

// ConsoleOpenAPI is the description of the console's API, OpenAPI 3.1 as JSON.
func (a *API) ConsoleOpenAPI() ([]byte, error) { return a.console() }

// routeErrors answers what no route does.
func (a *API) routeErrors(perAddress *limit.Limiter[netip.Addr]) {
	refuse := func(err error) gin.HandlerFunc {
		return func(c *gin.Context) {
			answer := err
			if wait, ok := perAddress.Take(endpoint.Address(c), 1); !ok {
				answer = problem.After(model.ErrRateLimited, wait)
			}
			problem.Write(c.Writer, c.Request, answer)
		}
	}
	unknown := refuse(model.ErrNotFound)
	a.engine.NoRoute(func(c *gin.Context) {
		if !a.consolePage(c) {
			unknown(c)
		}
	})
	a.engine.NoMethod(refuse(problem.ErrMethodNotAllowed))
}

const amounts = "Amounts are integers of fen, instants milliseconds since 1970 in UTC. The header Accept-Language " +
	"chooses the language of texts and of problems."

var consumerSchemes = map[string]*huma.SecurityScheme{endpoint.Consumer: {
	Type: "http", Scheme: "bearer", BearerFormat: "JWT",
	Description: "The token that signing in answers. It is good for one shop and for a short time; then sign in again.",
}}

func staffSchemes(baseURL string) map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		endpoint.Employee: {
			Type: "http", Scheme: "bearer",
			Description: "An access token, hts_…, that an owner has made. It tells the brand, and its role tells what it allows.",
		},
		endpoint.Session: {
			Type: "apiKey", In: "cookie", Name: endpoint.CookieName(strings.HasPrefix(baseURL, "https://")),
			Description: "What signing in sets. What changes something must come from our own pages: Sec-Fetch-Site or Origin say so.",
		},
	}
}

// description is the frame of an audience's OpenAPI document; the endpoints fill it in.
func description(o Options, text string, tags []*huma.Tag, schemes map[string]*huma.SecurityScheme) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Hutong",
				Version:     o.Version,
				Description: text,
				License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			},
			Servers: []*huma.Server{{URL: o.BaseURL}},
			Tags:    tags,
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", endpoint.SchemaName),
				SecuritySchemes: schemes,
			},
		},
		Formats:       map[string]huma.Format{"application/json": endpoint.JSON, "json": endpoint.JSON},
		DefaultFormat: "application/json",
	}
}
