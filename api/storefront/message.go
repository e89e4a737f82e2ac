package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/message"
)

const tagMessage = "Messages"

func (s *Server) registerMessage(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "list-message-templates", Method: http.MethodGet, Path: "/me/message-templates", Tag: tagMessage, SignedIn: true,
		Summary: "What to ask leave for, and when",
	}, s.messageTemplates)
	endpoint.Register(a, endpoint.Operation{
		ID: "grant-messages", Method: http.MethodPost, Path: "/me/message-grants", Tag: tagMessage, SignedIn: true,
		Summary:     "Report what the consumer has just allowed",
		Description: "After wx.requestSubscribeMessage, with the templates that were accepted. Each counts for one message.",
		Errors:      []*model.Error{model.ErrInvalid, model.ErrTooMany},
	}, s.grantMessages)
}

func (s *Server) messageTemplates(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[message.Template]], error) {
	all, err := s.Message.Templates(ctx, request.UserID(ctx))
	return answered(endpoint.NewPage(all, ""), err)
}

type grantInput struct {
	endpoint.Keyed
	Body struct {
		Templates []string `json:"templates" minItems:"1" maxItems:"5" doc:"WeChat's template ids"`
	}
}

func (s *Server) grantMessages(ctx context.Context, in *grantInput) (*answer[endpoint.Page[message.Template]], error) {
	all, err := s.Message.Grant(ctx, request.UserID(ctx), in.IdempotencyKey, in.Body.Templates)
	return answered(endpoint.NewPage(all, ""), err)
}
