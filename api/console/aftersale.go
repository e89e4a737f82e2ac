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
	list.Description = "Those that wait for the brand's owner, or for money to arrive, have no deadline and come before all others."
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listAfterSales)
	detail := get("get-after-sale", "/after-sales/{no}", tagAfterSale, model.PermitAfterSaleRead, "One case, with its life so far")
	detail.Errors = []*model.Error{model.ErrAfterSaleNotFound}
	endpoint.Register(a, detail, s.getAfterSale)

	noted := []*model.Error{model.ErrAfterSaleNotFound, model.ErrWrongState, model.ErrRequired, model.ErrTooLong, model.ErrTooMany, model.ErrInvalid}
	paying := append([]*model.Error{
		model.ErrNothingBack, model.ErrOverRefund, model.ErrTooManyRefunds, model.ErrRefundTooLate,
	}, noted...)
	answering := append([]*model.Error{model.ErrNoReturnPlace, model.ErrOutOfStock}, paying...)
	post := func(id, path, summary, description string, errs []*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: http.MethodPost, Path: "/after-sales/{no}" + path, Tag: tagAfterSale,
			Permission: model.PermitAfterSaleWrite, Summary: summary, Description: description, Errors: errs,
		}
	}
	endpoint.Register(a, post("agree-after-sale", "/consent", "Grant what is asked for",
		"The money goes back at once when nothing is to be sent back; what is to be exchanged is set aside.", answering), s.agree)
	endpoint.Register(a, post("refuse-after-sale", "/refusal", "Refuse what is asked for, or the goods that came back",
		"With a reason, which the consumer reads.", noted), s.refuse)
	endpoint.Register(a, post("receive-after-sale", "/arrival", "Say that the goods came back, and what can be sold again",
		"The money goes back, or what was exchanged has to be sent.",
		append([]*model.Error{model.ErrOutOfRange, model.ErrExchangedBefore}, paying...)), s.receive)
	endpoint.Register(a, post("resend-after-sale", "/replacement", "Say with which parcel the replacement is sent",
		"Saying it again corrects it.", noted), s.resend)
	endpoint.Register(a, post("compensate-after-sale", "/compensation", "Note that what was promised for the way back was given",
		"By other means than WeChat's refund; say how.", noted), s.compensate)
	decide := post("decide-after-sale", "/decision", "Decide a case for the last time",
		"One that the consumer appealed, or that could not go on by itself.", answering)
	decide.Permission = model.PermitAfterSaleJudge
	endpoint.Register(a, decide, s.decide)
}

var afterSalesCursor = endpoint.Cursor[aftersale.Place]{Name: "console-after-sales", Version: 1}

type afterSalesInput struct {
	endpoint.Paging
	Status    []string     `query:"status" doc:"Only cases in these states; without any, those that are not over" enum:"applied,agreed,sending,received,resending,refunding,done,refused,withdrawn,escalated"`
	Order     string       `query:"order" maxLength:"26" doc:"Only cases of this order"`
	DueBefore model.Millis `query:"due_before" minimum:"0" doc:"Only cases whose deadline passes before; UTC milliseconds"`
}

func (s *Server) listAfterSales(ctx context.Context, in *afterSalesInput) (*answer[endpoint.Page[aftersale.View]], error) {
	after, err := afterSalesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := aftersale.Filter{OrderNo: in.Order, DueBefore: in.DueBefore}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.AfterSaleStatus(st))
	}
	views, next, err := s.AfterSale.Desk(ctx, languages(ctx), f, after, in.Limit)
	if err != nil {
		return nil, err
	}
	word := ""
	if next != nil {
		word = afterSalesCursor.Encode(*next)
	}
	return answered(endpoint.NewPage(views, word), nil)
}

type afterSaleInput struct {
	No string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getAfterSale(ctx context.Context, in *afterSaleInput) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Find(ctx, languages(ctx), in.No))
}

// handling is the input of what moves a case.
type handling[T any] struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The case's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body T
}

func (in *handling[T]) of(ctx context.Context) aftersale.Handling {
	return aftersale.Handling{Key: in.IdempotencyKey, No: in.No, Languages: languages(ctx)}
}

func (s *Server) agree(ctx context.Context, in *handling[aftersale.Consent]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Agree(ctx, in.of(ctx), in.Body))
}

func (s *Server) refuse(ctx context.Context, in *handling[aftersale.Note]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Refuse(ctx, in.of(ctx), in.Body))
}

func (s *Server) receive(ctx context.Context, in *handling[aftersale.Arrival]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Receive(ctx, in.of(ctx), in.Body))
}

func (s *Server) resend(ctx context.Context, in *handling[aftersale.Parcel]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Resend(ctx, in.of(ctx), in.Body))
}

func (s *Server) compensate(ctx context.Context, in *handling[aftersale.Note]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Compensate(ctx, in.of(ctx), in.Body))
}

func (s *Server) decide(ctx context.Context, in *handling[aftersale.Decision]) (*answer[aftersale.View], error) {
	return answered(s.AfterSale.Decide(ctx, in.of(ctx), in.Body))
}
