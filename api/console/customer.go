package console

import (
	"context"
	"net/http"
	"strings"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/customer"
	"hutong/service/member"
	"hutong/service/order"
	"hutong/service/promotion"
)

const tagCustomer = "Customers"

func (s *Server) registerCustomer(a *endpoint.API) {
	list := get("list-customers", "/customers", tagCustomer, model.PermitCustomersRead, "Customers, the newest first")
	list.Description = "To look for somebody by name or phone, customers.phone is needed; that it was done is logged."
	list.Errors = []*model.Error{model.ErrBadCursor, model.ErrSegmentNotFound}
	endpoint.Register(a, list, s.listCustomers)
	detail := get("get-customer", "/customers/{no}", tagCustomer, model.PermitCustomersRead, "One customer")
	detail.Errors = []*model.Error{model.ErrCustomerNotFound}
	endpoint.Register(a, detail, s.getCustomer)
	who := get("get-customer-person", "/customers/{no}/person", tagCustomer, model.PermitCustomersPhone, "Who a customer is, in full")
	who.Description = "That it was read is logged."
	who.Errors = []*model.Error{model.ErrCustomerNotFound}
	endpoint.Register(a, who, s.getCustomerPerson)
	orders := get("list-customer-orders", "/customers/{no}/orders", tagCustomer, model.PermitCustomersRead,
		"What a customer has ordered, the newest first")
	orders.Description = "Recipients are masked."
	orders.Errors = []*model.Error{model.ErrBadCursor, model.ErrCustomerNotFound}
	endpoint.Register(a, orders, s.listCustomerOrders)
	coupons := get("list-customer-coupons", "/customers/{no}/coupons", tagCustomer, model.PermitCustomersRead,
		"The coupons that a customer has had, the newest first")
	coupons.Errors = []*model.Error{model.ErrBadCursor, model.ErrCustomerNotFound}
	endpoint.Register(a, coupons, s.listCustomerCoupons)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-customer-level", Method: http.MethodPut, Path: "/customers/{no}/level", Tag: tagCustomer,
		Permission: model.PermitCustomersWrite, Summary: "Give a customer a level, or take it away",
		Errors: []*model.Error{model.ErrCustomerNotFound, model.ErrLevelNotFound},
	}, s.setCustomerLevel)
}

var (
	customersCursor       = endpoint.Cursor[place]{Name: "console-customers", Version: 1}
	customerOrdersCursor  = endpoint.Cursor[order.DeskPlace]{Name: "console-customer-orders", Version: 1}
	customerCouponsCursor = endpoint.Cursor[place]{Name: "console-customer-coupons", Version: 1}
)

type customersInput struct {
	endpoint.Paging
	Number  string       `query:"number" maxLength:"26" doc:"Only the customer with this number"`
	Name    string       `query:"name" maxLength:"60" doc:"Only those who have an order whose recipient's name begins so"`
	Phone   string       `query:"phone" maxLength:"24" doc:"Only those with this phone, whole: their own, or of a recipient of theirs"`
	From    model.Millis `query:"from" minimum:"0" doc:"Came first not before; UTC milliseconds"`
	To      model.Millis `query:"to" minimum:"0" doc:"Came first before; UTC milliseconds"`
	Segment string       `query:"segment" maxLength:"26" doc:"Only those in this segment"`

	LevelFrom    int          `query:"level_from" minimum:"0" maximum:"99" doc:"Their level has this rank or a higher one"`
	SpentFrom    model.Fen    `query:"spent_from_fen" minimum:"0" maximum:"10000000000" doc:"Paid so much, or more, that has not gone back"`
	PaidFrom     int64        `query:"paid_from" minimum:"0" maximum:"1000000" doc:"So many paid orders, or more"`
	LastPaidFrom model.Millis `query:"last_paid_from" minimum:"0" doc:"Last paid an order not before; UTC milliseconds"`
	LastPaidTo   model.Millis `query:"last_paid_to" minimum:"0" doc:"Last paid an order before; UTC milliseconds"`
}

func (s *Server) listCustomers(ctx context.Context, in *customersInput) (*answer[endpoint.Page[customer.View]], error) {
	at, err := customersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := customer.Filter{
		Number: strings.TrimSpace(in.Number), Name: strings.TrimSpace(in.Name), Phone: plainPhone(in.Phone), From: in.From, To: in.To,
		Segment: in.Segment, Rule: customer.Rule{
			LevelFrom: in.LevelFrom, SpentFrom: in.SpentFrom, PaidFrom: in.PaidFrom, LastPaidFrom: in.LastPaidFrom, LastPaidBefore: in.LastPaidTo,
		},
	}
	if f.Personal() {
		if err := permitted(ctx, model.PermitCustomersPhone); err != nil {
			return nil, err
		}
	}
	views, next, err := s.Customer.List(ctx, f, at.Before, in.Limit)
	return page(customersCursor, views, next, err)
}

type customerInput struct {
	No string `path:"no" maxLength:"26" doc:"The customer's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getCustomer(ctx context.Context, in *customerInput) (*answer[customer.View], error) {
	return answered(s.Customer.Get(ctx, in.No))
}

func (s *Server) getCustomerPerson(ctx context.Context, in *customerInput) (*answer[customer.Person], error) {
	return answered(s.Customer.Who(ctx, in.No))
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

func (s *Server) listCustomerCoupons(ctx context.Context, in *customerOrdersInput) (*answer[endpoint.Page[promotion.ClaimView]], error) {
	at, err := customerCouponsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Promotion.Theirs(ctx, in.No, at.Before, in.Limit, languages(ctx)...)
	return page(customerCouponsCursor, views, next, err)
}

type customerLevel struct {
	Level string `json:"level" maxLength:"26" doc:"Number of the level; empty takes it away"`
}

type customerLevelInput struct {
	No   string `path:"no" maxLength:"26" doc:"The customer's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body customerLevel
}

type customerStanding struct {
	Level *member.Standing `json:"level,omitempty" doc:"Absent for none"`
}

func (s *Server) setCustomerLevel(ctx context.Context, in *customerLevelInput) (*answer[customerStanding], error) {
	now, err := s.Member.Set(ctx, in.No, in.Body.Level)
	return answered(customerStanding{now}, err)
}
