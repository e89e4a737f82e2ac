package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/address"
)

const tagAddress = "Addresses"

func (s *Server) registerAddress(a *endpoint.API) {
	op := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagAddress, SignedIn: true, Summary: summary, Errors: errs,
		}
	}
	endpoint.Register(a, op("list-addresses", http.MethodGet, "/addresses", "My addresses, the default first"), s.listAddresses)
	create := op("create-address", http.MethodPost, "/addresses", "Add an address",
		model.ErrRequired, model.ErrTooLong, model.ErrAddressLimit)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createAddress)
	endpoint.Register(a, op("get-address", http.MethodGet, "/addresses/{no}", "One of my addresses",
		model.ErrAddressNotFound), s.getAddress)
	endpoint.Register(a, op("replace-address", http.MethodPut, "/addresses/{no}", "Change an address",
		model.ErrAddressNotFound, model.ErrRequired, model.ErrTooLong), s.replaceAddress)
	endpoint.Register(a, op("delete-address", http.MethodDelete, "/addresses/{no}", "Remove an address",
		model.ErrAddressNotFound), s.deleteAddress)
}

type addressInput struct {
	No string `path:"no" maxLength:"26" doc:"The address's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) listAddresses(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[address.View]], error) {
	views, err := s.Address.List(ctx, request.UserID(ctx))
	return answered(endpoint.NewPage(views, ""), err)
}

type createAddressInput struct {
	endpoint.Keyed
	Body address.Input
}

func (s *Server) createAddress(ctx context.Context, in *createAddressInput) (*answer[address.View], error) {
	return answered(s.Address.Create(ctx, request.UserID(ctx), in.IdempotencyKey, in.Body))
}

func (s *Server) getAddress(ctx context.Context, in *addressInput) (*answer[address.View], error) {
	return answered(s.Address.Get(ctx, request.UserID(ctx), in.No))
}

type replaceAddressInput struct {
	No   string `path:"no" maxLength:"26" doc:"The address's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body address.Input
}

func (s *Server) replaceAddress(ctx context.Context, in *replaceAddressInput) (*answer[address.View], error) {
	return answered(s.Address.Update(ctx, request.UserID(ctx), in.No, in.Body))
}

func (s *Server) deleteAddress(ctx context.Context, in *addressInput) (*struct{}, error) {
	return nil, s.Address.Delete(ctx, request.UserID(ctx), in.No)
}
