// Package storefront is what a shop's mini program calls: /v1/{brand}/…. Each capability has a file with its
// handlers and one register method.
package storefront

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/service/address"
	"hutong/service/aftersale"
	"hutong/service/cart"
	"hutong/service/catalogue"
	"hutong/service/fulfilment"
	"hutong/service/identity"
	"hutong/service/message"
	"hutong/service/order"
	"hutong/service/page"
	"hutong/service/payment"
)

// Prefix is where every route of the storefront begins.
const Prefix = "/v1/{brand}"

// Server holds the use cases that the handlers call.
type Server struct {
	Address    *address.Service
	AfterSale  *aftersale.Service
	Cart       *cart.Service
	Catalogue  *catalogue.Service
	Fulfilment *fulfilment.Service
	Identity   *identity.Service
	Message    *message.Service
	Order      *order.Service
	Page       *page.Service
	Payment    *payment.Service
}

// Tags are the sections of the API's description, in the order they are shown.
func Tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: tagShop, Description: "The shop itself: its name, languages, theme and pages."},
		{Name: tagCatalogue, Description: "What the shop sells. The answers are seconds old at most, and carry an ETag."},
		{Name: tagIdentity, Description: "Who the consumer is, as WeChat says."},
		{Name: tagAddress, Description: "Where things are delivered."},
		{Name: tagCart, Description: "What the consumer means to buy."},
		{Name: tagOrder, Description: "What a basket costs, and buying it."},
		{Name: tagPayment, Description: "Having an order paid through WeChat."},
		{Name: tagFulfilment, Description: "Where the parcels are, and that they have come."},
		{Name: tagMessage, Description: "What the consumer allows to be told through WeChat."},
		{Name: tagAfterSale, Description: "Money back, or other goods: for what was not sent, or is sent back."},
	}
}

const tagShop = "Shop"

// Register adds every route of the storefront.
func (s *Server) Register(a *endpoint.API) {
	s.registerShop(a)
	s.registerCatalogue(a)
	s.registerIdentity(a)
	s.registerAddress(a)
	s.registerCart(a)
	s.registerOrder(a)
	s.registerFulfilment(a)
	s.registerMessage(a)
	s.registerAfterSale(a)
}

// get is an endpoint that anybody may read.
func get(id, path, tag, summary string) endpoint.Operation {
	return endpoint.Operation{ID: id, Method: http.MethodGet, Path: path, Tag: tag, Summary: summary}
}
