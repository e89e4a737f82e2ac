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
	"hutong/api/request"
	"hutong/model"
)

// Gate is what a request passes before its handler: the limit of its address, its shop, its language, its
// consumer, the limit of that consumer, its time and the size of its body.
type Gate struct {
	// Brand finds a shop. Errors: model.ErrBrandNotFound. It is asked on every request, so it remembers.
	Brand func(ctx context.Context, slug string) (*model.Brand, error)
	// Verify tells whose token it is. Errors: model.ErrUnauthorized, for another brand's token as well;
	// model.ErrSessionExpired.
	Verify func(ctx context.Context, brandID int64, token string) (userID int64, err error)

	PerAddress *limit.Limiter[netip.Addr]
	PerUser    *limit.Limiter[int64]
	Timeout    time.Duration // of a request, unless its Operation says otherwise
	MaxBody    int64         // bytes, unless its Operation says otherwise
}

// errors are those that the gate itself may answer.
func (g *Gate) errors(op Operation) []*model.Error {
	errs := []*model.Error{
		model.ErrInvalid, model.ErrBrandNotFound, model.ErrRateLimited, model.ErrTimeout, problem.ErrInternal,
	}
	if op.SignedIn {
		errs = append(errs, model.ErrUnauthorized, model.ErrSessionExpired)
	}
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
		next(huma.WithContext(hc, ctx))
	}
}

// pass checks a request, and fills in what is known of it.
func (g *Gate) pass(ctx context.Context, c *gin.Context, op Operation) (context.Context, error) {
	if wait, ok := g.PerAddress.Take(Address(c), op.Cost); !ok {
		return nil, problem.After(model.ErrRateLimited, wait)
	}
	facts := request.From(ctx)
	brand, err := g.Brand(ctx, c.Param("brand"))
	switch {
	case err != nil:
		return nil, err
	case brand.Status != model.BrandActive:
		return nil, model.ErrBrandNotFound
	}
	facts.Brand = brand
	facts.Language = request.ChooseLanguage(facts.AcceptLanguage, brand.DefaultLanguage, brand.Languages)
	ctx = model.WithBrand(ctx, brand.ID)
	if op.SignedIn {
		if facts.UserID, err = g.signedIn(ctx, brand.ID, c.Request.Header); err != nil {
			return nil, err
		}
		if wait, ok := g.PerUser.Take(facts.UserID, op.Cost); !ok {
			return nil, problem.After(model.ErrRateLimited, wait)
		}
	}
	if c.Request.ContentLength != 0 {
		c.Request.Body = &body{from: c.Request.Body, left: op.MaxBody}
	}
	return ctx, nil
}

func (g *Gate) signedIn(ctx context.Context, brandID int64, h http.Header) (userID int64, err error) {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); token == "" || !strings.EqualFold(scheme, "Bearer") {
		return 0, model.ErrUnauthorized
	}
	return g.Verify(ctx, brandID, token)
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
