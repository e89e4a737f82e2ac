package storefront

import (
	"context"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/page"
)

func (s *Server) registerShop(a *endpoint.API) {
	endpoint.Register(a, get("get-shop", "", tagShop, "The shop"), s.shop)
	one := get("get-page", "/pages/{slug}", tagShop, "A page of the shop, made of blocks")
	one.Errors = []*model.Error{model.ErrNotFound}
	endpoint.Register(a, one, s.page)
	preview := get("preview-page", "/previews/{slug}", tagShop, "A page as staff are making it, for who has their leave to look")
	preview.Description = "It is kept by nobody on the way, and found by no search."
	preview.Errors = []*model.Error{model.ErrNotFound, model.ErrPreviewEnded}
	preview.Cost = 2
	endpoint.Register(a, preview, s.previewPage)
	product := get("preview-product", "/previews/products/{handle}", tagShop, "A product that may not be on sale, for who has their leave to look")
	product.Description = preview.Description
	product.Errors = []*model.Error{model.ErrNotFound, model.ErrProductNotFound, model.ErrPreviewEnded}
	product.Cost = 2
	endpoint.Register(a, product, s.previewProduct)
}

type previewInput struct {
	Slug  string `path:"slug" maxLength:"64" example:"home"`
	Token string `header:"Hutong-Preview" required:"true" maxLength:"512" doc:"What the console gives for a while."`
}

// previewed is an answer that nobody keeps on the way.
type previewed[T any] struct {
	CacheControl string   `header:"Cache-Control"`
	Robots       string   `header:"X-Robots-Tag"`
	Vary         []string `header:"Vary"`
	Body         T
}

func looked[T any](v T, err error) (*previewed[T], error) {
	if err != nil {
		return nil, err
	}
	return &previewed[T]{"private, no-store", "noindex, nofollow", []string{"Accept-Language", "Hutong-Preview"}, v}, nil
}

func (s *Server) previewPage(ctx context.Context, in *previewInput) (*previewed[page.View], error) {
	v, err := s.Page.Previewed(ctx, request.Brand(ctx), in.Slug, in.Token, request.Language(ctx))
	return looked(v, err)
}

type previewProductInput struct {
	Handle string `path:"handle" maxLength:"255" doc:"Name of the product in addresses." example:"borsa-molo"`
	Token  string `header:"Hutong-Preview" required:"true" maxLength:"1024" doc:"What the console gives for a while."`
}

func (s *Server) previewProduct(ctx context.Context, in *previewProductInput) (*previewed[catalogue.Detail], error) {
	v, err := s.Page.PreviewedProduct(ctx, request.Brand(ctx), in.Handle, in.Token, request.Language(ctx))
	return looked(v, err)
}

// Shop is a brand as its customers see it.
type Shop struct {
	Slug            string   `json:"slug" doc:"In the addresses of the shop." example:"demo"`
	Name            string   `json:"name" doc:"In the caller's language."`
	Currency        string   `json:"currency" doc:"Of every amount; amounts are integers of its hundredth." example:"CNY"`
	Language        string   `json:"language" doc:"Of the texts in this answer." example:"zh-CN"`
	Languages       []string `json:"languages" doc:"That the shop speaks, as BCP 47 tags; ask by Accept-Language."`
	DefaultLanguage string   `json:"default_language" example:"zh-CN"`
	Theme           Theme    `json:"theme"`
	OrderTTL        int64    `json:"order_ttl_seconds" doc:"How long an order waits to be paid." example:"900"`
}

// Theme is how the shop looks.
type Theme struct {
	Accent string `json:"accent" doc:"#RRGGBB" example:"#B4232A"`
	Logo   string `json:"logo,omitempty" doc:"Address of a picture."`
}

type shopInput struct {
	endpoint.Conditional
}

func (s *Server) shop(ctx context.Context, in *shopInput) (*endpoint.Cached[Shop], error) {
	b, language := request.Brand(ctx), request.Language(ctx)
	return endpoint.DocumentOf(in.Conditional, Shop{
		Slug:            b.Slug,
		Name:            b.Name.In(language, b.DefaultLanguage),
		Currency:        b.Currency,
		Language:        language,
		Languages:       append([]string{}, b.Languages...),
		DefaultLanguage: b.DefaultLanguage,
		Theme:           Theme{Accent: b.Theme.Accent, Logo: b.Theme.Logo},
		OrderTTL:        b.OrderTTL,
	})
}

type pageInput struct {
	endpoint.Conditional
	Slug string `path:"slug" maxLength:"64" doc:"home is the first page" example:"home"`
}

func (s *Server) page(ctx context.Context, in *pageInput) (*endpoint.Cached[page.View], error) {
	encoded, err := s.Page.Encoded(ctx, request.Brand(ctx), in.Slug, request.Language(ctx))
	if err != nil {
		return nil, err
	}
	return endpoint.Document[page.View](in.Conditional, encoded.JSON, encoded.Sum), nil
}
