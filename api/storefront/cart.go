package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/cart"
)

const tagCart = "Cart"

func (s *Server) registerCart(a *endpoint.API) {
	op := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagCart, SignedIn: true, Summary: summary, Errors: errs,
		}
	}
	get := op("get-cart", http.MethodGet, "/cart", "My cart")
	get.Description = "Lines that cannot be bought any more are marked with the reason, not left out."
	endpoint.Register(a, get, s.getCart)
	add := op("add-to-cart", http.MethodPost, "/cart/lines", "Put pieces of a SKU into the cart",
		model.ErrTooSmall, model.ErrTooBig, model.ErrNotOnSale, model.ErrCartFull)
	add.Description = "They come on top of those that are there. More than are in stock may be added: the line is then marked."
	endpoint.Register(a, add, s.addToCart)
	endpoint.Register(a, op("change-cart-line", http.MethodPatch, "/cart/lines/{sku}", "Change or select a line",
		model.ErrTooSmall, model.ErrTooBig, model.ErrRequired, model.ErrLineNotFound), s.changeLine)
	endpoint.Register(a, op("remove-cart-line", http.MethodDelete, "/cart/lines/{sku}", "Take a line out",
		model.ErrLineNotFound), s.removeLine)
	endpoint.Register(a, op("select-cart", http.MethodPatch, "/cart", "Select every line, or none"), s.selectAll)
	endpoint.Register(a, op("clear-unavailable", http.MethodDelete, "/cart/unavailable",
		"Take out the lines that are not on sale any more or sold out"), s.removeUnavailable)
}

// cartOwner is who is signed in, as the owner of a cart.
func cartOwner(ctx context.Context) cart.Owner {
	return cart.Owner{UserID: request.UserID(ctx), Languages: languages(ctx)}
}

func (s *Server) getCart(ctx context.Context, _ *struct{}) (*answer[cart.View], error) {
	return answered(s.Cart.Get(ctx, cartOwner(ctx)))
}

type addInput struct {
	endpoint.Keyed
	Body cart.Item
}

func (s *Server) addToCart(ctx context.Context, in *addInput) (*answer[cart.Added], error) {
	return answered(s.Cart.Add(ctx, cartOwner(ctx), in.IdempotencyKey, in.Body))
}

type lineInput struct {
	SKU string `path:"sku" maxLength:"26" doc:"Number of the SKU" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

type changeLineInput struct {
	SKU  string `path:"sku" maxLength:"26" doc:"Number of the SKU" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body cart.Change
}

func (s *Server) changeLine(ctx context.Context, in *changeLineInput) (*answer[cart.View], error) {
	return answered(s.Cart.Set(ctx, cartOwner(ctx), in.SKU, in.Body))
}

func (s *Server) removeLine(ctx context.Context, in *lineInput) (*answer[cart.View], error) {
	return answered(s.Cart.Remove(ctx, cartOwner(ctx), in.SKU))
}

type selectInput struct {
	Body struct {
		Selected bool `json:"selected"`
	}
}

func (s *Server) selectAll(ctx context.Context, in *selectInput) (*answer[cart.View], error) {
	return answered(s.Cart.SelectAll(ctx, cartOwner(ctx), in.Body.Selected))
}

func (s *Server) removeUnavailable(ctx context.Context, _ *struct{}) (*answer[cart.View], error) {
	return answered(s.Cart.RemoveUnavailable(ctx, cartOwner(ctx)))
}
