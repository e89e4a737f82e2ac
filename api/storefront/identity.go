package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/identity"
	"hutong/service/member"
)

const tagIdentity = "Sign-in"

// codeErrors are what WeChat may say of a code.
var codeErrors = append([]*model.Error{
	model.ErrCodeMalformed, model.ErrCodeInvalid, model.ErrCodeUsed, model.ErrCodeExpired, model.ErrCodeForeign, model.ErrUserBlocked,
}, weChatErrors...)

func (s *Server) registerIdentity(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "sign-in", Method: http.MethodPost, Path: "/session", Tag: tagIdentity,
		Summary:     "Sign in with a code of wx.login",
		Description: "The first time makes the consumer. A code is good once, for five minutes.",
		Errors:      codeErrors, Timeout: withWeChat, Cost: 5,
	}, s.signIn)
	endpoint.Register(a, endpoint.Operation{
		ID: "get-me", Method: http.MethodGet, Path: "/me", Tag: tagIdentity, SignedIn: true,
		Summary: "Who is signed in",
	}, s.me)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-me", Method: http.MethodPatch, Path: "/me", Tag: tagIdentity, SignedIn: true,
		Summary: "Choose the language of messages", Errors: []*model.Error{model.ErrNotOneOf},
	}, s.changeMe)
	endpoint.Register(a, endpoint.Operation{
		ID: "get-my-level", Method: http.MethodGet, Path: "/me/level", Tag: tagIdentity, SignedIn: true,
		Summary: "The level that I have as a member", Description: "What is for members says from which rank on.",
	}, s.myLevel)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-phone", Method: http.MethodPost, Path: "/me/phone", Tag: tagIdentity, SignedIn: true,
		Summary:     "Give the phone number, with a code of the phone-number button",
		Description: "This code is another than that of wx.login; it too is good once, for five minutes.",
		Errors:      codeErrors, Timeout: withWeChat, Cost: 5,
	}, s.setPhone)
}

type codeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"512" doc:"As WeChat gave it to the mini program."`
	}
}

func (s *Server) signIn(ctx context.Context, in *codeInput) (*answer[identity.Session], error) {
	return answered(s.Identity.Login(ctx, in.Body.Code, request.Language(ctx)))
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*answer[identity.Me], error) {
	return answered(s.Identity.Me(ctx, request.UserID(ctx)))
}

type changeMeInput struct {
	Body struct {
		Language string `json:"language" maxLength:"16" doc:"One of the shop's languages." example:"zh-CN"`
	}
}

func (s *Server) changeMe(ctx context.Context, in *changeMeInput) (*answer[identity.Me], error) {
	return answered(s.Identity.SetLanguage(ctx, request.UserID(ctx), in.Body.Language))
}

// MyLevel is the level of whoever asks.
type MyLevel struct {
	Level *member.Mine `json:"level,omitempty" doc:"Absent for who has none"`
}

func (s *Server) myLevel(ctx context.Context, _ *struct{}) (*answer[MyLevel], error) {
	mine, err := s.Member.Mine(ctx, request.UserID(ctx), languages(ctx)...)
	return answered(MyLevel{mine}, err)
}

func (s *Server) setPhone(ctx context.Context, in *codeInput) (*answer[identity.Me], error) {
	return answered(s.Identity.SetPhone(ctx, request.UserID(ctx), in.Body.Code))
}
