// Package staff knows who works for a brand and what they may do: people, who sign in with a password, and machines,
// which call with access tokens. The staff of model.Platform are those who run the installation.
package staff

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
	"hutong/service/seal"
)

// MaxName bounds the name of a member of staff and of a token, in characters.
const MaxName = 64

// Service has the use cases of staff. Methods work for the brand of ctx and act as its actor.
type Service struct {
	db        *database.DB
	box       *seal.Box
	now       model.Clock
	newNo     func() string
	recent    *recent
	hasher    *hasher
	publicURL string
}

// New makes the service. publicURL is where browsers see the console, for the links that it makes.
func New(db *database.DB, box *seal.Box, now model.Clock, newNo func() string, publicURL string) *Service {
	return &Service{db: db, box: box, now: now, newNo: newNo, recent: newRecent(now), hasher: newHasher(), publicURL: publicURL}
}

// View is a member of staff.
type View struct {
	No        string            `json:"no"`
	Name      string            `json:"name"`
	Email     string            `json:"email,omitempty" doc:"By which they sign in; absent of who has no password"`
	HasTOTP   bool              `json:"totp" doc:"They sign in with a second factor"`
	Role      model.Role        `json:"role" enum:"owner,operator,warehouse,finance,service,viewer"`
	Status    model.StaffStatus `json:"status" enum:"active,suspended"`
	CreatedAt model.Millis      `json:"created_at" doc:"UTC milliseconds"`
	Tokens    []TokenView       `json:"tokens" doc:"That are still good"`
}

func viewOf(m model.Staff) View {
	return View{No: m.No, Name: m.Name, Role: m.Role, Status: m.Status, CreatedAt: m.CreatedAt, Tokens: []TokenView{}}
}

func subject(no string) trail.Subject { return trail.Subject{Kind: "staff", No: no} }

// Input is somebody to be added.
type Input struct {
	Name string     `json:"name" minLength:"1" maxLength:"64"`
	Role model.Role `json:"role" enum:"owner,operator,warehouse,finance,service,viewer"`
}

// Add lets somebody work for the brand. Errors: ErrRequired, ErrTooLong at "name"; ErrNotOneOf at "role".
func (s *Service) Add(ctx context.Context, in Input) (View, error) {
	name, err := cleanName(in.Name)
	if err != nil {
		return View{}, err
	}
	if err := checkRole(in.Role); err != nil {
		return View{}, err
	}
	m := model.Staff{No: s.newNo(), Name: name, Role: in.Role, Status: model.StaffActive}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		row := m
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("staff: %w", err)
		}
		m.CreatedAt = row.CreatedAt
		return trail.Write(ctx, tx, "staff.add", subject(m.No), nil, map[string]any{"role": m.Role})
	})
	return viewOf(m), err
}

// List is everybody who works for the brand, or did, oldest first, with the tokens that are good.
func (s *Service) List(ctx context.Context) ([]View, error) {
	tx := s.db.Read(ctx)
	var all []model.Staff
	if err := tx.Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	var tokens []model.StaffToken
	if err := tx.Where("revoked_at = 0 AND expires_at > ?", s.now.Now()).Order("id").Find(&tokens).Error; err != nil {
		return nil, fmt.Errorf("staff tokens: %w", err)
	}
	var logins []model.StaffLogin
	if err := tx.Select("staff_id", "email", "totp_sealed").Find(&logins).Error; err != nil {
		return nil, fmt.Errorf("staff logins: %w", err)
	}
	views := make([]View, len(all))
	at := make(map[int64]int, len(all))
	for i, m := range all {
		views[i], at[m.ID] = viewOf(m), i
	}
	for _, l := range logins {
		if i, listed := at[l.StaffID]; listed {
			views[i].Email, views[i].HasTOTP = l.Email, len(l.TOTPSealed) > 0
		}
	}
	for _, t := range tokens {
		if i, listed := at[t.StaffID]; listed { // somebody may have been added meanwhile
			views[i].Tokens = append(views[i].Tokens, tokenViewOf(t))
		}
	}
	return views, nil
}

// Change is what may be changed of a member of staff; what is empty stays.
type Change struct {
	Role   model.Role        `json:"role,omitempty" enum:"owner,operator,warehouse,finance,service,viewer"`
	Status model.StaffStatus `json:"status,omitempty" enum:"active,suspended"`
}

// Change gives a member of staff another role, suspends them or lets them in again. Who stops being an active owner has
// the links withdrawn that they made. Errors: ErrStaffNotFound; ErrNotOneOf; ErrLastOwner when nobody would be left who may
// do everything.
func (s *Service) Change(ctx context.Context, no string, c Change) (View, error) {
	if c.Role != "" {
		if err := checkRole(c.Role); err != nil {
			return View{}, err
		}
	}
	if c.Status != "" && c.Status != model.StaffActive && c.Status != model.StaffSuspended {
		return View{}, model.ErrNotOneOf.At("status").With("values", "active, suspended")
	}
	var m model.Staff
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		owners, err := lockOwners(tx)
		if err != nil {
			return err
		}
		if m, err = find(tx.Clauses(forUpdate), no); err != nil {
			return err
		}
		before := map[string]any{"role": m.Role, "status": m.Status}
		was := m.Role == model.RoleOwner && m.Status == model.StaffActive
		if c.Role != "" {
			m.Role = c.Role
		}
		if c.Status != "" {
			m.Status = c.Status
		}
		stops := was && (m.Role != model.RoleOwner || m.Status != model.StaffActive)
		if stops && owners < 2 {
			return model.ErrLastOwner
		}
		after := map[string]any{"role": m.Role, "status": m.Status}
		if err := tx.Model(&model.Staff{}).Where("id = ?", m.ID).Updates(after).Error; err != nil {
			return fmt.Errorf("staff %s: %w", no, err)
		}
		if stops {
			if err := s.withdrawAll(ctx, tx, m.No); err != nil {
				return err
			}
		}
		if m.Status != model.StaffActive {
			if err := s.endSessions(tx, m.ID, ""); err != nil {
				return err
			}
		}
		return trail.Write(ctx, tx, "staff.change", subject(no), before, after)
	})
	s.recent.forgetAll()
	return viewOf(m), err
}

var forUpdate = clause.Locking{Strength: "UPDATE"}

// lockOwners counts those who may do everything, and keeps others from changing them until the transaction ends:
// two owners who demote each other at once must not both succeed.
func lockOwners(tx *gorm.DB) (int, error) {
	var ids []int64
	err := tx.Model(&model.Staff{}).Clauses(forUpdate).
		Where("role = ? AND status = ?", model.RoleOwner, model.StaffActive).Order("id").Pluck("id", &ids).Error
	if err != nil {
		return 0, fmt.Errorf("owners: %w", err)
	}
	return len(ids), nil
}

func find(tx *gorm.DB, no string) (m model.Staff, err error) {
	err = tx.Where("no = ?", no).Take(&m).Error
	if database.IsNotFound(err) {
		return m, model.ErrStaffNotFound
	}
	if err != nil {
		return m, fmt.Errorf("staff %s: %w", no, err)
	}
	return m, nil
}

func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", model.ErrRequired.At("name")
	case n > MaxName:
		return "", model.ErrTooLong.At("name").With("max", fmt.Sprint(MaxName))
	}
	return name, nil
}

func checkRole(r model.Role) error {
	for _, known := range model.Roles {
		if r == known {
			return nil
		}
	}
	return model.ErrNotOneOf.At("role").With("values", fmt.Sprint(model.Roles))
}
