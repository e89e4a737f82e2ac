package endpoint

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"hutong/api/limit"
	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
)

// Consumer is the name, in OpenAPI, of the scheme by which a consumer is signed in.
const Consumer = "consumer"

// Consumers is the door of a shop: anybody may come in, and those who sign in are known.
type Consumers struct {
	// Brand finds a shop. Errors: model.ErrBrandNotFound. It is asked on every request, so it remembers.
	Brand func(ctx context.Context, slug string) (*model.Brand, error)
	// Verify tells whose token it is. Errors: model.ErrUnauthorized, for another brand's token as well;
	// model.ErrSessionExpired.
	Verify  func(ctx context.Context, brandID int64, token string) (userID int64, err error)
	PerUser *limit.Limiter[int64]
}

// Admit implements Door.
func (d *Consumers) Admit(ctx context.Context, c *gin.Context, op Operation) (context.Context, error) {
	facts := request.From(ctx)
	brand, err := d.Brand(ctx, c.Param("brand"))
	switch {
	case err != nil:
		return nil, err
	case brand.Status != model.BrandActive:
		return nil, model.ErrBrandNotFound
	}
	facts.Brand = brand
	facts.Language = request.ChooseLanguage(facts.AcceptLanguage, brand.DefaultLanguage, brand.Languages)
	ctx = model.WithBrand(ctx, brand.ID)
	actor := model.Actor{Kind: model.ActorConsumer, Address: c.ClientIP(), RequestID: facts.ID}
	if !op.SignedIn {
		return model.WithActor(ctx, actor), nil
	}
	token, err := bearer(c.Request.Header)
	if err != nil {
		return nil, err
	}
	if facts.UserID, err = d.Verify(ctx, brand.ID, token); err != nil {
		return nil, err
	}
	if wait, ok := d.PerUser.Take(facts.UserID, op.Cost); !ok {
		return nil, problem.After(model.ErrRateLimited, wait)
	}
	actor.No = strconv.FormatInt(facts.UserID, 10)
	return model.WithActor(ctx, actor), nil
}

// Describe implements Door.
func (d *Consumers) Describe(op Operation, described *huma.Operation) []*model.Error {
	described.Parameters = append(described.Parameters, brandParameter)
	if !op.SignedIn {
		return []*model.Error{model.ErrBrandNotFound}
	}
	described.Security = []map[string][]string{{Consumer: {}}}
	return []*model.Error{model.ErrBrandNotFound, model.ErrUnauthorized, model.ErrSessionExpired}
}

var brandParameter = &huma.Param{
	Name: "brand", In: "path", Required: true,
	Description: "The shop, by the name in its addresses.",
	Schema:      &huma.Schema{Type: huma.TypeString, Pattern: "^[a-z0-9][a-z0-9-]{1,30}$"},
	Example:     "demo",
}
