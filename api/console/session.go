package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/staff"
)

const tagSignIn = "Sign in"

// smallBody bounds what is sent before anybody is signed in, in bytes.
const smallBody = 4 << 10

func (s *Server) registerSession(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "sign-in", Method: http.MethodPost, Path: "/session", Tag: tagSignIn, Permission: endpoint.PermitPublic,
		Status: http.StatusCreated, MaxBody: smallBody, Cost: 3, Summary: "Sign in with a password",
		Description: "Begins a session, in a cookie that no script can read. Whatever is wrong, the answer is sign_in_refused; " +
			"code_required asks for the same again with a code. After some failures every attempt is rate_limited for a while.",
		Errors: []*model.Error{model.ErrSignInRefused, model.ErrCodeRequired, model.ErrCodeWrong, model.ErrUnavailable},
	}, s.signIn)
	endpoint.Register(a, endpoint.Operation{
		ID: "sign-out", Method: http.MethodDelete, Path: "/session", Tag: tagSignIn, Permission: endpoint.PermitSelf,
		SessionOnly: true, BeforeTOTP: true, Status: http.StatusNoContent, Summary: "Sign out",
	}, s.signOut)
	me := get("get-me", "/me", tagSignIn, endpoint.PermitSelf, "Who I am and what I may do")
	me.BeforeTOTP = true
	endpoint.Register(a, me, s.me)
	s.registerAccount(a)
}

// meView is a member of staff as they see themselves.
type meView struct {
	No          string             `json:"no"`
	Name        string             `json:"name"`
	Email       string             `json:"email,omitempty" doc:"Absent of who has no password"`
	Role        model.Role         `json:"role" enum:"owner,operator,warehouse,finance,service,viewer,administrator" doc:"An administrator is of the platform and of no brand"`
	Brand       string             `json:"brand" doc:"Name of the shop in addresses; empty of an administrator"`
	BrandName   string             `json:"brand_name" doc:"Name of the shop, in the language of the answer; empty of an administrator"`
	Languages   []string           `json:"languages" doc:"That the shop speaks; the first is its default; none of an administrator"`
	Permissions []model.Permission `json:"permissions"`
	Session     string             `json:"session,omitempty" doc:"Number of the session; absent with an access token"`
	ExpiresAt   model.Millis       `json:"expires_at" doc:"When the session or the access token ends, UTC milliseconds; a session that is used lasts up to seven days"`
	HasTOTP     bool               `json:"totp" doc:"There is a second factor"`
	MustTOTP    bool               `json:"totp_required" doc:"The brand asks for a second factor and there is none: nothing else may be done before it is set up"`
}

func meOf(who *request.Staff, brand *model.Brand, language string) meView {
	v := meView{
		No: who.No, Name: who.Name, Email: who.Email, Role: who.Role, Session: who.Session, ExpiresAt: who.ExpiresAt,
		HasTOTP: who.HasTOTP, MustTOTP: who.MustTOTP, Permissions: []model.Permission{}, Languages: []string{},
	}
	if brand == nil {
		v.Permissions = append(v.Permissions, model.PermitPlatform)
		return v
	}
	v.Brand, v.BrandName = brand.Slug, brand.Name.In(inTurn(language, brand)...)
	v.Languages = append(v.Languages, brand.Languages...)
	for _, row := range model.Permissions {
		if who.Role.May(row.Permission) {
			v.Permissions = append(v.Permissions, row.Permission)
		}
	}
	return v
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*answer[meView], error) {
	return answered(meOf(request.StaffOf(ctx), request.Brand(ctx), request.Language(ctx)), nil)
}

// Browser is embedded in the input of what begins a session. It is exported since headers are read into no other field.
type Browser struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
}

type signInInput struct {
	Browser
	Body staff.SignIn
}

// withCookie is an answer that changes the browser's session.
type withCookie[T any] struct {
	SetCookie string `header:"Set-Cookie" doc:"The session"`
	Body      T
}

// cookieOnly is withCookie without a body.
type cookieOnly struct {
	SetCookie string `header:"Set-Cookie" doc:"The session"`
}

func (s *Server) signIn(ctx context.Context, in *signInInput) (*withCookie[meView], error) {
	made, err := s.Staff.SignIn(ctx, in.Body, in.UserAgent)
	if err != nil {
		return nil, err
	}
	var brand *model.Brand
	if made.BrandID != model.Platform {
		if brand, err = s.Brand.ByID(ctx, made.BrandID); err != nil {
			return nil, err
		}
	}
	return &withCookie[meView]{
		SetCookie: sessionCookie(ctx, made.Cookie),
		Body:      meOf(endpoint.StaffOf(made.Who), brand, request.Language(ctx)),
	}, nil
}

// sessionCookie is the header that gives a browser its session, or with "" takes it away.
func sessionCookie(ctx context.Context, value string) string {
	return endpoint.Cookie(request.From(ctx).Secure, value, int(staff.SessionLife.Seconds()))
}

func (s *Server) signOut(ctx context.Context, _ *struct{}) (*cookieOnly, error) {
	if err := s.Staff.SignOut(ctx, request.StaffOf(ctx).Session); err != nil {
		return nil, err
	}
	return &cookieOnly{sessionCookie(ctx, "")}, nil
}
