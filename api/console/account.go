package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/staff"
)

// registerAccount adds what is about nobody but whoever calls.
func (s *Server) registerAccount(a *endpoint.API) {
	own := func(id, method, path, summary string) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagSignIn, Permission: endpoint.PermitSelf, SessionOnly: true, Summary: summary,
		}
	}
	endpoint.Register(a, own("list-sessions", http.MethodGet, "/sessions", "The browsers I am signed in with"), s.listSessions)
	others := own("end-other-sessions", http.MethodDelete, "/sessions", "Sign out all my other browsers")
	others.Status = http.StatusNoContent
	endpoint.Register(a, others, s.endOtherSessions)
	one := own("end-session", http.MethodDelete, "/sessions/{no}", "Sign out one of my browsers")
	one.Status, one.Errors = http.StatusNoContent, []*model.Error{model.ErrSessionNotFound}
	endpoint.Register(a, one, s.endSession)

	name := own("change-name", http.MethodPut, "/me/name", "Change my name")
	name.Status, name.MaxBody, name.Errors = http.StatusNoContent, smallBody, []*model.Error{model.ErrRequired, model.ErrTooLong}
	endpoint.Register(a, name, s.changeName)
	password := own("change-password", http.MethodPut, "/me/password", "Change my password")
	password.Description = "All my sessions end; this browser gets a new one."
	password.Status, password.MaxBody, password.Cost = http.StatusNoContent, smallBody, 3
	password.Errors = []*model.Error{
		model.ErrPasswordWrong, model.ErrTooShort, model.ErrTooLong, model.ErrPasswordCommon, model.ErrPasswordPersonal,
		model.ErrNoLogin, model.ErrUnavailable,
	}
	endpoint.Register(a, password, s.changePassword)

	begin := own("begin-totp", http.MethodPost, "/me/totp", "Begin to set up a second factor")
	begin.Description = "It counts once a code of it was sent, with PUT."
	begin.BeforeTOTP, begin.MaxBody, begin.Cost, begin.Status = true, smallBody, 3, http.StatusCreated
	begin.Errors = []*model.Error{model.ErrPasswordWrong, model.ErrTOTPSet, model.ErrNoLogin, model.ErrUnavailable}
	endpoint.Register(a, begin, s.beginTOTP)
	confirm := own("confirm-totp", http.MethodPut, "/me/totp", "Finish setting up the second factor, with a code of it")
	confirm.Description = "The answer is the only time the recovery codes are shown. My other sessions end."
	confirm.BeforeTOTP, confirm.MaxBody = true, smallBody
	confirm.Errors = []*model.Error{model.ErrTOTPNotBegun, model.ErrCodeWrong, model.ErrNoLogin}
	endpoint.Register(a, confirm, s.confirmTOTP)
	remove := own("remove-totp", http.MethodDelete, "/me/totp", "Take my second factor away")
	remove.MaxBody, remove.Cost, remove.Status = smallBody, 3, http.StatusNoContent
	remove.Errors = []*model.Error{
		model.ErrPasswordWrong, model.ErrTOTPNotBegun, model.ErrCodeRequired, model.ErrCodeWrong, model.ErrNoLogin, model.ErrUnavailable,
	}
	endpoint.Register(a, remove, s.removeTOTP)
}

func (s *Server) listSessions(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[staff.SessionView]], error) {
	who := request.StaffOf(ctx)
	all, err := s.Staff.Sessions(ctx, who.No, who.Session)
	return answered(endpoint.NewPage(all, ""), err)
}

func (s *Server) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := request.StaffOf(ctx)
	return nil, s.Staff.EndSessions(ctx, who.No, who.Session)
}

type sessionInput struct {
	No string `path:"no" maxLength:"26" doc:"Number of the session" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) endSession(ctx context.Context, in *sessionInput) (*struct{}, error) {
	return nil, s.Staff.EndSession(ctx, request.StaffOf(ctx).No, in.No)
}

type nameInput struct {
	Body struct {
		Name string `json:"name" maxLength:"64"`
	}
}

func (s *Server) changeName(ctx context.Context, in *nameInput) (*struct{}, error) {
	return nil, s.Staff.Rename(ctx, request.StaffOf(ctx).No, in.Body.Name)
}

type passwordInput struct {
	Browser
	Body struct {
		Current  string `json:"current" maxLength:"512" doc:"The present password"`
		Password string `json:"password" maxLength:"512" doc:"The new one, of twelve characters or more"`
	}
}

func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*cookieOnly, error) {
	made, err := s.Staff.ChangePassword(ctx, request.StaffOf(ctx).No, in.Body.Current, in.Body.Password, in.UserAgent)
	if err != nil {
		return nil, err
	}
	return &cookieOnly{sessionCookie(ctx, made.Cookie)}, nil
}

type beginTOTPInput struct {
	Body struct {
		Password string `json:"password" maxLength:"512" doc:"The present password"`
	}
}

func (s *Server) beginTOTP(ctx context.Context, in *beginTOTPInput) (*answer[staff.NewTOTP], error) {
	return answered(s.Staff.BeginTOTP(ctx, request.StaffOf(ctx).No, in.Body.Password))
}

type confirmTOTPInput struct {
	Body struct {
		Code string `json:"code" maxLength:"32" doc:"Of the authenticator app"`
	}
}

func (s *Server) confirmTOTP(ctx context.Context, in *confirmTOTPInput) (*answer[staff.Recovery], error) {
	who := request.StaffOf(ctx)
	return answered(s.Staff.ConfirmTOTP(ctx, who.No, who.Session, in.Body.Code))
}

type removeTOTPInput struct {
	Body struct {
		Password string `json:"password" maxLength:"512" doc:"The present password"`
		Code     string `json:"code" maxLength:"32" doc:"Of the authenticator app, or a recovery code"`
	}
}

func (s *Server) removeTOTP(ctx context.Context, in *removeTOTPInput) (*struct{}, error) {
	return nil, s.Staff.RemoveTOTP(ctx, request.StaffOf(ctx).No, in.Body.Password, in.Body.Code)
}
