package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/staff"
)

const tagStaff = "Staff"

func (s *Server) registerStaff(a *endpoint.API) {
	endpoint.Register(a, get("list-staff", "/staff", tagStaff, model.PermitStaffManage, "Everybody who works for the brand"), s.listStaff)
	endpoint.Register(a, get("list-permissions", "/permissions", tagStaff, endpoint.PermitEverybody, "Who may do what"), s.listPermissions)
	endpoint.Register(a, endpoint.Operation{
		ID: "add-staff", Method: http.MethodPost, Path: "/staff", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusCreated, Summary: "Let somebody work for the brand",
		Errors: []*model.Error{model.ErrRequired, model.ErrTooLong, model.ErrNotOneOf},
	}, s.addStaff)
	endpoint.Register(a, endpoint.Operation{
		ID: "change-staff", Method: http.MethodPatch, Path: "/staff/{no}", Tag: tagStaff, Permission: model.PermitStaffManage,
		Summary:     "Give somebody another role, suspend them or let them in again",
		Description: "The links that an owner made, and that nobody has used, are withdrawn when they are one no more or suspended.",
		Errors:      []*model.Error{model.ErrStaffNotFound, model.ErrNotOneOf, model.ErrLastOwner},
	}, s.changeStaff)
	endpoint.Register(a, endpoint.Operation{
		ID: "new-token", Method: http.MethodPost, Path: "/staff/{no}/tokens", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusCreated, Summary: "Make an access token",
		Description: "The answer is the only time it is shown.",
		Errors:      []*model.Error{model.ErrStaffNotFound, model.ErrRequired, model.ErrTooLong, model.ErrOutOfRange},
	}, s.newToken)
	endpoint.Register(a, endpoint.Operation{
		ID: "revoke-token", Method: http.MethodDelete, Path: "/tokens/{no}", Tag: tagStaff, Permission: model.PermitStaffManage,
		Status: http.StatusNoContent, Summary: "End an access token",
		Description: "Other replicas may take it for five more seconds.",
		Errors:      []*model.Error{model.ErrStaffNotFound},
	}, s.revokeToken)
}

func (s *Server) listStaff(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[staff.View]], error) {
	all, err := s.Staff.List(ctx)
	return answered(endpoint.NewPage(all, ""), err)
}

// permissionView is a row of the permission table.
type permissionView struct {
	Permission model.Permission `json:"permission" example:"orders.read"`
	Allows     string           `json:"allows" doc:"What it lets somebody do, in English"`
	Roles      []model.Role     `json:"roles" enum:"owner,operator,warehouse,finance,service,viewer" doc:"That have it, the most powerful first"`
}

// listPermissions shows the very table that guards the API.
func (s *Server) listPermissions(context.Context, *struct{}) (*answer[endpoint.Page[permissionView]], error) {
	views := make([]permissionView, len(model.Permissions))
	for i, row := range model.Permissions {
		views[i] = permissionView{row.Permission, row.Allows, nil}
		for _, role := range model.Roles {
			if role.May(row.Permission) {
				views[i].Roles = append(views[i].Roles, role)
			}
		}
	}
	return answered(endpoint.NewPage(views, ""), nil)
}

type addStaffInput struct{ Body staff.Input }

func (s *Server) addStaff(ctx context.Context, in *addStaffInput) (*answer[staff.View], error) {
	return answered(s.Staff.Add(ctx, in.Body))
}

type changeStaffInput struct {
	No   string `path:"no" maxLength:"26" doc:"Number of the member of staff" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body staff.Change
}

func (s *Server) changeStaff(ctx context.Context, in *changeStaffInput) (*answer[staff.View], error) {
	return answered(s.Staff.Change(ctx, in.No, in.Body))
}

type newTokenInput struct {
	No   string `path:"no" maxLength:"26" doc:"Number of the member of staff" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body staff.TokenInput
}

func (s *Server) newToken(ctx context.Context, in *newTokenInput) (*answer[staff.NewToken], error) {
	return answered(s.Staff.NewToken(ctx, in.No, in.Body))
}

type tokenInput struct {
	No string `path:"no" maxLength:"26" doc:"Number of the token" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) revokeToken(ctx context.Context, in *tokenInput) (*struct{}, error) {
	return nil, s.Staff.RevokeToken(ctx, in.No)
}
