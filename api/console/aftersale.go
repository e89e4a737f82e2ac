package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/aftersale"
)

const tagAfterSale = "After-sale"

func (s *Server) registerAfterSale(a *endpoint.API) {
	list := get("list-after-sales", "/after-sales", tagAfterSale, model.PermitAfterSaleRead, "Cases, the most urgent first")
	list.Description = "Without a state those that are not over. Those without a deadline wait for staff or for WeChat, and come first."
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listAfterSales)
	detail := get("get-after-sale", "/after-sales/{no}", tagAfterSale, model.PermitAfterSaleRead, "One case, with its life so far")
	detail.Errors = []*model.Error{model.ErrAfterSaleNotFound}
	endpoint.Register(a, detail, s.getAfterSale)

	of := func(id, path, summary, description string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: http.MethodPost, Path: "/after-sales/{no}" + path, Tag: tagAfterSale, Permission: model.PermitAfterSaleWrite,
			Summary: summary, Description: description, Errors: append(errs, model.ErrAfterSaleNotFound, model.ErrWrongState),
		}
	}
	money := []*model.Error{model.ErrOverRefund, model.ErrNothingBack, model.ErrTooManyRefunds, model.ErrRefundTooLate}
	goods := append([]*model.Error{model.ErrNoReturnPlace, model.ErrOutOfStock, model.ErrTooLong, model.ErrTooMany}, money...)
	endpoint.Register(a, of("agree-after-sale", "/agreement", "Grant what a consumer asks for",
		"The money goes back at once when nothing is to be sent back, else the goods may be sent.", goods...), s.agreeAfterSale)
	endpoint.Register(a, of("refuse-after-sale", "/refusal", "Decline what is asked for, or the goods that came back",
		"The consumer reads the words, and may have it decided again once.", model.ErrRequired, model.ErrTooLong, model.ErrTooMany), s.refuseAfterSale)
	endpoint.Register(a, of("receive-after-sale", "/arrival", "Note that the goods came back, and in what condition",
		"Also of a case that is agreed: goods come without a waybill, too.",
		append(money, model.ErrInvalid, model.ErrOutOfRange, model.ErrExchangedBefore)...), s.receiveAfterSale)
	endpoint.Register(a, of("resend-after-sale", "/replacement", "Note the parcel with what was exchanged", "Saying it again corrects it.",
		model.ErrInvalid), s.resendAfterSale)
	endpoint.Register(a, of("compensate-after-sale", "/compensation", "Note that the way back was paid for, and how", "",
		model.ErrRequired, model.ErrTooLong), s.compensateAfterSale)
	decide := of("decide-after-sale", "/decision", "The last word in a case that was brought before the owner", "", append(goods, model.ErrRequired, model.ErrInvalid, model.ErrResentBefore)...)
	decide.Permission = model.PermitAfterSaleDecide
	endpoint.Register(a, decide, s.decideAfterSale)
}

var afterSalesCursor = endpoint.Cursor[aftersale.Place]{Name: "console-after-sales", Version: 1}

type afterSalesInput struct {
	endpoint.Paging
	Status    []string     `query:"status,explode" doc:"Only cases in these states" enum:"applied,agreed,sending,received,resending,refunding,done,refused,withdrawn,escalated"`
	Order     string       `query:"order" maxLength:"26" doc:"The order's number"`
	Customer  string       `query:"customer" maxLength:"26" doc:"The customer's number"`
	DueBefore model.Millis `query:"due_before" minimum:"0" doc:"Whose deadline passes before; UTC milliseconds"`
}

func (s *Server) listAfterSales(ctx context.Context, in *afterSalesInput) (*answer[endpoint.Page[aftersale.View]], error) {
	at, err := afterSalesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := aftersale.Filter{OrderNo: in.Order, Buyer: in.Customer, DueBefore: in.DueBefore}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.AfterSaleStatus(st))
	}
	views, next, err := s.AfterSale.Desk(ctx, languages(ctx), f, at, in.Limit)
	if err != nil {
		return nil, err
	}
	word := ""
	if next != nil {
		word = afterSalesCursor.Encode(*next)
	}
	return answered(endpoint.NewPage(views, word), nil)
}

type caseInput struct {
	No string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getAfterSale(ctx context.Context, in *caseInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Find(ctx, languages(ctx), in.No))
}

// about is the input of a use case that moves one case.
type about[T any] struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body T
}

func (in *about[T]) handling(ctx context.Context) aftersale.Handling {
	return aftersale.Handling{Key: in.IdempotencyKey, No: in.No, Languages: languages(ctx)}
}

func (s *Server) agreeAfterSale(ctx context.Context, in *about[aftersale.Consent]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Agree(ctx, in.handling(ctx), in.Body))
}

func (s *Server) refuseAfterSale(ctx context.Context, in *about[aftersale.Note]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Refuse(ctx, in.handling(ctx), in.Body))
}

func (s *Server) receiveAfterSale(ctx context.Context, in *about[aftersale.Arrival]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Receive(ctx, in.handling(ctx), in.Body))
}

func (s *Server) resendAfterSale(ctx context.Context, in *about[aftersale.Parcel]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Resend(ctx, in.handling(ctx), in.Body))
}

func (s *Server) compensateAfterSale(ctx context.Context, in *about[aftersale.Note]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Compensate(ctx, in.handling(ctx), in.Body))
}

func (s *Server) decideAfterSale(ctx context.Context, in *about[aftersale.Decision]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Decide(ctx, in.handling(ctx), in.Body))
}
