package endpoint

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"hutong/api/limit"
	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/staff"
)

// Employee is the name, in OpenAPI, of the scheme by which a member of staff is signed in.
const Employee = "staff"

// PermissionExtension is where an operation's description has its permission.
const PermissionExtension = "x-permission"

// Employees is the door for a brand's staff: who comes in, for which brand, and what they may do is told by
// their access token.
type Employees struct {
	// Authenticate tells whose token it is. Errors: model.ErrUnauthorized.
	Authenticate func(ctx context.Context, token string) (staff.Who, error)
	// Brand is a brand by its id; a suspended one too.
	Brand    func(ctx context.Context, id int64) (*model.Brand, error)
	PerStaff *limit.Limiter[string]
}

// Admit implements Door.
func (d *Employees) Admit(ctx context.Context, c *gin.Context, op Operation) (context.Context, error) {
	facts := request.From(ctx)
	token, err := bearer(c.Request.Header)
	if err != nil {
		return nil, err
	}
	who, err := d.Authenticate(ctx, token)
	if err != nil {
		return nil, err
	}
	if facts.Brand, err = d.Brand(ctx, who.BrandID); err != nil {
		return nil, err
	}
	facts.Staff = &request.Staff{No: who.No, Name: who.Name, Role: who.Role}
	facts.Language = request.ChooseLanguage(facts.AcceptLanguage, facts.Brand.DefaultLanguage, model.Languages)
	if wait, ok := d.PerStaff.Take(who.No, op.Cost); !ok {
		return nil, problem.After(model.ErrRateLimited, wait)
	}
	if op.Permission != PermitEverybody && !who.Role.May(op.Permission) {
		return nil, model.ErrForbidden.With("permission", string(op.Permission))
	}
	return model.WithActor(model.WithBrand(ctx, who.BrandID), model.Actor{
		Kind: model.ActorStaff, No: who.No, Address: c.ClientIP(), RequestID: facts.ID,
	}), nil
}

// PermitEverybody is the permission of what every member of staff may do, such as asking who they are.
const PermitEverybody model.Permission = "everybody"

// Describe implements Door. An operation without a permission of the table panics.
func (d *Employees) Describe(op Operation, described *huma.Operation) []*model.Error {
	if op.Permission != PermitEverybody && !model.RoleOwner.May(op.Permission) {
		panic(fmt.Sprintf("%s %s has no permission of model.Permissions: %q", op.Method, op.Path, op.Permission))
	}
	described.Security = []map[string][]string{{Employee: {}}}
	described.Extensions = map[string]any{PermissionExtension: string(op.Permission)}
	return []*model.Error{model.ErrUnauthorized, model.ErrForbidden}
}
