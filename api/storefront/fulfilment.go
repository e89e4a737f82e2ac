package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/order"
)

const tagFulfilment = "Delivery"

func (s *Server) registerFulfilment(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "list-parcels", Method: http.MethodGet, Path: "/orders/{no}/parcels", Tag: tagFulfilment, SignedIn: true,
		Summary: "The parcels of an order, and where they are", Errors: []*model.Error{model.ErrOrderNotFound},
	}, s.listParcels)
	endpoint.Register(a, endpoint.Operation{
		ID: "confirm-receipt", Method: http.MethodPost, Path: "/orders/{no}/receipt", Tag: tagFulfilment, SignedIn: true,
		Summary: "Confirm that all of an order has come",
		Description: "It counts as confirmed ten days after the last parcel was sent, or two days after what did not come " +
			"by express. Confirming twice is no error.",
		Errors: []*model.Error{model.ErrOrderNotFound, model.ErrWrongState},
	}, s.confirmReceipt)
}

// parcels are all parcels of one order; there are few.
type parcels struct {
	Items []fulfilment.ParcelView `json:"items"`
}

func (s *Server) listParcels(ctx context.Context, in *orderInput) (*answer[parcels], error) {
	views, err := s.Fulfilment.Parcels(ctx, buyer(ctx), in.No)
	return answered(parcels{views}, err)
}

func (s *Server) confirmReceipt(ctx context.Context, in *orderInput) (*answer[order.View], error) {
	return answered(s.Fulfilment.Confirm(ctx, buyer(ctx), in.No))
}
