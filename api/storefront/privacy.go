package storefront

import (
	"context"
	"net/http"
	"time"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/privacy"
)

const tagPrivacy = "Privacy"

func (s *Server) registerPrivacy(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "export-me", Method: http.MethodGet, Path: "/me/export", Tag: tagPrivacy, SignedIn: true, Cost: 20, Timeout: 30 * time.Second,
		Summary: "Everything the shop keeps of me", Description: "In full, to be kept or carried elsewhere. That it was asked for is logged.",
	}, s.exportMe)
	endpoint.Register(a, endpoint.Operation{
		ID: "delete-me", Method: http.MethodPost, Path: "/me/deletion", Tag: tagPrivacy, SignedIn: true, Cost: 20,
		Summary: "Have my account deleted",
		Description: "For good, and at once. It waits until orders are at their end, after-sale cases are closed and money is back. " +
			"Orders are kept for three years, as the law wants it, without anybody to see whose they are.",
		Errors: []*model.Error{model.ErrAccountInUse, model.ErrNotOneOf},
	}, s.deleteMe)
}

func (s *Server) exportMe(ctx context.Context, _ *struct{}) (*answer[privacy.Export], error) {
	return answered(s.Privacy.Export(ctx, buyer(ctx)))
}

type deleteMeInput struct {
	Body struct {
		Confirm string `json:"confirm" enum:"delete" doc:"delete: the consumer was asked, and means it"`
	}
}

func (s *Server) deleteMe(ctx context.Context, _ *deleteMeInput) (*struct{}, error) {
	return nil, s.Privacy.Delete(ctx, request.UserID(ctx))
}
