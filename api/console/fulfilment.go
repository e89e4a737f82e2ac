package console

import (
	"context"
	"net/http"
	"time"

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
		ID: "correct-parcel", Method: http.MethodPut, Path: "/parcels/{no}/waybill", Tag: tagFulfilment, Permission: model.PermitOrdersShip,
		Summary: "Correct carrier and waybill of a parcel",
		Description: "WeChat takes one change of what it was told of an order, so that of all corrections after that only " +
			"one is possible.",
		Errors: []*model.Error{
			model.ErrParcelNotFound, model.ErrWrongState, model.ErrInvalid, model.ErrWaybillUsed, model.ErrReshipUsed,
		},
	}, s.correctParcel)
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

type trackingInput struct {
	Body struct {
		Events []fulfilment.Event `json:"events" minItems:"1" maxItems:"200"`
	}
}

func (s *Server) pushTrackingEvents(ctx context.Context, in *trackingInput) (*answer[rowAnswers], error) {
	refused, err := s.Fulfilment.Track(ctx, in.Body.Events)
	return answeredByRow(ctx, refused, err)
}
