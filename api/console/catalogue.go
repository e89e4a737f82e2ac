package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/catalogue"
	sitepage "hutong/service/page"
)

const tagCatalogue = "Catalogue"

// errorsOfProduct are those of writing a product.
var errorsOfProduct = []*model.Error{
	model.ErrRequired, model.ErrTooLong, model.ErrTooMany, model.ErrOutOfRange, model.ErrSKUNotFound, model.ErrOutOfStock,
}

// maxProductBody bounds a product: its descriptions may be long.
const maxProductBody = 2 << 20

func (s *Server) registerCatalogue(a *endpoint.API) {
	list := get("list-products", "/products", tagCatalogue, model.PermitCatalogueRead, "Products, as staff see them")
	list.Errors = []*model.Error{model.ErrBadCursor, model.ErrCategoryNotFound, model.ErrTooLong}
	endpoint.Register(a, list, s.listProducts)
	detail := get("get-product", "/products/{handle}", tagCatalogue, model.PermitCatalogueRead, "A product, with its texts in all languages")
	detail.Errors = []*model.Error{model.ErrProductNotFound}
	endpoint.Register(a, detail, s.getProduct)
	endpoint.Register(a, endpoint.Operation{
		ID: "create-product", Method: http.MethodPost, Path: "/products", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Status: http.StatusCreated, Summary: "Make a product", Description: "It is a draft until it is published.",
		MaxBody: maxProductBody, Errors: append([]*model.Error{model.ErrHandleTaken}, errorsOfProduct...),
	}, s.createProduct)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-product", Method: http.MethodPut, Path: "/products/{handle}", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Change a product",
		Description: "As a whole: what is left out is taken away. SKUs keep their numbers and their stock as long as they are named by " +
			"their number or have the same choice in words; those that are left out go off sale.",
		MaxBody: maxProductBody, Errors: append([]*model.Error{model.ErrProductNotFound, model.ErrChangedMeanwhile}, errorsOfProduct...),
	}, s.changeProduct)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-product-state", Method: http.MethodPut, Path: "/products/{handle}/state", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Publish a product, now or at a time, withdraw it or put it away",
		Errors:  []*model.Error{model.ErrProductNotFound, model.ErrChangedMeanwhile, model.ErrNotOneOf, model.ErrInvalid},
	}, s.setProductState)
	endpoint.Register(a, endpoint.Operation{
		ID: "preview-product", Method: http.MethodPost, Path: "/products/{handle}/preview", Tag: tagCatalogue, Permission: model.PermitCatalogueRead,
		Summary: "Leave to look at a product in the shop, for a while, whether it is on sale or not", Errors: []*model.Error{model.ErrProductNotFound},
	}, s.previewProduct)
	endpoint.Register(a, endpoint.Operation{
		ID: "copy-product", Method: http.MethodPost, Path: "/products/{handle}/copies", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Status: http.StatusCreated, Summary: "Make a product like another", Description: "It is a draft without stock.",
		Errors: []*model.Error{model.ErrProductNotFound},
	}, s.copyProduct)
	endpoint.Register(a, endpoint.Operation{
		ID: "act-on-products", Method: http.MethodPost, Path: "/products/actions", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary:     "Do something to several products",
		Description: "Each by itself; the answer tells of each, in their order.",
		Errors:      []*model.Error{model.ErrRequired, model.ErrTooMany, model.ErrNotOneOf, model.ErrCategoryNotFound}, Timeout: listTime,
	}, s.actOnProducts)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-skus", Method: http.MethodPatch, Path: "/skus", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Change prices and stock of many SKUs",
		Description: "The SKUs of one product are changed together or not at all. The answer tells of each row, in their order: " +
			"sku_not_found, changed_meanwhile when stock was moved since it was shown, out_of_stock when orders hold more.",
		Errors: []*model.Error{model.ErrTooMany}, Timeout: listTime, MaxBody: 1 << 20,
	}, s.changeSKUs)
	s.registerCategories(a)
}

func (s *Server) registerCategories(a *endpoint.API) {
	endpoint.Register(a, get("list-categories", "/categories", tagCatalogue, model.PermitCatalogueRead, "The tree of categories"), s.listCategories)
	endpoint.Register(a, endpoint.Operation{
		ID: "create-category", Method: http.MethodPost, Path: "/categories", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Status: http.StatusCreated, Summary: "Make a category",
		Errors: []*model.Error{model.ErrRequired, model.ErrInvalid, model.ErrTooLong, model.ErrTooMany, model.ErrCategoryTaken},
	}, s.createCategory)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-category", Method: http.MethodPut, Path: "/categories/{slug}", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Rename a category, show it or hide it",
		Errors:  []*model.Error{model.ErrCategoryNotFound, model.ErrRequired, model.ErrInvalid, model.ErrTooLong},
	}, s.changeCategory)
	endpoint.Register(a, endpoint.Operation{
		ID: "move-category", Method: http.MethodPut, Path: "/categories/{slug}/place", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Put a category, with all below it, into another place",
		Errors:  []*model.Error{model.ErrCategoryNotFound, model.ErrInvalid},
	}, s.moveCategory)
	endpoint.Register(a, endpoint.Operation{
		ID: "remove-category", Method: http.MethodDelete, Path: "/categories/{slug}", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Remove a category that has nothing in it", Errors: []*model.Error{model.ErrCategoryNotFound, model.ErrCategoryInUse},
	}, s.removeCategory)
}

func (s *Server) previewProduct(ctx context.Context, in *OfProduct) (*answer[sitepage.Preview], error) {
	return answered(s.Page.NewProductPreview(ctx, request.Brand(ctx), in.Handle))
}

type productsInput struct {
	endpoint.Paging
	Words    string `query:"q" maxLength:"64" doc:"Parts of title, vendor or name in addresses; the beginning of an article number; a barcode or a SKU's number"`
	Category string `query:"category" maxLength:"96" doc:"Slug of a category: its products, and those of the categories below it; none: those in no category"`
	State    string `query:"state" enum:"draft,scheduled,published,archived" doc:"All but archived ones without it"`
	Stock    string `query:"stock" enum:"in,low,out" doc:"in: something can be bought; low: a SKU is at its threshold; out: nothing can be bought"`
	Sort     string `query:"sort" enum:"updated,created,shelf,price_asc,price_desc" default:"updated"`
}

func (s *Server) listProducts(ctx context.Context, in *productsInput) (*answer[endpoint.Page[catalogue.DeskProduct]], error) {
	// A place in one order is none in another.
	cursor := endpoint.Cursor[catalogue.Place]{Name: "console-products/" + in.Sort, Version: 1}
	after, err := cursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Catalogue.AtDesk(ctx, catalogue.DeskQuery{
		Words: in.Words, Category: in.Category, State: catalogue.ProductState(in.State), Stock: catalogue.StockLevel(in.Stock),
		Sort: catalogue.DeskSort(in.Sort), After: after, Limit: in.Limit,
	}, languages(ctx)...)
	word := ""
	if next != nil {
		word = cursor.Encode(*next)
	}
	return answered(endpoint.NewPage(rows, word), err)
}

// OfProduct is embedded in the input of what is about a product.
type OfProduct struct {
	Handle string `path:"handle" maxLength:"255" doc:"The product's name in addresses" example:"borsa-molo"`
}

func (s *Server) getProduct(ctx context.Context, in *OfProduct) (*answer[catalogue.DeskDetail], error) {
	return answered(s.Catalogue.AtDeskDetail(ctx, in.Handle))
}

type createProductInput struct {
	endpoint.Keyed
	Body catalogue.NewProduct
}

func (s *Server) createProduct(ctx context.Context, in *createProductInput) (*answer[catalogue.DeskDetail], error) {
	return answered(s.Catalogue.Create(ctx, in.IdempotencyKey, in.Body))
}

type changeProductInput struct {
	OfProduct
	Body catalogue.ProductChange
}

func (s *Server) changeProduct(ctx context.Context, in *changeProductInput) (*answer[catalogue.DeskDetail], error) {
	return answered(s.Catalogue.Change(ctx, in.Handle, in.Body))
}

type productStateInput struct {
	OfProduct
	Body catalogue.StateChange
}

func (s *Server) setProductState(ctx context.Context, in *productStateInput) (*answer[catalogue.DeskDetail], error) {
	return answered(s.Catalogue.SetState(ctx, in.Handle, in.Body))
}

type copyProductInput struct {
	endpoint.Keyed
	OfProduct
}

func (s *Server) copyProduct(ctx context.Context, in *copyProductInput) (*answer[catalogue.DeskDetail], error) {
	return answered(s.Catalogue.Copy(ctx, in.IdempotencyKey, in.Handle))
}

type actOnProductsInput struct{ Body catalogue.BulkAction }

func (s *Server) actOnProducts(ctx context.Context, in *actOnProductsInput) (*answer[rowAnswers], error) {
	refused, err := s.Catalogue.Act(ctx, in.Body)
	return answeredByRow(ctx, refused, err)
}

type changeSKUsInput struct {
	Body struct {
		Rows []catalogue.SKUChange `json:"rows" minItems:"1" maxItems:"500"`
	}
}

func (s *Server) changeSKUs(ctx context.Context, in *changeSKUsInput) (*answer[rowAnswers], error) {
	refused, err := s.Catalogue.ChangeSKUs(ctx, in.Body.Rows)
	return answeredByRow(ctx, refused, err)
}

// categoryTree is the whole tree: whoever changes it gets it as it is then.
type categoryTree struct {
	Items []catalogue.DeskCategory `json:"items"`
}

func treeAnswered(tree []catalogue.DeskCategory, err error) (*answer[categoryTree], error) {
	return answered(categoryTree{tree}, err)
}

func (s *Server) listCategories(ctx context.Context, _ *struct{}) (*answer[categoryTree], error) {
	return treeAnswered(s.Catalogue.DeskCategories(ctx))
}

type createCategoryInput struct {
	endpoint.Keyed
	Body catalogue.NewCategory
}

func (s *Server) createCategory(ctx context.Context, in *createCategoryInput) (*answer[categoryTree], error) {
	return treeAnswered(s.Catalogue.CreateCategory(ctx, in.IdempotencyKey, in.Body))
}

// OfCategory is embedded in the input of what is about a category.
type OfCategory struct {
	Slug string `path:"slug" maxLength:"96" doc:"The category's name in addresses" example:"rings"`
}

type changeCategoryInput struct {
	OfCategory
	Body catalogue.CategoryInput
}

func (s *Server) changeCategory(ctx context.Context, in *changeCategoryInput) (*answer[categoryTree], error) {
	return treeAnswered(s.Catalogue.ChangeCategory(ctx, in.Slug, in.Body))
}

type moveCategoryInput struct {
	OfCategory
	Body catalogue.CategoryPlace
}

func (s *Server) moveCategory(ctx context.Context, in *moveCategoryInput) (*answer[categoryTree], error) {
	return treeAnswered(s.Catalogue.MoveCategory(ctx, in.Slug, in.Body))
}

func (s *Server) removeCategory(ctx context.Context, in *OfCategory) (*answer[categoryTree], error) {
	return treeAnswered(s.Catalogue.RemoveCategory(ctx, in.Slug))
}
