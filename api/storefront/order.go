package storefront

import (
	"context"
	"net/http"
	"time"

	"hutong/api/endpoint"
	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/order"
	"hutong/service/payment"
)

const (
	tagOrder   = "Orders"
	tagPayment = "Payment"
)

// withWeChat bounds the requests that ask WeChat, perhaps more than once.
const withWeChat = 20 * time.Second

func (s *Server) registerOrder(a *endpoint.API) {
	cannotBuy := []*model.Error{
		model.ErrNothingToBuy, model.ErrAddressNotFound, model.ErrOutOfRange, model.ErrInvalid,
		model.ErrGroupBasket, model.ErrCampaignNotFound, model.ErrGroupNotFound,
	}
	endpoint.Register(a, endpoint.Operation{
		ID: "quote", Method: http.MethodPost, Path: "/quote", Tag: tagOrder, SignedIn: true,
		Summary: "The price of a basket",
		Description: "Nothing is bought or reserved. What cannot be bought is marked and left out of the total; " +
			"without an address the delivery is an estimate.",
		Errors: cannotBuy,
	}, s.quote)
	endpoint.Register(a, endpoint.Operation{
		ID: "place-order", Method: http.MethodPost, Path: "/orders", Tag: tagOrder, SignedIn: true,
		Status: http.StatusCreated, Summary: "Buy a basket",
		Description: "The order is placed and what it needs is reserved, until it is paid or its time has passed. " +
			"Then ask for its payment, unless it cost nothing and is paid. When the total is another by now, price_changed " +
			"has it as total_fen, and the whole new quote besides: show it, and send the order again with its total. So has " +
			"offer_gone, when somebody was quicker.",
		Conflict: priceProblem{},
		Errors: append(cannotBuy, model.ErrRequired, model.ErrNotOnSale, model.ErrOutOfStock, model.ErrNotDelivered,
			model.ErrUnconfirmed, model.ErrPriceChanged, model.ErrOfferGone, model.ErrTotalLimit, model.ErrCampaignOver,
			model.ErrGroupOver, model.ErrGroupFull, model.ErrInGroup, model.ErrNewOnly, model.ErrGroupLimit),
		Cost: 5,
	}, s.placeOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "list-orders", Method: http.MethodGet, Path: "/orders", Tag: tagOrder, SignedIn: true,
		Summary: "My orders, newest first", Errors: []*model.Error{model.ErrBadCursor},
	}, s.listOrders)
	endpoint.Register(a, endpoint.Operation{
		ID: "get-order", Method: http.MethodGet, Path: "/orders/{no}", Tag: tagOrder, SignedIn: true,
		Summary: "One of my orders, with its life so far", Errors: []*model.Error{model.ErrOrderNotFound},
	}, s.getOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "cancel-order", Method: http.MethodPost, Path: "/orders/{no}/cancel", Tag: tagOrder, SignedIn: true,
		Summary:     "Cancel an order that is not paid",
		Description: "It is closed at WeChat first. Cancelling twice is no error.",
		Errors:      append([]*model.Error{model.ErrOrderNotFound, model.ErrAlreadyPaid, model.ErrConflict}, weChatErrors...),
		Timeout:     withWeChat, Cost: 5,
	}, s.cancelOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "prepare-payment", Method: http.MethodPut, Path: "/orders/{no}/payment", Tag: tagPayment, SignedIn: true,
		Summary: "The parameters of wx.requestPayment",
		Description: "Announces the payment to WeChat. It may be repeated: when WeChat failed or did not answer it " +
			"goes on where it stopped, and while the payment is open it is the same payment.",
		Errors: append([]*model.Error{
			model.ErrOrderNotFound, model.ErrOrderExpired, model.ErrAlreadyPaid, model.ErrWrongState,
		}, weChatErrors...),
		Timeout: withWeChat, Cost: 5,
	}, s.preparePayment)
	endpoint.Register(a, endpoint.Operation{
		ID: "refresh-payment", Method: http.MethodPost, Path: "/orders/{no}/payment/refresh", Tag: tagPayment, SignedIn: true,
		Summary:     "Ask WeChat how the payment stands",
		Description: "For the moment after wx.requestPayment, when the notification may still be on its way.",
		Errors:      append([]*model.Error{model.ErrOrderNotFound}, weChatErrors...),
		Timeout:     withWeChat, Cost: 5,
	}, s.refreshPayment)
}

// weChatErrors are what any endpoint may answer that asks WeChat.
var weChatErrors = []*model.Error{model.ErrWeChat, model.ErrWeChatBusy, model.ErrWeChatSettings, model.ErrRateLimited}

// buyer is who is signed in, with the languages they read.
func buyer(ctx context.Context) order.Buyer {
	b := request.Brand(ctx)
	return order.Buyer{
		Brand: b, UserID: request.UserID(ctx), Languages: []string{request.Language(ctx), b.DefaultLanguage},
	}
}

// answer is an output whose body is a T.
type answer[T any] struct{ Body T }

// answered turns what a use case returns into what a handler returns.
func answered[T any](body T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{body}, nil
}

type quoteInput struct{ Body order.Basket }

func (s *Server) quote(ctx context.Context, in *quoteInput) (*answer[order.Quote], error) {
	return answered(s.Order.Quote(ctx, buyer(ctx), in.Body))
}

// priceProblem is a refusal to place an order.
type priceProblem struct {
	problem.Problem
	Quote *order.Quote `json:"quote,omitempty" doc:"With price_changed and offer_gone: the basket as it is priced now"`
}

type placeInput struct {
	endpoint.Keyed
	Body order.Checkout
}

func (s *Server) placeOrder(ctx context.Context, in *placeInput) (*answer[order.View], error) {
	return answered(s.Order.Place(ctx, buyer(ctx), in.IdempotencyKey, in.Body))
}

type ordersInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only orders in these states" enum:"pending,paid,partly_shipped,shipped,received,closed,cancelled"`
}

var ordersCursor = endpoint.Cursor[place]{Name: "orders", Version: 1}

func (s *Server) listOrders(ctx context.Context, in *ordersInput) (*answer[endpoint.Page[order.View]], error) {
	at, err := ordersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.OrderStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.OrderStatus(st)
	}
	views, next, err := s.Order.List(ctx, buyer(ctx), statuses, at.Before, in.Limit)
	return listed(ordersCursor, views, next, err)
}

type orderInput struct {
	No string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getOrder(ctx context.Context, in *orderInput) (*answer[order.View], error) {
	return answered(s.Order.Get(ctx, buyer(ctx), in.No))
}

func (s *Server) cancelOrder(ctx context.Context, in *orderInput) (*answer[order.View], error) {
	return answered(s.Payment.Cancel(ctx, buyer(ctx), in.No))
}

func (s *Server) preparePayment(ctx context.Context, in *orderInput) (*answer[payment.Parameters], error) {
	return answered(s.Payment.Prepare(ctx, buyer(ctx), in.No))
}

func (s *Server) refreshPayment(ctx context.Context, in *orderInput) (*answer[order.View], error) {
	return answered(s.Payment.Refresh(ctx, buyer(ctx), in.No))
}
