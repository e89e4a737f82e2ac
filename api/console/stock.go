package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/catalogue"
)

const tagStock = "Stock"

func (s *Server) registerStock(a *endpoint.API) {
	list := get("list-stock", "/stock", tagStock, model.PermitStockRead, "The stock of the SKUs on sale, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor, model.ErrTooLong}
	endpoint.Register(a, list, s.listStock)
	endpoint.Register(a, get("get-stock-summary", "/stock-summary", tagStock, model.PermitStockRead,
		"How many SKUs on sale are low, and how many are out"), s.stockSummary)
	moves := get("list-stock-movements", "/stock/{no}/movements", tagStock, model.PermitStockRead, "What moved a SKU's stock, the newest first")
	moves.Errors = []*model.Error{model.ErrBadCursor, model.ErrSKUNotFound}
	endpoint.Register(a, moves, s.listMovements)
	endpoint.Register(a, endpoint.Operation{
		ID: "correct-stock", Method: http.MethodPost, Path: "/stock/{no}/corrections", Tag: tagStock, Permission: model.PermitStockWrite,
		Summary:     "Correct what is on hand of a SKU, with a reason",
		Description: "Never below what orders hold, and not when something was moved since it was shown.",
		Errors: []*model.Error{
			model.ErrSKUNotFound, model.ErrChangedMeanwhile, model.ErrBelowReserved, model.ErrNotOneOf, model.ErrTooLong, model.ErrOutOfRange,
		},
	}, s.correctStock)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-stock-threshold", Method: http.MethodPut, Path: "/stock/{no}/threshold", Tag: tagStock, Permission: model.PermitStockWrite,
		Summary: "Say when a SKU is low", Errors: []*model.Error{model.ErrSKUNotFound, model.ErrOutOfRange},
	}, s.setThreshold)
	endpoint.Register(a, get("get-stock-settings", "/stock-settings", tagStock, model.PermitStockRead, "When a SKU is low that does not say itself"), s.stockSettings)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-stock-settings", Method: http.MethodPut, Path: "/stock-settings", Tag: tagStock, Permission: model.PermitStockWrite,
		Summary: "Say when a SKU is low that does not say itself", Errors: []*model.Error{model.ErrOutOfRange},
	}, s.setStockSettings)
}

var (
	stockCursor     = endpoint.Cursor[place]{Name: "console-stock", Version: 1}
	movementsCursor = endpoint.Cursor[place]{Name: "console-movements", Version: 1}
)

type stockInput struct {
	endpoint.Paging
	Words string `query:"q" maxLength:"64" doc:"Parts of title, vendor or name in addresses of the product; the beginning of an article number; a barcode or a SKU's number"`
	Level string `query:"level" enum:"in,low,out" doc:"in: can be bought; low: at its threshold or below; out: cannot be bought"`
}

func (s *Server) listStock(ctx context.Context, in *stockInput) (*answer[endpoint.Page[catalogue.StockRow]], error) {
	at, err := stockCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	q := catalogue.StockQuery{Words: in.Words, Level: catalogue.StockLevel(in.Level), Before: at.Before, Limit: in.Limit}
	rows, next, err := s.Catalogue.Stock(ctx, q, languages(ctx)...)
	return page(stockCursor, rows, next, err)
}

func (s *Server) stockSummary(ctx context.Context, _ *struct{}) (*answer[catalogue.StockSummary], error) {
	return answered(s.Catalogue.StockSummary(ctx))
}

// OfSKU is embedded in the input of what is about a SKU.
type OfSKU struct {
	No string `path:"no" maxLength:"26" doc:"The SKU's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

type movementsInput struct {
	endpoint.Paging
	OfSKU
}

func (s *Server) listMovements(ctx context.Context, in *movementsInput) (*answer[endpoint.Page[catalogue.Movement]], error) {
	at, err := movementsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Catalogue.Movements(ctx, in.No, at.Before, in.Limit)
	return page(movementsCursor, rows, next, err)
}

type correctStockInput struct {
	endpoint.Keyed
	OfSKU
	Body catalogue.Correction
}

func (s *Server) correctStock(ctx context.Context, in *correctStockInput) (*answer[catalogue.StockRow], error) {
	return answered(s.Catalogue.Correct(ctx, in.IdempotencyKey, in.No, in.Body, languages(ctx)...))
}

type thresholdInput struct {
	OfSKU
	Body catalogue.Threshold
}

func (s *Server) setThreshold(ctx context.Context, in *thresholdInput) (*answer[catalogue.StockRow], error) {
	return answered(s.Catalogue.SetThreshold(ctx, in.No, in.Body, languages(ctx)...))
}

func (s *Server) stockSettings(ctx context.Context, _ *struct{}) (*answer[catalogue.Threshold], error) {
	return answered(s.Catalogue.StockSettings(ctx))
}

type stockSettingsInput struct{ Body catalogue.Threshold }

func (s *Server) setStockSettings(ctx context.Context, in *stockSettingsInput) (*answer[catalogue.Threshold], error) {
	return answered(s.Catalogue.SetStockSettings(ctx, in.Body))
}
