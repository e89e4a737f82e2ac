package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
)

// trial has an endpoint for each thing that the frame does, so that the tests go through the real router.
type trial struct {
	document []byte            // of GET /document
	fail     func() error      // of GET /fail
	seen     func(*orderInput) // of POST /orders
}

type orderBody struct {
	Name     string      `json:"name" minLength:"2" maxLength:"5"`
	Quantity int64       `json:"quantity" minimum:"1" maximum:"9999"`
	Kind     string      `json:"kind,omitempty" enum:"gift,plain"`
	Lines    []orderLine `json:"lines,omitempty" minItems:"1" maxItems:"3"`
}

type orderLine struct {
	SKU      string `json:"sku" minLength:"1"`
	Quantity int    `json:"quantity" minimum:"1"`
	Gift     bool   `json:"gift,omitempty"`
}

type orderInput struct {
	endpoint.Keyed
	Body orderBody
}

type orderOutput struct {
	Body struct {
		User     int64  `json:"user"`
		Brand    int64  `json:"brand"`
		Language string `json:"language"`
	}
}

type listInput struct {
	endpoint.Paging
	Sold bool `query:"sold"`
}

type listOutput struct{ Body endpoint.Page[orderLine] }

type documentInput struct{ endpoint.Conditional }

func (tr *trial) Register(a *endpoint.API) {
	op := func(id, method, path string) endpoint.Operation {
		return endpoint.Operation{ID: id, Method: method, Path: path, Tag: "Trial", Summary: "A trial of " + id}
	}
	order := op("place-order", http.MethodPost, "/orders")
	order.SignedIn, order.Status = true, http.StatusCreated
	order.Errors = []*model.Error{model.ErrOutOfStock}
	endpoint.Register(a, order, tr.order)

	small := op("small", http.MethodPost, "/small")
	small.MaxBody = 64
	endpoint.Register(a, small, func(context.Context, *struct{ Body orderBody }) (*struct{}, error) { return nil, nil })

	endpoint.Register(a, op("patched", http.MethodPatch, "/patched"), func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })

	dear := op("dear", http.MethodGet, "/dear")
	dear.Cost = 5
	endpoint.Register(a, dear, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })

	slow := op("slow", http.MethodGet, "/slow")
	slow.Timeout = 20 * time.Millisecond
	endpoint.Register(a, slow, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})

	slowBody := op("slow-body", http.MethodPost, "/slow-body")
	slowBody.Timeout = 50 * time.Millisecond
	endpoint.Register(a, slowBody, func(context.Context, *struct{ Body orderBody }) (*struct{}, error) { return nil, nil })

	endpoint.Register(a, op("half", http.MethodGet, "/half"), func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			_, _ = hc.BodyWriter().Write([]byte(`{"half":`))
			panic("the secret of the house")
		}}, nil
	})

	endpoint.Register(a, op("list", http.MethodGet, "/list"), func(_ context.Context, in *listInput) (*listOutput, error) {
		return &listOutput{endpoint.NewPage[orderLine](nil, strings.Repeat("x", in.Limit))}, nil
	})
	endpoint.Register(a, op("document", http.MethodGet, "/document"), func(_ context.Context, in *documentInput) (*endpoint.Cached[orderLine], error) {
		return endpoint.Document[orderLine](in.Conditional, tr.document, xxhash.Sum64(tr.document)), nil
	})
	endpoint.Register(a, op("fail", http.MethodGet, "/fail"), func(context.Context, *struct{}) (*struct{}, error) { return nil, tr.fail() })
	endpoint.Register(a, op("panic", http.MethodGet, "/panic"), func(context.Context, *struct{}) (*struct{}, error) {
		panic(errors.New("the secret of the house"))
	})
}

func (tr *trial) order(ctx context.Context, in *orderInput) (*orderOutput, error) {
	if tr.seen != nil {
		tr.seen(in)
	}
	if in.Body.Name == "none" {
		return nil, model.ErrOutOfStock.At("lines[0].quantity")
	}
	out := &orderOutput{}
	out.Body.User, out.Body.Language = request.UserID(ctx), request.Language(ctx)
	out.Body.Brand, _ = model.BrandID(ctx)
	return out, nil
}
