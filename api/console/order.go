package console

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/order"
	"hutong/service/payment"
)

const tagOrder = "Orders"

func (s *Server) registerOrder(a *endpoint.API) {
	list := get("list-orders", "/orders", tagOrder, model.PermitOrdersRead, "Orders, the newest first")
	list.Description = "To look for somebody by name or phone, and to see recipients in full, customers.phone is needed; " +
		"either is written into the audit log."
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listOrders)
	detail := get("get-order", "/orders/{no}", tagOrder, model.PermitOrdersRead, "One order: its money, its life so far and what was booked")
	detail.Errors = []*model.Error{model.ErrOrderNotFound}
	endpoint.Register(a, detail, s.getOrder)
	recipient := get("get-recipient", "/orders/{no}/recipient", tagOrder, model.PermitCustomersPhone, "Who receives an order, in full")
	recipient.Description = "That it was read is written into the audit log."
	recipient.Errors = []*model.Error{model.ErrOrderNotFound, model.ErrOrderRestricted}
	endpoint.Register(a, recipient, s.getRecipient)
	endpoint.Register(a, endpoint.Operation{
		ID: "note-order", Method: http.MethodPost, Path: "/orders/{no}/notes", Tag: tagOrder, Permission: model.PermitOrdersNote,
		Status: http.StatusCreated, Summary: "Leave a note at an order",
		Description: "For the staff alone: the consumer does not see it.",
		Errors: []*model.Error{
			model.ErrOrderNotFound, model.ErrOrderRestricted, model.ErrRequired, model.ErrTooLong, model.ErrTooMany,
		},
	}, s.noteOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-price", Method: http.MethodPost, Path: "/orders/{no}/price-changes", Tag: tagOrder, Permission: model.PermitOrdersPrice,
		Status: http.StatusCreated, Summary: "Change the price of an order that is not paid", Timeout: withWeChat,
		Description: "What is open at WeChat is closed there first, so that nobody pays the old price any more; the consumer " +
			"pays the new one with the next attempt. When the payment is quicker, it is already_paid.",
		Errors: append([]*model.Error{
			model.ErrOrderNotFound, model.ErrAlreadyPaid, model.ErrOrderExpired, model.ErrPriceChanged, model.ErrInvalid, model.ErrRequired,
			model.ErrTooLong, model.ErrOutOfRange, model.ErrConflict,
		}, weChatErrors...),
	}, s.changePrice)
	endpoint.Register(a, endpoint.Operation{
		ID: "cancel-order", Method: http.MethodPost, Path: "/orders/{no}/cancellation", Tag: tagOrder, Permission: model.PermitOrdersCancel,
		Summary: "Cancel an order that is not paid", Timeout: withWeChat,
		Description: "Its payments are closed at WeChat first. When the payment is quicker, it is already_paid: then refund it.",
		Errors: append([]*model.Error{
			model.ErrOrderNotFound, model.ErrAlreadyPaid, model.ErrWrongState, model.ErrConflict,
		}, weChatErrors...),
	}, s.cancelOrder)
}

// languages are those that the member of staff reads, best first.
func languages(ctx context.Context) []string {
	return inTurn(request.Language(ctx), request.Brand(ctx))
}

// inTurn is a language, then what a colleague from abroad reads sooner than the brand's own: English.
func inTurn(language string, of *model.Brand) []string {
	return []string{language, "en", of.DefaultLanguage}
}

// permitted refuses a member of staff who has not a permission that only some requests of an endpoint need.
func permitted(ctx context.Context, p model.Permission) error {
	if !request.StaffOf(ctx).Role.May(p) {
		return model.ErrForbidden.With("permission", string(p))
	}
	return nil
}

var ordersCursor = endpoint.Cursor[order.DeskPlace]{Name: "console-orders", Version: 2}

// OrderFilter is what chooses orders, of a list as of an export.
type OrderFilter struct {
	Status  []string     `query:"status,explode" doc:"Only orders in these states" enum:"pending,paid,partly_shipped,shipped,received,closed,cancelled"`
	Number  string       `query:"number" maxLength:"32" doc:"Only the order with this number, or that a payment with this number is for"`
	Name    string       `query:"name" maxLength:"64" doc:"Only those whose recipient's name begins so"`
	Phone   string       `query:"phone" maxLength:"24" doc:"Only those with this phone, whole"`
	Buyer   string       `query:"buyer" maxLength:"26" doc:"Only those of the consumer with this number"`
	Product string       `query:"product" maxLength:"255" doc:"Only those with this product: its name in addresses"`
	Way     string       `query:"way" maxLength:"16" doc:"Only those sold so" example:"shop"`
	Channel string       `query:"channel" doc:"Only those whose buyer came so" enum:"search,share,qrcode,message,article,ad,live,chat,web,other"`
	Unheard bool         `query:"unheard" doc:"Only those of which WeChat refuses to hear what was sent, and keeps the money"`
	From    model.Millis `query:"from" minimum:"0" doc:"Placed not before; UTC milliseconds"`
	To      model.Millis `query:"to" minimum:"0" doc:"Placed before; UTC milliseconds"`
}

// filter is the filter for the service. Errors: ErrForbidden when it asks for somebody, and whoever asks may not.
func (in *OrderFilter) filter(ctx context.Context) (order.Filter, error) {
	f := order.Filter{
		Number: strings.TrimSpace(in.Number), Name: strings.TrimSpace(in.Name), Phone: plainPhone(in.Phone), Buyer: in.Buyer,
		Product: in.Product, Way: in.Way, Channel: in.Channel, Unheard: in.Unheard, From: in.From, To: in.To,
	}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.OrderStatus(st))
	}
	if f.Personal() {
		return f, permitted(ctx, model.PermitCustomersPhone)
	}
	return f, nil
}

var mobile = regexp.MustCompile(`^1[0-9]{10}$`)

// plainPhone is a phone as addresses keep it, however it was copied: +86 138-0000-0000 is 13800000000.
func plainPhone(typed string) string {
	typed = strings.TrimPrefix(strings.Join(strings.Fields(typed), ""), "+86")
	if digits := strings.ReplaceAll(typed, "-", ""); mobile.MatchString(digits) {
		return digits
	}
	return typed
}

type ordersInput struct {
	endpoint.Paging
	OrderFilter
	Full bool `query:"full" doc:"With the recipients in full; needs customers.phone, and is logged"`
}

func (s *Server) listOrders(ctx context.Context, in *ordersInput) (*answer[endpoint.Page[order.DeskView]], error) {
	at, err := ordersCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f, err := in.filter(ctx)
	if err == nil && in.Full {
		err = permitted(ctx, model.PermitCustomersPhone)
	}
	if err != nil {
		return nil, err
	}
	views, next, err := s.Order.Desk(ctx, languages(ctx), f, at, in.Limit, in.Full)
	return paged(ordersCursor, views, next, err)
}

// paged is a page of what is listed from a place on.
func paged[T, P any](cursor endpoint.Cursor[P], views []T, next *P, err error) (*answer[endpoint.Page[T]], error) {
	word := ""
	if next != nil {
		word = cursor.Encode(*next)
	}
	return answered(endpoint.NewPage(views, word), err)
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

type noteInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body order.Note
}

func (s *Server) noteOrder(ctx context.Context, in *noteInput) (*answer[order.DeskView], error) {
	return answered(s.Order.AddNote(ctx, languages(ctx), in.IdempotencyKey, in.No, in.Body))
}

type priceInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body order.PriceChange
}

func (s *Server) changePrice(ctx context.Context, in *priceInput) (*answer[order.DeskView], error) {
	return answered(s.Payment.ChangePrice(ctx, languages(ctx), in.IdempotencyKey, in.No, in.Body))
}

type cancelInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body payment.Cancellation
}

func (s *Server) cancelOrder(ctx context.Context, in *cancelInput) (*answer[order.DeskView], error) {
	return answered(s.Payment.CancelByStaff(ctx, languages(ctx), in.IdempotencyKey, in.No, in.Body))
}
