package console

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/api/problem"
	"hutong/model"
	"hutong/service/fulfilment"
)

const tagFulfilment = "Delivery"

// listTime bounds the requests that bring a list.
const listTime = time.Minute

func (s *Server) registerFulfilment(a *endpoint.API) {
	endpoint.Register(a, get("list-carriers", "/carriers", tagFulfilment, model.PermitOrdersRead,
		"The carriers, with WeChat's codes"), s.listCarriers)
	far := get("get-fulfilment", "/orders/{no}/fulfilment", tagFulfilment, model.PermitOrdersRead,
		"What of an order was sent, what is left, and what WeChat was told")
	far.Errors = []*model.Error{model.ErrOrderNotFound}
	endpoint.Register(a, far, s.getFulfilment)
	endpoint.Register(a, endpoint.Operation{
		ID: "ship-order", Method: http.MethodPost, Path: "/orders/{no}/shipments", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Status: http.StatusCreated, Summary: "Send an order, or a part of it",
		Description: "In one or more parcels by express, or as a whole otherwise. WeChat is told at once, and again until it " +
			"has heard it.",
		Errors: []*model.Error{
			model.ErrOrderNotFound, model.ErrWrongState, model.ErrRequired, model.ErrInvalid, model.ErrOutOfRange,
			model.ErrNotLeftToSend, model.ErrGroupNotFormed, model.ErrWaybillUsed, model.ErrParcelLimit, model.ErrOneDelivery,
		},
	}, s.shipOrder)
	endpoint.Register(a, endpoint.Operation{
		ID: "ship-list", Method: http.MethodPost, Path: "/shipments", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Summary: "Send a list of parcels by express",
		Description: "Each row is sent or refused by itself; the answer tells of each, in their order. Sending the list again " +
			"sends nothing twice: a waybill is taken once for each order.",
		Errors: []*model.Error{model.ErrTooMany}, Timeout: listTime, MaxBody: 1 << 20,
	}, s.shipList)
	endpoint.Register(a, endpoint.Operation{
		ID: "ship-file", Method: http.MethodPost, Path: "/shipment-files", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Summary: "Send the parcels of a file of waybills",
		Description: "CSV or .xlsx with the columns order, carrier and waybill, and sku and quantity where an order goes in parts; " +
			"rows with the same order, carrier and waybill are one parcel. Each parcel is sent or refused by itself, and the answer " +
			"tells of each row. The same file again sends nothing twice: those rows are known. At most 1,000 rows.",
		Errors:  []*model.Error{model.ErrNotASheet, model.ErrColumnMissing, model.ErrTooMany, model.ErrTooLarge, model.ErrRequired},
		Timeout: listTime, MaxBody: fulfilment.MaxFileBytes + 64<<10, Cost: 5,
	}, s.shipFile)
	template := get("get-shipment-template", "/shipment-template", tagFulfilment, model.PermitOrdersShip,
		"A file of what is to be sent, to be filled in and sent back")
	template.Description = "An order in each row, what has waited longest first, at most 1,000. With the recipients in full " +
		"customers.phone is needed, and it is written into the audit log."
	template.Timeout, template.Cost = listTime, 5
	endpoint.Register(a, template, s.shipmentTemplate)
	packing := get("get-packing-list", "/packing-list", tagFulfilment, model.PermitCustomersPhone,
		"What is to be packed, and for whom")
	packing.Description = "Of the orders that are named, or else of those that have waited longest. That it was read is written " +
		"into the audit log."
	packing.Errors = []*model.Error{model.ErrTooMany}
	endpoint.Register(a, packing, s.packingList)
	endpoint.Register(a, endpoint.Operation{
		ID: "correct-parcel", Method: http.MethodPut, Path: "/parcels/{no}/waybill", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Summary: "Correct carrier and waybill of a parcel",
		Description: "WeChat takes one change of what it was told of an order, so that of all corrections after that only " +
			"one is possible.",
		Errors: []*model.Error{
			model.ErrParcelNotFound, model.ErrWrongState, model.ErrInvalid, model.ErrWaybillUsed, model.ErrReshipUsed,
		},
	}, s.correctParcel)
	endpoint.Register(a, endpoint.Operation{
		ID: "tell-again", Method: http.MethodPost, Path: "/orders/{no}/uploads/retry", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Summary: "Tell WeChat again what it refused to hear of an order",
		Description: "WeChat keeps the money until it knows what was sent. When that is told again already, or was never refused, " +
			"nothing changes.",
		Errors: []*model.Error{model.ErrOrderNotFound},
	}, s.tellAgain)
	endpoint.Register(a, endpoint.Operation{
		ID: "push-tracking-events", Method: http.MethodPost, Path: "/tracking-events", Tag: tagFulfilment, Permission: model.PermitTrackingWrite,
		Summary: "Tell where parcels are",
		Description: "For a carrier or a system of the brand. The same event again changes nothing, and an old one moves no " +
			"parcel back. The answer tells of each event, in their order.",
		Errors: []*model.Error{model.ErrTooMany}, Timeout: listTime, MaxBody: 1 << 20,
	}, s.pushTrackingEvents)
}

// rowAnswer is what became of one row of a list.
type rowAnswer struct {
	OK     bool                 `json:"ok"`
	Errors []problem.FieldError `json:"errors,omitempty" doc:"Why it was refused"`
}

type rowAnswers struct {
	Rows []rowAnswer `json:"rows"`
}

// answeredByRow turns what a use case returns for a list into an answer.
func answeredByRow(ctx context.Context, refused []error, err error) (*answer[rowAnswers], error) {
	rows := make([]rowAnswer, len(refused))
	for i, e := range refused {
		rows[i].OK = e == nil
		if e != nil {
			rows[i].Errors = problem.Sentences(ctx, e)
		}
	}
	return answered(rowAnswers{rows}, err)
}

type carriers struct {
	Items []fulfilment.CarrierView `json:"items"`
}

func (s *Server) listCarriers(context.Context, *struct{}) (*answer[carriers], error) {
	return answered(carriers{fulfilment.CarrierViews()}, nil)
}

func (s *Server) getFulfilment(ctx context.Context, in *orderInput) (*answer[fulfilment.Fulfilment], error) {
	return answered(s.Fulfilment.Of(ctx, in.No))
}

type shipInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The order's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body fulfilment.Shipment
}

func (s *Server) shipOrder(ctx context.Context, in *shipInput) (*answer[fulfilment.Fulfilment], error) {
	return answered(s.Fulfilment.Ship(ctx, in.IdempotencyKey, in.No, in.Body))
}

type shipListInput struct {
	Body struct {
		Rows []fulfilment.Row `json:"rows" minItems:"1" maxItems:"200"`
	}
}

func (s *Server) shipList(ctx context.Context, in *shipListInput) (*answer[rowAnswers], error) {
	refused, err := s.Fulfilment.ShipAll(ctx, in.Body.Rows)
	return answeredByRow(ctx, refused, err)
}

type correctInput struct {
	No   string `path:"no" maxLength:"26" doc:"The parcel's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body fulfilment.Correction
}

func (s *Server) correctParcel(ctx context.Context, in *correctInput) (*answer[fulfilment.Fulfilment], error) {
	return answered(s.Fulfilment.Correct(ctx, in.No, in.Body))
}

func (s *Server) tellAgain(ctx context.Context, in *orderInput) (*answer[fulfilment.Fulfilment], error) {
	return answered(s.Fulfilment.TellAgain(ctx, in.No))
}

type trackingInput struct {
	Body struct {
		Events []fulfilment.Event `json:"events" minItems:"1" maxItems:"200"`
	}
}

func (s *Server) pushTrackingEvents(ctx context.Context, in *trackingInput) (*answer[rowAnswers], error) {
	refused, err := s.Fulfilment.Track(ctx, in.Body.Events)
	return answeredByRow(ctx, refused, err)
}

type shipFileInput struct {
	DryRun  bool `query:"dry_run" doc:"Change nothing, and tell what would become of each row"`
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"The file"`
	}]
}

// fileRow is what became of one row of a file.
type fileRow struct {
	fulfilment.FileRow
	Errors []problem.FieldError `json:"errors,omitempty" doc:"Why it was refused"`
}

type fileAnswer struct {
	DryRun  bool      `json:"dry_run"`
	Sent    int       `json:"sent" doc:"Rows that were sent, or would be"`
	Known   int       `json:"known" doc:"Rows whose parcel was sent before"`
	Refused int       `json:"refused"`
	Rows    []fileRow `json:"rows"`
}

func (s *Server) shipFile(ctx context.Context, in *shipFileInput) (*answer[fileAnswer], error) {
	content, err := io.ReadAll(io.LimitReader(in.RawBody.Data().File, fulfilment.MaxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > fulfilment.MaxFileBytes {
		return nil, model.ErrTooLarge
	}
	rows, err := s.Fulfilment.ShipFile(ctx, content, in.DryRun)
	out := fileAnswer{DryRun: in.DryRun, Rows: make([]fileRow, len(rows))}
	for i, r := range rows {
		out.Rows[i].FileRow = r
		switch r.Outcome {
		case fulfilment.FileKnown:
			out.Known++
		case fulfilment.FileRefused:
			out.Refused++
			out.Rows[i].Errors = problem.Sentences(ctx, r.Refused)
		default:
			out.Sent++
		}
	}
	return answered(out, err)
}

type templateInput struct {
	Format
	Full bool `query:"full" doc:"With the recipients in full; needs customers.phone, and is logged"`
}

func (s *Server) shipmentTemplate(ctx context.Context, in *templateInput) (*download, error) {
	if in.Full {
		if err := permitted(ctx, model.PermitCustomersPhone); err != nil {
			return nil, err
		}
	}
	f, err := s.Fulfilment.Template(ctx, in.Format.Format, languages(ctx), in.Full)
	return downloaded("waybills", f, err)
}

type packingInput struct {
	Order []string `query:"order,explode" maxItems:"100" doc:"Numbers of the orders; without any, those that have waited longest"`
	Limit int      `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type packingList struct {
	Items []fulfilment.Packing `json:"items"`
}

func (s *Server) packingList(ctx context.Context, in *packingInput) (*answer[packingList], error) {
	limit := max(in.Limit, len(in.Order))
	list, err := s.Fulfilment.PackingList(ctx, languages(ctx), in.Order, limit)
	return answered(packingList{list}, err)
}
