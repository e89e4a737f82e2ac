package endpoint

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"hutong/api/limit"
	"hutong/api/problem"
	"hutong/model"
)

// Gate is what a request passes before its handler: the limit of its address, whoever lets it in, its time and
// the size of its body.
type Gate struct {
	Door       Door
	PerAddress *limit.Limiter[netip.Addr]
	Timeout    time.Duration // of a request, unless its Operation says otherwise
	MaxBody    int64         // bytes, unless its Operation says otherwise
}

// Door lets the requests of one audience in.
type Door interface {
	// Admit checks who is asking and for whose shop, and returns ctx for the handler with all that is known of
	// them. Errors are the model's.
	Admit(ctx context.Context, c *gin.Context, op Operation) (context.Context, error)
	// Describe adds to an operation's description what Admit wants, and returns the errors that it may answer.
	// It panics at an operation that must not exist, so that the program does not start with it.
	Describe(op Operation, described *huma.Operation) []*model.Error
}

// errors are those that the gate itself may answer.
func (g *Gate) errors(op Operation) []*model.Error {
	errs := []*model.Error{model.ErrInvalid, model.ErrRateLimited, model.ErrTimeout, problem.ErrInternal}
	if op.Method != http.MethodGet && op.Method != http.MethodDelete {
		errs = append(errs, problem.ErrMalformed, model.ErrTooLarge, problem.ErrUnsupportedMedia, problem.ErrSlowBody)
	}
	return errs
}

// complete fills in what op leaves to the gate.
func (g *Gate) complete(op Operation) Operation {
	if op.Timeout == 0 {
		op.Timeout = g.Timeout
	}
	if op.MaxBody == 0 {
		op.MaxBody = g.MaxBody
	}
	op.Cost = max(op.Cost, 1)
	return op
}

func (g *Gate) middleware(api huma.API, op Operation) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		ctx, cancel := withTimeout(hc.Context(), op.Timeout)
		defer cancel()
		ctx, err := g.pass(ctx, humagin.Unwrap(hc), op)
		if err != nil {
			_ = huma.WriteErr(api, hc, problem.Status(err), "", err)
			return
		}
		defer removeForm(humagin.Unwrap(hc))
		next(huma.WithContext(hc, ctx))
	}
}

// removeForm removes the files in which a form that was too long for memory was kept. net/http would, but knows the
// request only as it was before we put our own context into it.
func removeForm(c *gin.Context) {
	if form := c.Request.MultipartForm; form != nil {
		_ = form.RemoveAll() // all that can be done about it is done
	}
}

// pass checks a request, and fills in what is known of it.
func (g *Gate) pass(ctx context.Context, c *gin.Context, op Operation) (context.Context, error) {
	if wait, ok := g.PerAddress.Take(Address(c), op.Cost); !ok {
		return nil, problem.After(model.ErrRateLimited, wait)
	}
	ctx, err := g.Door.Admit(ctx, c, op)
	if err == nil && c.Request.ContentLength != 0 {
		c.Request.Body = &body{from: c.Request.Body, left: op.MaxBody}
	}
	return ctx, err
}

// bearer is the token of a request. Errors: model.ErrUnauthorized when there is none.
func bearer(h http.Header) (string, error) {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); token == "" || !strings.EqualFold(scheme, "Bearer") {
		return "", model.ErrUnauthorized
	}
	return token, nil
}

// Address is who calls, for a limit: behind a trusted proxy the address that it names; of IPv6 the /64,
// since one caller has all of it.
func Address(c *gin.Context) netip.Addr {
	a, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return netip.Addr{}
	}
	if a = a.Unmap(); a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.Addr()
	}
	return a
}

// body reads at most left bytes, and says in the model's words why it cannot be read.
type body struct {
	from io.ReadCloser
	left int64
}

// Read implements io.Reader. Errors: model.ErrTooLarge; problem.ErrMalformed when the caller broke off.
func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, model.ErrTooLarge
	}
	var slow interface{ Timeout() bool }
	if err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &slow) && slow.Timeout() {
		return n, err
	}
	return n, errors.Join(problem.ErrMalformed, err)
}

// Close implements io.Closer.
func (b *body) Close() error { return b.from.Close() }
