package console

import (
	"context"
	"net/http"
	"time"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/payment"
)

const tagRefund = "Refunds"

// withWeChat bounds the requests that ask WeChat.
const withWeChat = 20 * time.Second

var weChatErrors = []*model.Error{model.ErrWeChat, model.ErrWeChatBusy, model.ErrWeChatSettings, model.ErrRateLimited}

func (s *Server) registerRefund(a *endpoint.API) {
	list := get("list-refunds", "/refunds", tagRefund, model.PermitRefundsRead, "Refunds, the newest first")
	list.Description = "to_do tells what a refund that is stuck wants of staff."
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listRefunds)
	detail := get("get-refund", "/refunds/{no}", tagRefund, model.PermitRefundsRead, "One refund, with its lines")
	detail.Errors = []*model.Error{model.ErrRefundNotFound}
	endpoint.Register(a, detail, s.getRefund)
	endpoint.Register(a, endpoint.Operation{
		ID: "refund-order", Method: http.MethodPost, Path: "/orders/{no}/refunds", Tag: tagRefund, Permission: model.PermitRefundsWrite,
		Status: http.StatusCreated, Summary: "Give back money of an order",
		Description: "By line and quantity, with the lines' shares of discounts; repeatedly, until all has gone back. Pieces " +
			"that were not sent never will be; when they have been sent meanwhile, nothing happens. What WeChat gives back no more, a " +
			"year after the payment or after fifty refunds, is owed all the same: the refund comes back closed, to be settled.",
		Errors: []*model.Error{
			model.ErrOrderNotFound, model.ErrInvalid, model.ErrOverRefund, model.ErrNothingBack, model.ErrWrongState, model.ErrConflict,
			model.ErrExchangedBefore,
		},
	}, s.refundOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "reissue-refund", Method: http.MethodPost, Path: "/refunds/{no}/reissue", Tag: tagRefund, Permission: model.PermitRefundsWrite,
		Status: http.StatusCreated, Summary: "Make a new refund in the place of one that WeChat has given up",
		Errors: []*model.Error{model.ErrRefundNotFound, model.ErrWrongState, model.ErrTooManyRefunds, model.ErrRefundTooLate},
	}, s.reissueRefund)
	endpoint.Register(a, endpoint.Operation{
		ID: "settle-refund", Method: http.MethodPost, Path: "/refunds/{no}/settle", Tag: tagRefund, Permission: model.PermitRefundsWrite,
		Summary: "Tell that the brand has given back itself what WeChat has given up",
		Description: "For money that WeChat does not take back to the consumer any more: after a year, after fifty refunds, when " +
			"their account is gone, or when the brand has taken another merchant since. The brand pays it from its own bank or till first; this books it and ends the refund.",
		Errors: []*model.Error{model.ErrRefundNotFound, model.ErrRequired, model.ErrWrongState},
	}, s.settleRefund)
	endpoint.Register(a, endpoint.Operation{
		ID: "ask-after-refund", Method: http.MethodPost, Path: "/refunds/{no}/ask", Tag: tagRefund, Permission: model.PermitRefundsWrite,
		Summary: "Ask WeChat how a refund stands", Timeout: withWeChat,
		Errors: append([]*model.Error{model.ErrRefundNotFound, model.ErrWrongState, model.ErrPayNotFound}, weChatErrors...),
	}, s.askAfterRefund)
}

var refundsCursor = endpoint.Cursor[place]{Name: "console-refunds", Version: 1}

type refundsInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only refunds in these states" enum:"pending,processing,succeeded,abnormal,closed,replaced,settled"`
}

func (s *Server) listRefunds(ctx context.Context, in *refundsInput) (*answer[endpoint.Page[payment.DeskRefund]], error) {
	at, err := refundsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.RefundStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.RefundStatus(st)
	}
	views, next, err := s.Payment.Refunds(ctx, statuses, at.Before, in.Limit)
	return page(refundsCursor, views, next, err)
}

type refundInput struct {
	No string `path:"no" maxLength:"64" doc:"The refund's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getRefund(ctx context.Context, in *refundInput) (*answer[payment.DeskRefund], error) {
	return answered(s.Payment.RefundAtDesk(ctx, in.No))
}

type refundOrderInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body payment.StaffRefund
}

func (s *Server) refundOrder(ctx context.Context, in *refundOrderInput) (*answer[payment.DeskRefund], error) {
	return answered(s.Payment.RefundByStaff(ctx, in.IdempotencyKey, in.No, in.Body))
}

type reissueInput struct {
	endpoint.Keyed
	No string `path:"no" maxLength:"64" doc:"The refund's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) reissueRefund(ctx context.Context, in *reissueInput) (*answer[payment.DeskRefund], error) {
	return answered(s.Payment.Reissue(ctx, in.IdempotencyKey, in.No))
}

type settleInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"64" doc:"The refund's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body payment.Settlement
}

func (s *Server) settleRefund(ctx context.Context, in *settleInput) (*answer[payment.DeskRefund], error) {
	return answered(s.Payment.SettleOutside(ctx, in.IdempotencyKey, in.No, in.Body))
}

func (s *Server) askAfterRefund(ctx context.Context, in *refundInput) (*answer[payment.DeskRefund], error) {
	return answered(s.Payment.AskAgain(ctx, in.No))
}
