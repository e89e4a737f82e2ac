package console

import (
	"context"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/customer"
	"hutong/service/order"
)

const tagCustomer = "Customers"

func (s *Server) registerCustomer(a *endpoint.API) {
	list := get("list-customers", "/customers", tagCustomer, model.PermitCustomersRead, "Customers, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listCustomers)
	detail := get("get-customer", "/customers/{no}", tagCustomer, model.PermitCustomersRead, "One customer")
	detail.Errors = []*model.Error{model.ErrCustomerNotFound}
	endpoint.Register(a, detail, s.getCustomer)
	orders := get("list-customer-orders", "/customers/{no}/orders", tagCustomer, model.PermitCustomersRead,
		"What a customer has ordered, the newest first")
	orders.Description = "Recipients are masked."
	orders.Errors = []*model.Error{model.ErrBadCursor, model.ErrCustomerNotFound}
	endpoint.Register(a, orders, s.listCustomerOrders)
}

var (
	customersCursor      = endpoint.Cursor[place]{Name: "console-customers", Version: 1}
	customerOrdersCursor = endpoint.Cursor[order.DeskPlace]{Name: "console-customer-orders", Version: 1}
)

type customersInput struct {
	endpoint.Paging
	Number string       `query:"number" maxLength:"26" doc:"Only the customer with this number"`
	From   model.Millis `query:"from" minimum:"0" doc:"Came first not before; UTC milliseconds"`
	To     model.Millis `query:"to" minimum:"0" doc:"Came first before; UTC milliseconds"`
}

func (s *Server) listCustomers(ctx context.Context, in *customersInput) (*answer[endpoint.Page[customer.View]], error) {
	at, err := customersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Customer.List(ctx, customer.Filter{Number: in.Number, From: in.From, To: in.To}, at.Before, in.Limit)
	return page(customersCursor, views, next, err)
}

type customerInput struct {
	No string `path:"no" maxLength:"26" doc:"The customer's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getCustomer(ctx context.Context, in *customerInput) (*answer[customer.View], error) {
	return answered(s.Customer.Get(ctx, in.No))
}

type customerOrdersInput struct {
	endpoint.Paging
	No string `path:"no" maxLength:"26" doc:"The customer's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) listCustomerOrders(ctx context.Context, in *customerOrdersInput) (*answer[endpoint.Page[order.DeskView]], error) {
	at, err := customerOrdersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	if _, err := s.Customer.Get(ctx, in.No); err != nil {
		return nil, err
	}
	views, next, err := s.Order.Desk(ctx, languages(ctx), order.Filter{Buyer: in.No}, at, in.Limit, false)
	return paged(customerOrdersCursor, views, next, err)
}
