package staff

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// invitationLife is for how long a link is good.
const invitationLife = 7 * 24 * time.Hour

// Invite is somebody who is to sign in.
type Invite struct {
	Email string     `json:"email" maxLength:"254"`
	Name  string     `json:"name,omitempty" maxLength:"64" doc:"Left out: what stands before the @"`
	Role  model.Role `json:"role" enum:"owner,operator,warehouse,finance,service,viewer"`
}

// InvitationView is an invitation without its link.
type InvitationView struct {
	No        string               `json:"no"`
	Kind      model.InvitationKind `json:"kind" enum:"join,reset"`
	Email     string               `json:"email"`
	Name      string               `json:"name"`
	Role      model.Role           `json:"role" enum:"owner,operator,warehouse,finance,service,viewer,administrator"`
	ExpiresAt model.Millis         `json:"expires_at" doc:"UTC milliseconds"`
	CreatedAt model.Millis         `json:"created_at" doc:"UTC milliseconds"`
}

// NewInvitation is one that was just made. Its link is shown this once: whoever has it chooses the password.
type NewInvitation struct {
	InvitationView

	Token string `json:"token" doc:"Is in the link"`
	Link  string `json:"link" doc:"To be sent to whom it is for. It is not shown again."`
}

func invitationViewOf(i model.StaffInvitation) InvitationView {
	return InvitationView{i.No, i.Kind, i.Email, i.Name, i.Role, i.ExpiresAt, i.CreatedAt}
}

// Invite makes a link by which somebody chooses a password and works for the brand from then on; an earlier one for the
// same address is withdrawn. Errors: ErrRequired, ErrTooLong, ErrInvalid at "email" or "name"; ErrNotOneOf at "role";
// ErrEmailTaken.
func (s *Service) Invite(ctx context.Context, in Invite) (made NewInvitation, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		made, err = s.InviteStep(ctx, tx, in)
		return err
	})
	return made, err
}

// InviteStep is the step of Invite. ctx and tx work for the brand.
func (s *Service) InviteStep(ctx context.Context, tx *gorm.DB, in Invite) (NewInvitation, error) {
	email := cleanEmail(in.Email)
	if err := checkEmail(email); err != nil {
		return NewInvitation{}, err
	}
	if strings.TrimSpace(in.Name) == "" {
		in.Name, _, _ = strings.Cut(email, "@")
		in.Name = in.Name[:min(len(in.Name), MaxName)]
	}
	name, err := cleanName(in.Name)
	if err != nil {
		return NewInvitation{}, err
	}
	if id, _ := model.BrandID(ctx); id == model.Platform {
		in.Role = model.RoleAdministrator
	} else if err := checkRole(in.Role); err != nil {
		return NewInvitation{}, err
	}
	var taken int64
	if err := tx.Model(&model.StaffLogin{}).Where("email = ?", email).Count(&taken).Error; err != nil {
		return NewInvitation{}, fmt.Errorf("staff login: %w", err)
	}
	if taken > 0 {
		return NewInvitation{}, model.ErrEmailTaken.At("email")
	}
	return s.invite(ctx, tx, model.StaffInvitation{Kind: model.InvitationJoin, Name: name, Email: email, Role: in.Role})
}

// Reset makes a link by which a member of staff chooses a new password, and signs in without the second factor when it is
// to be removed. An earlier link is withdrawn. Errors: ErrStaffNotFound, ErrNoLogin.
func (s *Service) Reset(ctx context.Context, staffNo string, removeTOTP bool) (made NewInvitation, err error) {
	l, err := s.ownLogin(ctx, staffNo)
	if err != nil {
		return NewInvitation{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		m, err := find(tx, staffNo)
		if err != nil {
			return err
		}
		made, err = s.invite(ctx, tx, model.StaffInvitation{
			Kind: model.InvitationReset, StaffID: m.ID, Name: m.Name, Email: l.Email, Role: m.Role, RemoveTOTP: removeTOTP,
		})
		return err
	})
	return made, err
}

func (s *Service) invite(ctx context.Context, tx *gorm.DB, i model.StaffInvitation) (NewInvitation, error) {
	token, err := secret("hti_")
	if err != nil {
		return NewInvitation{}, err
	}
	now := s.now.Now()
	err = tx.Model(&model.StaffInvitation{}).Where("email = ? AND used_at = 0 AND revoked_at = 0", i.Email).Update("revoked_at", now).Error
	if err != nil {
		return NewInvitation{}, fmt.Errorf("invitation: %w", err)
	}
	i.No, i.Hash, i.ExpiresAt, i.InvitedBy = s.newNo(), hashOf(token), now.Add(invitationLife), model.ActorOf(ctx).No
	if err := tx.Create(&i).Error; err != nil {
		return NewInvitation{}, fmt.Errorf("invitation: %w", err)
	}
	action := "staff.invite"
	if i.Kind == model.InvitationReset {
		action = "staff.reset"
	}
	err = trail.Write(ctx, tx, action, trail.Subject{Kind: "invitation", No: i.No}, nil, map[string]any{"role": i.Role, "remove_totp": i.RemoveTOTP})
	return NewInvitation{invitationViewOf(i), token, s.publicURL + "/console/invitation?" + url.Values{"token": {token}}.Encode()}, err
}

// Invitations are those that can still be used, the newest first.
func (s *Service) Invitations(ctx context.Context) ([]InvitationView, error) {
	var rows []model.StaffInvitation
	err := s.db.Read(ctx).Where("used_at = 0 AND revoked_at = 0 AND expires_at > ?", s.now.Now()).Order("id DESC").Limit(200).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	views := make([]InvitationView, len(rows))
	for i, r := range rows {
		views[i] = invitationViewOf(r)
	}
	return views, nil
}

// Withdraw ends an invitation. Errors: ErrInvitationNotFound when there is none that could still be used.
func (s *Service) Withdraw(ctx context.Context, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error { return s.withdraw(ctx, tx, no) })
}

// withdraw is the step of Withdraw.
func (s *Service) withdraw(ctx context.Context, tx *gorm.DB, no string) error {
	res := tx.Model(&model.StaffInvitation{}).Where("no = ? AND used_at = 0 AND revoked_at = 0", no).Update("revoked_at", s.now.Now())
	if res.Error != nil {
		return fmt.Errorf("invitation %s: %w", no, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrInvitationNotFound
	}
	return trail.Write(ctx, tx, "staff.withdraw", trail.Subject{Kind: "invitation", No: no}, nil, nil)
}

// withdrawAll is the step that withdraws the links that a member of staff made and that can still be used: whoever keeps
// one could make an owner by it, or choose another's password.
func (s *Service) withdrawAll(ctx context.Context, tx *gorm.DB, invitedBy string) error {
	var nos []string
	err := tx.Model(&model.StaffInvitation{}).Clauses(forUpdate).
		Where("invited_by = ? AND used_at = 0 AND revoked_at = 0 AND expires_at > ?", invitedBy, s.now.Now()).
		Order("id").Pluck("no", &nos).Error
	if err != nil {
		return fmt.Errorf("invitations by %s: %w", invitedBy, err)
	}
	for _, no := range nos {
		if err := s.withdraw(ctx, tx, no); err != nil {
			return err
		}
	}
	return nil
}

// Invitation is what a link is for, and for which brand; model.Platform for an administrator. Errors: ErrInvitationGone.
func (s *Service) Invitation(ctx context.Context, token string) (v InvitationView, brandID int64, err error) {
	i, err := s.invitation(ctx, token)
	return invitationViewOf(i), i.BrandID, err
}

func (s *Service) invitation(ctx context.Context, token string) (i model.StaffInvitation, err error) {
	err = s.db.Read(model.AcrossBrands(ctx)).
		Where("hash = ? AND used_at = 0 AND revoked_at = 0 AND expires_at > ?", hashOf(token), s.now.Now()).Take(&i).Error
	if database.IsNotFound(err) {
		return i, model.ErrInvitationGone
	}
	if err != nil {
		return i, fmt.Errorf("invitation: %w", err)
	}
	return i, nil
}

// Acceptance is what somebody chooses who has a link.
type Acceptance struct {
	Token    string `json:"token" maxLength:"64" doc:"Of the link"`
	Password string `json:"password" maxLength:"512" doc:"Of twelve characters or more"`
	Name     string `json:"name,omitempty" maxLength:"64" doc:"How they are called, when the invitation has it wrong; a reset leaves the name as it is"`
}

// Accept chooses the password that a link is for; nobody is signed in by it, since a second factor may still be asked
// for. A link works once. Errors: ErrInvitationGone; ErrTooLong at "name"; what checkPassword finds, at "password";
// ErrEmailTaken; ErrUnavailable.
func (s *Service) Accept(ctx context.Context, in Acceptance) (v InvitationView, brandID int64, err error) {
	i, err := s.invitation(ctx, in.Token)
	if err != nil {
		return v, 0, err
	}
	if i.Kind == model.InvitationJoin && strings.TrimSpace(in.Name) != "" {
		if i.Name, err = cleanName(in.Name); err != nil {
			return v, 0, err
		}
	}
	password := in.Password
	ctx = model.WithBrand(ctx, i.BrandID)
	about, err := s.words(ctx, i.Name, i.Email)
	if err != nil {
		return v, 0, err
	}
	if err := checkPassword(password, "password", about...); err != nil {
		return v, 0, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return v, 0, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		now := s.now.Now()
		res := tx.Model(&model.StaffInvitation{}).
			Where("id = ? AND used_at = 0 AND revoked_at = 0 AND expires_at > ?", i.ID, now).Update("used_at", now)
		if res.Error != nil {
			return fmt.Errorf("invitation %s: %w", i.No, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrInvitationGone
		}
		if i.Kind == model.InvitationReset {
			return s.reset(ctx, tx, i, hash)
		}
		return s.join(ctx, tx, i, hash)
	})
	s.recent.forgetAll()
	return invitationViewOf(i), i.BrandID, err
}

// join is the step that makes an invited person a member of staff.
func (s *Service) join(ctx context.Context, tx *gorm.DB, i model.StaffInvitation, hash string) error {
	m := model.Staff{No: s.newNo(), Name: i.Name, Role: i.Role, Status: model.StaffActive}
	if err := tx.Create(&m).Error; err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	err := emailFree(tx.Create(&model.StaffLogin{StaffID: m.ID, Email: i.Email, PasswordHash: hash}).Error)
	if err != nil {
		return err
	}
	return trail.Write(asStaff(ctx, m.No), tx, "staff.join", subject(m.No), nil, map[string]any{"role": m.Role, "invitation": i.No})
}

// reset is the step that gives somebody the password they chose. What was guessed before is forgiven: whoever guesses
// must not keep somebody out who was let in by the owner.
func (s *Service) reset(ctx context.Context, tx *gorm.DB, i model.StaffInvitation, hash string) error {
	var m model.Staff
	if err := tx.Where("id = ?", i.StaffID).Take(&m).Error; err != nil {
		return fmt.Errorf("staff %d: %w", i.StaffID, err)
	}
	if err := tx.Model(&model.StaffLogin{}).Where("staff_id = ?", m.ID).Update("password_hash", hash).Error; err != nil {
		return fmt.Errorf("password: %w", err)
	}
	if i.RemoveTOTP {
		if err := forgetTOTP(tx, m.ID); err != nil {
			return err
		}
	}
	if err := s.endSessions(tx, m.ID, ""); err != nil {
		return err
	}
	slug, err := slugOf(tx, i.BrandID)
	if err != nil {
		return err
	}
	if err := forgiven(tx, attempt{subject: hashOf(accountSubject(slug, i.Email))}); err != nil {
		return err
	}
	return trail.Write(asStaff(ctx, m.No), tx, "staff.password_reset", subject(m.No), nil, map[string]any{"invitation": i.No})
}

func slugOf(tx *gorm.DB, brandID int64) (slug string, err error) {
	if brandID == model.Platform {
		return "", nil
	}
	if err := tx.Model(&model.Brand{}).Where("id = ?", brandID).Select("slug").Take(&slug).Error; err != nil {
		return "", fmt.Errorf("brand %d: %w", brandID, err)
	}
	return slug, nil
}

// asStaff is ctx in which a member of staff acts.
func asStaff(ctx context.Context, no string) context.Context {
	actor := model.ActorOf(ctx)
	id, _ := model.BrandID(ctx)
	actor.Kind, actor.No = actorKind(id), no
	return model.WithActor(ctx, actor)
}

// Policy is what a brand asks of its staff's sign-in.
type Policy struct {
	RequireTOTP bool `json:"require_totp" doc:"Whoever has no second factor must set one up before anything else"`
}

// Policy is what the brand asks.
func (s *Service) Policy(ctx context.Context) (Policy, error) {
	var row model.StaffPolicy
	if err := s.db.Read(ctx).Take(&row).Error; err != nil && !database.IsNotFound(err) {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	return Policy{row.RequireTOTP}, nil
}

// SetPolicy changes what the brand asks.
func (s *Service) SetPolicy(ctx context.Context, p Policy) (Policy, error) {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.StaffPolicy{}).Where("1 = 1").Update("require_totp", p.RequireTOTP)
		if res.Error == nil && res.RowsAffected == 0 {
			res = tx.Create(&model.StaffPolicy{RequireTOTP: p.RequireTOTP})
		}
		if res.Error != nil {
			return fmt.Errorf("policy: %w", res.Error)
		}
		return trail.Write(ctx, tx, "staff.policy", trail.Subject{Kind: "policy"}, nil, p)
	})
	s.recent.forgetAll()
	return p, err
}
