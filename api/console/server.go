// Package console is what a brand's staff and their machines call: /console/v1/…. The brand is that of the
// access token or of the browser's session. Each capability has a file with its handlers and one register method; each operation names
// the permission of model.Permissions that it needs.
package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service"
)

// Prefix is where every route of the console begins.
const Prefix = "/console/v1"

// Server has the use cases that the handlers call.
type Server struct{ *service.Services }

// Tags are the sections of the API's description, in the order they are shown.
func Tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: tagCatalogue, Description: "What the brand sells: categories, products and their SKUs."},
		{Name: tagStock, Description: "What is on hand, and what moved it."},
		{Name: tagOrder, Description: "What consumers bought."},
		{Name: tagCustomer, Description: "Who buys, their levels and segments; without what is personal, unless it is asked for."},
		{Name: tagFulfilment, Description: "Sending what was bought, and where it is."},
		{Name: tagRefund, Description: "Money on its way back."},
		{Name: tagAfterSale, Description: "What consumers want to give back, and what becomes of it."},
		{Name: tagFigures, Description: "How sales stand."},
		{Name: tagMoney, Description: "The double-entry journal."},
		{Name: tagGroup, Description: "What is sold to small groups, and how it goes."},
		{Name: tagReview, Description: "What consumers say of what they bought."},
		{Name: tagPromotion, Description: "What makes orders cheaper: promotions, flash sales and coupons."},
		{Name: tagMessage, Description: "What consumers were told through WeChat."},
		{Name: tagOperations, Description: "Due work, WeChat's notifications, and who did what."},
		{Name: tagSignIn, Description: "Whoever calls: their session, password and second factor."},
		{Name: tagContent, Description: "The shop's pages: what they are going to be, and what they have been."},
		{Name: tagSettings, Description: "Who the brand is, how it delivers, takes back and tells."},
		{Name: tagCredentials, Description: "What the brand has at WeChat. Its secrets go in, and never come out."},
		{Name: tagPlatform, Description: "Opening brands, for administrators of the platform."},
		{Name: tagStaff, Description: "Who works for the brand, and their access tokens."},
	}
}

// Register adds every route of the console.
func (s *Server) Register(a *endpoint.API) {
	s.registerCatalogue(a)
	s.registerImport(a)
	s.registerPicture(a)
	s.registerStock(a)
	s.registerOrder(a)
	s.registerCustomer(a)
	s.registerSegment(a)
	s.registerFulfilment(a)
	s.registerRefund(a)
	s.registerAfterSale(a)
	s.registerMoney(a)
	s.registerReconcile(a)
	s.registerFigures(a)
	s.registerReview(a)
	s.registerGroup(a)
	s.registerPromotion(a)
	s.registerMessage(a)
	s.registerOperations(a)
	s.registerSession(a)
	s.registerPage(a)
	s.registerSettings(a)
	s.registerCredentials(a)
	s.registerStaff(a)
	s.registerInvitation(a)
}

// get is an endpoint that reads.
func get(id, path, tag string, permission model.Permission, summary string) endpoint.Operation {
	return endpoint.Operation{ID: id, Method: http.MethodGet, Path: path, Tag: tag, Permission: permission, Summary: summary}
}

// answer is an output whose body is a T.
type answer[T any] struct{ Body T }

// answered turns what a use case returns into what a handler returns.
func answered[T any](body T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{body}, nil
}
