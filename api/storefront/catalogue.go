package storefront

import (
	"context"
	"net/http"
	"strings"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/catalogue"
)

const tagCatalogue = "Catalogue"

func (s *Server) registerCatalogue(a *endpoint.API) {
	endpoint.Register(a, get("get-categories", "/categories", tagCatalogue, "The tree of categories"), s.categories)
	list := get("list-products", "/products", tagCatalogue, "Products, filtered and sorted")
	list.Errors = []*model.Error{model.ErrNotOneOf, model.ErrOutOfRange, model.ErrBadCursor}
	endpoint.Register(a, list, s.listProducts)
	detail := get("get-product", "/products/{handle}", tagCatalogue, "A product with what there is to choose")
	detail.Description = "Stock is what it was a moment ago; the order decides."
	detail.Errors = []*model.Error{model.ErrProductNotFound}
	endpoint.Register(a, detail, s.product)
	endpoint.Register(a, endpoint.Operation{
		ID: "search-products", Method: http.MethodGet, Path: "/search", Tag: tagCatalogue, Cost: 2,
		Summary:     "Products found by words, best first",
		Description: "In titles, summaries, tags, vendors and article numbers, in every language of the shop. The last word may be incomplete.",
		Errors:      []*model.Error{model.ErrRequired, model.ErrTooLong, model.ErrOutOfRange, model.ErrBadCursor},
	}, s.search)
}

// cached answers a question about the catalogue from memory if it can. question tells all that the answer
// depends on beside the shop and the language; its type tells questions apart.
func cached[T any](
	ctx context.Context, s *Server, c endpoint.Conditional, question any, load func(ctx context.Context, languages ...string) (T, error),
) (*endpoint.Cached[T], error) {
	b, language := request.Brand(ctx), request.Language(ctx)
	encoded, err := s.Catalogue.Encoded(ctx, b, language, question, func(ctx context.Context) (any, error) {
		return load(ctx, language, b.DefaultLanguage)
	})
	if err != nil {
		return nil, err
	}
	return endpoint.Document[T](c, encoded.JSON, encoded.Sum), nil
}

type categoriesQuestion struct{}

type categoriesInput struct {
	endpoint.Conditional
}

func (s *Server) categories(ctx context.Context, in *categoriesInput) (*endpoint.Cached[endpoint.Page[catalogue.Category]], error) {
	return cached(ctx, s, in.Conditional, categoriesQuestion{},
		func(ctx context.Context, languages ...string) (p endpoint.Page[catalogue.Category], err error) {
			tree, err := s.Catalogue.Categories(ctx, languages...)
			return endpoint.NewPage(tree, ""), err
		})
}

type productsInput struct {
	endpoint.Conditional
	Category string    `query:"category" maxLength:"96" doc:"Slug of a category: its products, and those of the categories below it."`
	Tag      string    `query:"tag" maxLength:"64"`
	MinFen   model.Fen `query:"min_fen" minimum:"0" maximum:"10000000000" doc:"Of the product's lowest price."`
	MaxFen   model.Fen `query:"max_fen" minimum:"0" maximum:"10000000000" doc:"Of the product's lowest price; 0 for no limit."`
	InStock  bool      `query:"in_stock" doc:"Only what can be bought now."`
	Sort     string    `query:"sort" enum:"newest,price_asc,price_desc" doc:"The shop's own order without it."`
	ProductPaging
}

// ProductPaging is endpoint.Paging with shorter pages, since a product is much to show.
type ProductPaging struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before." maxLength:"512"`
	Limit  int    `query:"limit" doc:"How many items at most." minimum:"1" maximum:"50" default:"20"`
}

func (s *Server) listProducts(ctx context.Context, in *productsInput) (*endpoint.Cached[endpoint.Page[catalogue.Card]], error) {
	// A place in one order is none in another.
	cursor := endpoint.Cursor[catalogue.Place]{Name: "products/" + in.Sort, Version: 1}
	after, err := cursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	q := catalogue.Query{
		Category: in.Category, Tag: in.Tag, MinFen: in.MinFen, MaxFen: in.MaxFen, InStock: in.InStock,
		Sort: catalogue.Sort(in.Sort), After: after, Limit: in.Limit,
	}
	return cached(ctx, s, in.Conditional, q, func(ctx context.Context, languages ...string) (endpoint.Page[catalogue.Card], error) {
		cards, next, err := s.Catalogue.List(ctx, q, languages...)
		if next == nil {
			return endpoint.NewPage(cards, ""), err
		}
		return endpoint.NewPage(cards, cursor.Encode(*next)), err
	})
}

type productInput struct {
	endpoint.Conditional
	Handle string `path:"handle" maxLength:"255" doc:"Name of the product in addresses." example:"borsa-molo"`
}

type productQuestion struct{ handle string }

func (s *Server) product(ctx context.Context, in *productInput) (*endpoint.Cached[catalogue.Detail], error) {
	return cached(ctx, s, in.Conditional, productQuestion{in.Handle},
		func(ctx context.Context, languages ...string) (catalogue.Detail, error) {
			return s.Catalogue.Product(ctx, in.Handle, languages...)
		})
}

type searchInput struct {
	endpoint.Conditional
	Words string `query:"q" required:"true" maxLength:"64" doc:"As the consumer typed it." example:"皮包"`
	ProductPaging
}

// offset is a place in what was found.
type offset struct {
	Offset int `json:"o"`
}

var foundCursor = endpoint.Cursor[offset]{Name: "search", Version: 1}

func (s *Server) search(ctx context.Context, in *searchInput) (*endpoint.Cached[endpoint.Page[catalogue.Card]], error) {
	after, err := foundCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	w := catalogue.Words{Text: strings.TrimSpace(in.Words), Offset: after.Offset, Limit: in.Limit}
	return cached(ctx, s, in.Conditional, w, func(ctx context.Context, languages ...string) (endpoint.Page[catalogue.Card], error) {
		cards, next, err := s.Catalogue.Search(ctx, w, languages...)
		if next == 0 {
			return endpoint.NewPage(cards, ""), err
		}
		return endpoint.NewPage(cards, foundCursor.Encode(offset{next})), err
	})
}
