package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/aftersale"
)

const tagAfterSale = "After-sale"

func (s *Server) registerAfterSale(a *endpoint.API) {
	cannotAsk := []*model.Error{
		model.ErrOrderNotFound, model.ErrWrongState, model.ErrTooLate, model.ErrInvalid, model.ErrRequired, model.ErrTooLong,
		model.ErrTooMany, model.ErrPiecesTaken, model.ErrNotSent, model.ErrNotReceived, model.ErrMustReturn,
		model.ErrNotReturnable, model.ErrNotOnSale, model.ErrNotExchangeable, model.ErrOutOfStock,
		model.ErrNothingBack, model.ErrOverRefund, model.ErrTooManyRefunds, model.ErrRefundTooLate,
		model.ErrRefusedBefore,
	}
	endpoint.Register(a, endpoint.Operation{
		ID: "after-sale-options", Method: http.MethodGet, Path: "/orders/{no}/after-sale", Tag: tagAfterSale, SignedIn: true,
		Summary: "What can be asked for of an order, now", Errors: []*model.Error{model.ErrOrderNotFound},
	}, s.afterSaleOptions)
	endpoint.Register(a, endpoint.Operation{
		ID: "quote-after-sale", Method: http.MethodPost, Path: "/orders/{no}/after-sales/quote", Tag: tagAfterSale, SignedIn: true,
		Summary: "What a wish would bring", Description: "Nothing is asked for yet.", Errors: cannotAsk,
	}, s.quoteAfterSale)
	endpoint.Register(a, endpoint.Operation{
		ID: "apply-after-sale", Method: http.MethodPost, Path: "/orders/{no}/after-sales", Tag: tagAfterSale, SignedIn: true,
		Status: http.StatusCreated, Summary: "Ask for money or other goods",
		Description: "By line and quantity. Staff answer before the deadline, else it is agreed. What was not sent yet may " +
			"go back at once.",
		Errors: cannotAsk, Cost: 5,
	}, s.applyAfterSale)
	endpoint.Register(a, endpoint.Operation{
		ID: "list-after-sales", Method: http.MethodGet, Path: "/after-sales", Tag: tagAfterSale, SignedIn: true,
		Summary: "My cases, newest first", Errors: []*model.Error{model.ErrBadCursor, model.ErrOrderNotFound},
	}, s.listAfterSales)
	of := func(id, method, path, summary, description string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: "/after-sales/{no}" + path, Tag: tagAfterSale, SignedIn: true, Summary: summary,
			Description: description, Errors: append(errs, model.ErrAfterSaleNotFound),
		}
	}
	endpoint.Register(a, of("get-after-sale", http.MethodGet, "", "One of my cases, with its life so far", ""), s.getAfterSale)
	endpoint.Register(a, of("withdraw-after-sale", http.MethodPost, "/withdrawal", "Withdraw a case",
		"Before the goods are sent back.", model.ErrWrongState), s.withdrawAfterSale)
	endpoint.Register(a, of("send-back", http.MethodPut, "/parcel", "Say with which parcel the goods are sent back",
		"Saying it again corrects it.", model.ErrWrongState, model.ErrInvalid), s.sendBack)
	endpoint.Register(a, of("escalate-after-sale", http.MethodPost, "/appeal", "Have the brand's owner decide",
		"About a refusal, once and before the deadline; or about what was sent instead of the goods, when it does not come or is not right.", model.ErrWrongState, model.ErrTooLate, model.ErrPiecesTaken,
		model.ErrTooLong, model.ErrTooMany, model.ErrInvalid), s.escalateAfterSale)
	endpoint.Register(a, of("confirm-replacement", http.MethodPost, "/receipt", "Confirm what was sent instead of the goods",
		"", model.ErrWrongState), s.confirmReplacement)
}

func (s *Server) afterSaleOptions(ctx context.Context, in *orderInput) (*answer[aftersale.Options], error) {
	return answered(s.AfterSale.Options(ctx, buyer(ctx), in.No))
}

type quoteAfterSaleInput struct {
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body aftersale.Wish
}

func (s *Server) quoteAfterSale(ctx context.Context, in *quoteAfterSaleInput) (*answer[aftersale.Offer], error) {
	return answered(s.AfterSale.Quote(ctx, buyer(ctx), in.No, in.Body))
}

type applyInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body aftersale.Wish
}

func (s *Server) applyAfterSale(ctx context.Context, in *applyInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Apply(ctx, buyer(ctx), in.IdempotencyKey, in.No, in.Body))
}

type afterSalesInput struct {
	endpoint.Paging
	Order string `query:"order" maxLength:"26" doc:"Only cases of this order"`
}

var afterSalesCursor = endpoint.Cursor[place]{Name: "after-sales", Version: 1}

func (s *Server) listAfterSales(ctx context.Context, in *afterSalesInput) (*answer[endpoint.Page[aftersale.View]], error) {
	at, err := afterSalesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.AfterSale.List(ctx, buyer(ctx), in.Order, at.Before, in.Limit)
	return listed(afterSalesCursor, views, next, err)
}

type afterSaleInput struct {
	No string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getAfterSale(ctx context.Context, in *afterSaleInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Get(ctx, buyer(ctx), in.No))
}

func (s *Server) withdrawAfterSale(ctx context.Context, in *afterSaleInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Withdraw(ctx, buyer(ctx), in.No))
}

type parcelInput struct {
	No   string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body aftersale.Parcel
}

func (s *Server) sendBack(ctx context.Context, in *parcelInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.SendBack(ctx, buyer(ctx), in.No, in.Body))
}

type noteInput struct {
	No   string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body aftersale.Note
}

func (s *Server) escalateAfterSale(ctx context.Context, in *noteInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Escalate(ctx, buyer(ctx), in.No, in.Body))
}

func (s *Server) confirmReplacement(ctx context.Context, in *afterSaleInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Confirm(ctx, buyer(ctx), in.No))
}
