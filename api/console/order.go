package console

import (
	"context"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/order"
)

const tagOrder = "Orders"

func (s *Server) registerOrder(a *endpoint.API) {
	list := get("list-orders", "/orders", tagOrder, model.PermitOrdersRead, "Orders, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listOrders)
	detail := get("get-order", "/orders/{no}", tagOrder, model.PermitOrdersRead, "One order: its money, its life so far and what was booked")
	detail.Errors = []*model.Error{model.ErrOrderNotFound}
	endpoint.Register(a, detail, s.getOrder)
	recipient := get("get-recipient", "/orders/{no}/recipient", tagOrder, model.PermitCustomersPhone, "Who receives an order, in full")
	recipient.Description = "That it was read is written into the audit log."
	recipient.Errors = []*model.Error{model.ErrOrderNotFound, model.ErrOrderRestricted}
	endpoint.Register(a, recipient, s.getRecipient)
}

// languages are those that the member of staff reads, best first.
func languages(ctx context.Context) []string {
	return []string{request.Language(ctx), request.Brand(ctx).DefaultLanguage}
}

var ordersCursor = endpoint.Cursor[place]{Name: "console-orders", Version: 1}

type ordersInput struct {
	endpoint.Paging
	Status []string     `query:"status,explode" doc:"Only orders in these states" enum:"pending,paid,partly_shipped,shipped,received,closed,cancelled"`
	Number string       `query:"number" maxLength:"32" doc:"Only the order with this number, or that a payment with this number is for"`
	From   model.Millis `query:"from" minimum:"0" doc:"Placed not before; UTC milliseconds"`
	To     model.Millis `query:"to" minimum:"0" doc:"Placed before; UTC milliseconds"`
}

func (s *Server) listOrders(ctx context.Context, in *ordersInput) (*answer[endpoint.Page[order.DeskView]], error) {
	at, err := ordersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := order.Filter{Number: in.Number, From: in.From, To: in.To}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.OrderStatus(st))
	}
	views, next, err := s.Order.Desk(ctx, languages(ctx), f, at.Before, in.Limit)
	return page(ordersCursor, views, next, err)
}

type orderInput struct {
	No string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getOrder(ctx context.Context, in *orderInput) (*answer[order.DeskView], error) {
	return answered(s.Order.AtDesk(ctx, languages(ctx), in.No))
}

func (s *Server) getRecipient(ctx context.Context, in *orderInput) (*answer[model.Place], error) {
	return answered(s.Order.Recipient(ctx, in.No))
}
