// Package problem answers errors: every error that leaves the API is an RFC 9457 problem document, with a
// stable code for programs and a sentence in the caller's language for people.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/request"
)

// maxErrors bounds the inputs at fault that one document lists, so that a small request cannot ask for a
// large answer.
const maxErrors = 20

// Problem is a problem document. When several inputs are at fault, its own code, field and detail are those
// of the first, and Errors lists them all.
type Problem struct {
	Type      string            `json:"type" doc:"Address of a description of the code." example:"/problems/out_of_stock"`
	Title     string            `json:"title" doc:"What kind of problem it is, in the caller's language." example:"Not possible now"`
	Status    int               `json:"status" doc:"The HTTP status." example:"409"`
	Detail    string            `json:"detail,omitempty" doc:"What is wrong, in the caller's language; safe to show." example:"There is not enough stock."`
	Code      string            `json:"code" doc:"What is wrong, for programs; it never changes." example:"out_of_stock"`
	Field     string            `json:"field,omitempty" doc:"The input at fault, such as lines[2].quantity."`
	Args      map[string]string `json:"args,omitempty" doc:"The figures in detail, by name."`
	Errors    []FieldError      `json:"errors,omitempty" doc:"Every input at fault."`
	RequestID string            `json:"request_id,omitempty" doc:"Quote it when you ask for help."`
	// Quote is the new price of what was to be bought, of an error that has one: whoever asked need not ask again.
	// The operation that answers it describes it, as endpoint.Operation.Conflict.
	Quote any `json:"quote,omitempty" hidden:"true"`

	language   string
	retryAfter time.Duration
}

// FieldError is one input at fault.
type FieldError struct {
	Field  string            `json:"field,omitempty" doc:"The input at fault, such as lines[2].quantity."`
	Code   string            `json:"code" doc:"What is wrong with it, for programs."`
	Detail string            `json:"detail" doc:"What is wrong with it, in the caller's language."`
	Args   map[string]string `json:"args,omitempty" doc:"The figures in detail, by name."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (*Problem) ContentType(string) string { return "application/problem+json" }

// New is the document for err, in the language of ctx's request; it also leaves err and its code in the
// request's facts, for the log. An error without a type is a 500 that says nothing of it.
func New(ctx context.Context, err error) *Problem {
	facts := request.From(ctx)
	found := meanings(ctx, err)
	facts.Failure, facts.Code = err, found[0].Code
	p := &Problem{
		Type:      "/problems/" + found[0].Code,
		Status:    statusOf(found[0]),
		Code:      found[0].Code,
		Field:     found[0].Field,
		Args:      found[0].Args,
		RequestID: facts.ID,
		language:  languageOf(facts),
	}
	p.Title = title(p.language, found[0].Kind)
	p.Detail = detail(p.language, found[0])
	for i, e := range found {
		if i == maxErrors || (e.Field == "" && len(found) == 1) {
			break
		}
		p.Errors = append(p.Errors, FieldError{Field: e.Field, Code: e.Code, Detail: detail(p.language, e), Args: e.Args})
	}
	var q interface{ NewQuote() any }
	if errors.As(err, &q) {
		p.Quote = q.NewQuote()
	}
	p.retryAfter = retryAfter(err, p.Status)
	return p
}

// Sentences is what err says in the language of ctx's request, for an answer that tells of each row of a list.
func Sentences(ctx context.Context, err error) []FieldError {
	language := languageOf(request.From(ctx))
	found := meanings(ctx, err)
	said := make([]FieldError, 0, len(found))
	for _, e := range found[:min(len(found), maxErrors)] {
		said = append(said, FieldError{Field: e.Field, Code: e.Code, Detail: detail(language, e), Args: e.Args})
	}
	return said
}

// Headers sets the headers that go with the document.
func (p *Problem) Headers(set func(name, value string)) {
	set("Content-Language", p.language)
	set("Cache-Control", "no-store")
	if p.Status == http.StatusUnauthorized {
		set("WWW-Authenticate", "Bearer")
	}
	if p.retryAfter > 0 {
		set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
}

// Write answers r with the document for err.
func Write(w http.ResponseWriter, r *http.Request, err error) {
	p := New(r.Context(), err)
	p.Headers(w.Header().Set)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) //nolint:errchkjson // the caller may have gone; there is nobody else to tell
}

// After is err, to be tried again after a while: the answer says so in Retry-After, in whole seconds.
func After(err error, wait time.Duration) error { return &later{err, wait} }

type later struct {
	error
	wait time.Duration
}

func (l *later) Unwrap() error { return l.error }

// Wait is how long the caller should wait; errors of services that know it say so in the same way.
func (l *later) Wait() time.Duration { return l.wait }

// retryAfter is how long the caller should wait: what err says, or a second for what passes by itself.
func retryAfter(err error, status int) time.Duration {
	var l interface{ Wait() time.Duration }
	if errors.As(err, &l) {
		return l.Wait()
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		return time.Second
	}
	return 0
}

// Schema is a reference to the document's schema, for the description of an error.
func Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Problem](), true, "")
}
