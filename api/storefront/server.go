// Package storefront is what a shop's mini program calls: /v1/{brand}/…. Each capability has a file with its
// handlers and one register method.
package storefront

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/service"
)

// Prefix is where every route of the storefront begins.
const Prefix = "/v1/{brand}"

// Server has the use cases that the handlers call.
type Server struct{ *service.Services }

// Tags are the sections of the API's description, in the order they are shown.
func Tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: tagShop, Description: "The shop itself: its name, languages, theme and pages."},
		{Name: tagCatalogue, Description: "What the shop sells. The answers are seconds old at most, and carry an ETag."},
		{Name: tagIdentity, Description: "Who the consumer is, as WeChat says."},
		{Name: tagPrivacy, Description: "What the shop keeps of the consumer, and being forgotten."},
		{Name: tagAddress, Description: "Where things are delivered."},
		{Name: tagCart, Description: "What the consumer means to buy."},
		{Name: tagReview, Description: "What consumers say of what they bought."},
		{Name: tagPicture, Description: "What the consumer shows of things."},
		{Name: tagInterest, Description: "What the consumer likes and has looked at."},
		{Name: tagPromotion, Description: "What makes an order cheaper: promotions, flash sales and coupons."},
		{Name: tagOrder, Description: "What a basket costs, and buying it."},
		{Name: tagPayment, Description: "Having an order paid through WeChat."},
		{Name: tagGroup, Description: "Buying together for less: groups that form in time, or everybody gets the money back."},
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
	s.registerPrivacy(a)
	s.registerAddress(a)
	s.registerCart(a)
	s.registerInterest(a)
	s.registerPicture(a)
	s.registerReview(a)
	s.registerPromotion(a)
	s.registerOrder(a)
	s.registerGroup(a)
	s.registerFulfilment(a)
	s.registerMessage(a)
	s.registerAfterSale(a)
}

// get is an endpoint that anybody may read.
func get(id, path, tag, summary string) endpoint.Operation {
	return endpoint.Operation{ID: id, Method: http.MethodGet, Path: path, Tag: tag, Summary: summary}
}

// place is where a page ends, in a list that goes from the newest to the oldest.
type place struct {
	Before int64 `json:"b"`
}

// listed turns what a use case lists into what a handler returns; next is 0 on the last page.
func listed[T any](cursor endpoint.Cursor[place], views []T, next int64, err error) (*answer[endpoint.Page[T]], error) {
	word := ""
	if next > 0 {
		word = cursor.Encode(place{next})
	}
	return answered(endpoint.NewPage(views, word), err)
}
