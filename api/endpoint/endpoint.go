// Package endpoint is the frame around every handler: what is checked before it, how it is described in
// OpenAPI, and the forms that answers share (pages, cached documents, Idempotency-Key).
package endpoint

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/problem"
	"hutong/model"
)

// API is where the endpoints of one audience are registered.
type API struct {
	Huma   huma.API
	Prefix string // of every path, such as /v1/{brand}
	Gate   *Gate
}

// Operation describes an endpoint. What is zero has the default of the Gate.
type Operation struct {
	Method      string
	Path        string // after the prefix
	ID          string // lower-case-with-hyphens; the generated clients call the method so
	Tag         string
	Summary     string // one line
	Description string
	SignedIn    bool             // needs a consumer's token
	Permission  model.Permission // that a member of staff needs, on the console
	SessionOnly bool             // is for somebody who signed in with a password; an access token does not do
	BeforeTOTP  bool             // may be done before the second factor is set up that the brand asks for
	Status      int              // of success: 200, or 204 without a body
	Errors      []*model.Error   // that the use case answers, beside those of every endpoint
	Conflict    any              // a value of what a 409 is, if it carries more than every problem document
	Timeout     time.Duration    // of the whole request
	MaxBody     int64            // bytes
	Cost        int              // tokens of the rate limits; 1 by default, more for what is dear or guessable
}

// Register adds an endpoint. The handler gets valid input, and the shop and the consumer in ctx (package
// request); the errors it returns are answered as problem documents, so it returns the model's as they are.
func Register[I, O any](a *API, op Operation, handler func(context.Context, *I) (*O, error)) {
	op = a.Gate.complete(op)
	described := huma.Operation{
		OperationID:     op.ID,
		Method:          op.Method,
		Path:            a.Prefix + op.Path,
		Summary:         op.Summary,
		Description:     op.Description,
		Tags:            []string{op.Tag},
		DefaultStatus:   op.Status,
		MaxBodyBytes:    -1, // the gate bounds it
		BodyReadTimeout: op.Timeout,
		Middlewares:     huma.Middlewares{a.Gate.middleware(a.Huma, op)},
	}
	expected := slices.Concat(a.Gate.errors(op), a.Gate.Door.Describe(op, &described), op.Errors)
	if _, ok := any(new(I)).(keyed); ok {
		described.Parameters = append(described.Parameters, keyParameter)
		expected = append(expected, model.ErrKeyRequired, model.ErrKeyInvalid, model.ErrKeyReused)
		handler = checkingKey(handler)
	}
	described.Responses = responses(a.Huma.OpenAPI().Components.Schemas, expected)
	if conflict := described.Responses[strconv.Itoa(http.StatusConflict)]; conflict != nil && op.Conflict != nil {
		schema := a.Huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(op.Conflict), true, "")
		conflict.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}
	}
	if _, ok := any(new(O)).(cacheable); ok {
		described.Responses["304"] = &huma.Response{Description: "Your copy is still good."}
	}
	huma.Register(a.Huma, described, handler)
}

// responses documents the errors of an operation: for each status the codes that it may carry.
func responses(schemas huma.Registry, errs []*model.Error) map[string]*huma.Response {
	codes := map[int][]string{}
	for _, e := range errs {
		s := problem.Status(e)
		if !slices.Contains(codes[s], e.Code) {
			codes[s] = append(codes[s], e.Code)
		}
	}
	out := make(map[string]*huma.Response, len(codes))
	document := map[string]*huma.MediaType{"application/problem+json": {Schema: problem.Schema(schemas)}}
	for s, cs := range codes {
		out[strconv.Itoa(s)] = &huma.Response{
			Description: http.StatusText(s) + ". Codes: " + strings.Join(cs, ", ") + ".",
			Content:     document,
		}
	}
	return out
}
