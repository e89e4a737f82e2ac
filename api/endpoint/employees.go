package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"hutong/api/limit"
	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/staff"
)

// The names, in OpenAPI, of the schemes by which a member of staff is signed in: an access token, or a browser's
// session.
const (
	Employee = "staff"
	Session  = "session"
)

// PermissionExtension is where an operation's description has its permission.
const PermissionExtension = "x-permission"

// Permissions of operations that are in no row of model.Permissions.
const (
	// PermitEverybody is of what every member of a brand's staff may do.
	PermitEverybody model.Permission = "everybody"
	// PermitSelf is of what is about nobody but whoever calls: their sessions, their password. Administrators of the
	// platform may do it too.
	PermitSelf model.Permission = "self"
	// PermitPublic is of what is done before anybody is signed in.
	PermitPublic model.Permission = "public"
)

// Employees is the door for a brand's staff, and for the platform's: who comes in, for which brand, and what they may
// do is told by their access token or by the session of their browser.
type Employees struct {
	// Authenticate tells whose token it is. Errors: model.ErrUnauthorized.
	Authenticate func(ctx context.Context, token string) (staff.Who, error)
	// AuthenticateSession tells whose session a cookie is. Errors: model.ErrUnauthorized, model.ErrSessionExpired.
	AuthenticateSession func(ctx context.Context, cookie string) (staff.Who, error)
	// Brand is a brand by its id; a suspended one too.
	Brand    func(ctx context.Context, id int64) (*model.Brand, error)
	PerStaff *limit.Limiter[string]
	BaseURL  string // where browsers see us
}

// CookieName is the name of the session's cookie. With the prefix __Host- a browser takes it from this very host alone,
// over HTTPS: no other host of the domain can plant one.
func CookieName(secure bool) string {
	if secure {
		return "__Host-hutong"
	}
	return "hutong_session"
}

// Cookie is the header Set-Cookie that gives a browser its session, or with "" takes it away.
func Cookie(secure bool, value string, life int) string {
	c := http.Cookie{ //nolint:gosec // Secure where the request was
		Name: CookieName(secure), Value: value, Path: "/", MaxAge: life, HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteStrictMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// Admit implements Door.
func (d *Employees) Admit(ctx context.Context, c *gin.Context, op Operation) (context.Context, error) {
	facts := request.From(ctx)
	facts.Secure = c.Request.TLS != nil || strings.HasPrefix(d.BaseURL, "https://")
	facts.Language = request.ChooseLanguage(facts.AcceptLanguage, model.Languages[0], model.Languages)
	actor := model.Actor{Kind: model.ActorStaff, Address: c.ClientIP(), RequestID: facts.ID}
	if op.Permission == PermitPublic {
		return model.WithActor(ctx, actor), refuseOtherSites(c.Request, d.BaseURL, false)
	}
	who, err := d.who(ctx, c, facts.Secure)
	if err != nil {
		return nil, err
	}
	if who.BrandID == model.Platform {
		actor.Kind = model.ActorAdministrator
	} else if facts.Brand, err = d.Brand(ctx, who.BrandID); err != nil {
		return nil, err
	} else {
		facts.Language = request.ChooseLanguage(facts.AcceptLanguage, facts.Brand.DefaultLanguage, model.Languages)
	}
	facts.Staff = StaffOf(who)
	if wait, ok := d.PerStaff.Take(who.No, op.Cost); !ok {
		return nil, problem.After(model.ErrRateLimited, wait)
	}
	if err := permit(op, who); err != nil {
		return nil, err
	}
	actor.No = who.No
	return model.WithActor(model.WithBrand(ctx, who.BrandID), actor), nil
}

// StaffOf is what a request knows of a member of staff.
func StaffOf(w staff.Who) *request.Staff {
	return &request.Staff{
		No: w.No, Name: w.Name, Role: w.Role, Email: w.Email, Session: w.Session, ExpiresAt: w.ExpiresAt,
		HasTOTP: w.HasTOTP, MustTOTP: w.MustTOTP,
	}
}

// who tells who calls. A token counts before a cookie: no page of another site can send one.
func (d *Employees) who(ctx context.Context, c *gin.Context, secure bool) (staff.Who, error) {
	if c.Request.Header.Get("Authorization") == "" {
		if cookie, err := c.Request.Cookie(CookieName(secure)); err == nil {
			if err := refuseOtherSites(c.Request, d.BaseURL, true); err != nil {
				return staff.Who{}, err
			}
			return d.AuthenticateSession(ctx, cookie.Value)
		}
	}
	token, err := bearer(c.Request.Header)
	if err != nil {
		return staff.Who{}, err
	}
	return d.Authenticate(ctx, token)
}

// permit tells whether somebody may do what an operation does. Errors: model.ErrSessionOnly, model.ErrTOTPRequired,
// model.ErrForbidden.
func permit(op Operation, who staff.Who) error {
	allowed := who.Role.May(op.Permission)
	switch op.Permission {
	case PermitSelf:
		allowed = true
	case PermitEverybody:
		allowed = who.BrandID != model.Platform
	}
	switch {
	case !allowed:
		return model.ErrForbidden.With("permission", string(op.Permission))
	case op.SessionOnly && who.Session == "":
		return model.ErrSessionOnly
	case who.MustTOTP && !op.BeforeTOTP:
		return model.ErrTOTPRequired
	}
	return nil
}

// Describe implements Door. An operation without a permission of the table panics.
func (d *Employees) Describe(op Operation, described *huma.Operation) []*model.Error {
	described.Extensions = map[string]any{PermissionExtension: string(op.Permission)}
	switch op.Permission {
	case PermitPublic:
		return []*model.Error{model.ErrCSRF}
	case PermitSelf, PermitEverybody, model.PermitPlatform:
	default:
		if !model.RoleOwner.May(op.Permission) {
			panic(fmt.Sprintf("%s %s has no permission of model.Permissions: %q", op.Method, op.Path, op.Permission))
		}
	}
	described.Security = []map[string][]string{{Session: {}}}
	errs := []*model.Error{model.ErrUnauthorized, model.ErrSessionExpired, model.ErrForbidden}
	if op.Method != http.MethodGet {
		errs = append(errs, model.ErrCSRF)
	}
	if !op.BeforeTOTP {
		errs = append(errs, model.ErrTOTPRequired)
	}
	if op.SessionOnly {
		return append(errs, model.ErrSessionOnly)
	}
	described.Security = append(described.Security, map[string][]string{Employee: {}})
	return errs
}
