package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/platform"
	"hutong/service/staff"
)

const tagPlatform = "Platform"

func (s *Server) registerInvitation(a *endpoint.API) {
	endpoint.Register(a, get("list-invitations", "/invitations", tagStaff, model.PermitStaffManage, "Invitations and resets that can still be used"), s.listInvitations)
	endpoint.Register(a, endpoint.Operation{
		ID: "invite", Method: http.MethodPost, Path: "/invitations", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusCreated, Summary: "Invite a colleague",
		Description: "The answer is the only time the link is shown. It is good for seven days, once.",
		Errors:      []*model.Error{model.ErrRequired, model.ErrTooLong, model.ErrNotOneOf, model.ErrEmailTaken},
	}, s.invite)
	endpoint.Register(a, endpoint.Operation{
		ID: "withdraw-invitation", Method: http.MethodDelete, Path: "/invitations/{no}", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusNoContent, Summary: "Withdraw an invitation", Errors: []*model.Error{model.ErrInvitationNotFound},
	}, s.withdraw)
	endpoint.Register(a, endpoint.Operation{
		ID: "reset-staff", Method: http.MethodPost, Path: "/staff/{no}/reset", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusCreated, Summary: "Make a link by which somebody chooses a new password",
		Errors: []*model.Error{model.ErrStaffNotFound, model.ErrNoLogin},
	}, s.reset)
	look := get("get-invitation", "/invitation", tagSignIn, endpoint.PermitPublic, "What a link is for")
	look.Cost, look.Errors = 3, []*model.Error{model.ErrInvitationGone}
	endpoint.Register(a, look, s.invitation)
	endpoint.Register(a, endpoint.Operation{
		ID: "accept-invitation", Method: http.MethodPost, Path: "/invitation", Tag: tagSignIn, Permission: endpoint.PermitPublic,
		MaxBody: smallBody, Cost: 3, Summary: "Choose the password that a link is for", Description: "Then sign in with it.",
		Errors: []*model.Error{
			model.ErrInvitationGone, model.ErrTooShort, model.ErrTooLong, model.ErrPasswordCommon, model.ErrPasswordPersonal,
			model.ErrEmailTaken, model.ErrUnavailable,
		},
	}, s.accept)
	endpoint.Register(a, get("get-security", "/security", tagStaff, model.PermitStaffManage, "What the brand asks of its staff's sign-in"), s.security)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-security", Method: http.MethodPut, Path: "/security", Tag: tagStaff, Permission: model.PermitStaffManage,
		Summary: "Ask for a second factor, or not",
	}, s.setSecurity)

	endpoint.Register(a, get("list-brands", "/platform/brands", tagPlatform, model.PermitPlatform, "All brands"), s.listBrands)
	endpoint.Register(a, endpoint.Operation{
		ID: "open-brand", Method: http.MethodPost, Path: "/platform/brands", Tag: tagPlatform, Permission: model.PermitPlatform,
		Status: http.StatusCreated, Summary: "Open a brand and invite its first owner",
		Errors: []*model.Error{model.ErrInvalid, model.ErrSlugTaken},
	}, s.openBrand)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-brand-status", Method: http.MethodPut, Path: "/platform/brands/{slug}/status", Tag: tagPlatform, Permission: model.PermitPlatform,
		Summary: "Suspend a brand's shop, or open it again", Errors: []*model.Error{model.ErrBrandNotFound},
	}, s.setBrandStatus)
}

func (s *Server) listInvitations(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[staff.InvitationView]], error) {
	all, err := s.Staff.Invitations(ctx)
	return answered(endpoint.NewPage(all, ""), err)
}

type inviteInput struct{ Body staff.Invite }

func (s *Server) invite(ctx context.Context, in *inviteInput) (*answer[staff.NewInvitation], error) {
	return answered(s.Staff.Invite(ctx, in.Body))
}

type invitationNo struct {
	No string `path:"no" maxLength:"26" doc:"Number of the invitation" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) withdraw(ctx context.Context, in *invitationNo) (*struct{}, error) {
	return nil, s.Staff.Withdraw(ctx, in.No)
}

// ResetInput is what a reset does besides.
type ResetInput struct {
	RemoveTOTP bool `json:"remove_totp,omitempty" doc:"Take their second factor away too, when the telephone is lost"`
}

type resetInput struct {
	No   string `path:"no" maxLength:"26" doc:"Number of the member of staff" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body *ResetInput
}

func (s *Server) reset(ctx context.Context, in *resetInput) (*answer[staff.NewInvitation], error) {
	return answered(s.Staff.Reset(ctx, in.No, in.Body != nil && in.Body.RemoveTOTP))
}

// invitationView is an invitation as whom it is for sees it.
type invitationView struct {
	Kind      model.InvitationKind `json:"kind" enum:"join,reset"`
	Brand     string               `json:"brand" doc:"Name of the shop in addresses; empty for an administrator"`
	BrandName string               `json:"brand_name"`
	Email     string               `json:"email"`
	Name      string               `json:"name"`
	Role      model.Role           `json:"role" enum:"owner,operator,warehouse,finance,service,viewer,administrator"`
	ExpiresAt model.Millis         `json:"expires_at" doc:"UTC milliseconds"`
}

func (s *Server) toInvited(ctx context.Context, v staff.InvitationView, brandID int64, err error) (*answer[invitationView], error) {
	if err != nil {
		return nil, err
	}
	out := invitationView{Kind: v.Kind, Email: v.Email, Name: v.Name, Role: v.Role, ExpiresAt: v.ExpiresAt}
	if brandID != model.Platform {
		b, err := s.Brand.ByID(ctx, brandID)
		if err != nil {
			return nil, err
		}
		out.Brand, out.BrandName = b.Slug, b.Name.In(inTurn(request.Language(ctx), b)...)
	}
	return answered(out, nil)
}

type tokenOfLink struct {
	Token string `query:"token" required:"true" maxLength:"64" doc:"Of the link"`
}

func (s *Server) invitation(ctx context.Context, in *tokenOfLink) (*answer[invitationView], error) {
	v, brandID, err := s.Staff.Invitation(ctx, in.Token)
	return s.toInvited(ctx, v, brandID, err)
}

type acceptInput struct{ Body staff.Acceptance }

func (s *Server) accept(ctx context.Context, in *acceptInput) (*answer[invitationView], error) {
	v, brandID, err := s.Staff.Accept(ctx, in.Body)
	return s.toInvited(ctx, v, brandID, err)
}

func (s *Server) security(ctx context.Context, _ *struct{}) (*answer[staff.Policy], error) {
	return answered(s.Staff.Policy(ctx))
}

type securityInput struct{ Body staff.Policy }

func (s *Server) setSecurity(ctx context.Context, in *securityInput) (*answer[staff.Policy], error) {
	return answered(s.Staff.SetPolicy(ctx, in.Body))
}

func (s *Server) listBrands(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[platform.View]], error) {
	all, err := s.Platform.Brands(ctx)
	return answered(endpoint.NewPage(all, ""), err)
}

type openBrandInput struct{ Body platform.Input }

func (s *Server) openBrand(ctx context.Context, in *openBrandInput) (*answer[platform.Opened], error) {
	return answered(s.Platform.Open(ctx, in.Body))
}

type brandStatusInput struct {
	Slug string `path:"slug" maxLength:"31" doc:"Name of the shop in addresses"`
	Body struct {
		Status model.BrandStatus `json:"status" enum:"active,suspended"`
	}
}

func (s *Server) setBrandStatus(ctx context.Context, in *brandStatusInput) (*answer[platform.View], error) {
	return answered(s.Platform.SetStatus(ctx, in.Slug, in.Body.Status))
}
