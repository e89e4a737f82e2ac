package staff

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

const (
	// SessionLife is how long a session lasts, whatever is done in it.
	SessionLife = 7 * 24 * time.Hour
	// sessionIdle is how long a session lasts in which nothing is done.
	sessionIdle = 12 * time.Hour
	// sessionUsedAgain is how often it is written down that a session is used.
	sessionUsedAgain = 5 * time.Minute
)

// cookieForm is every session's cookie: a prefix by which one that was published by mistake is recognised, and 256
// random bits.
var cookieForm = regexp.MustCompile(`^hsc_[A-Za-z0-9_-]{43}$`)

// Session is one that was just begun.
type Session struct {
	Who

	Cookie string // is told to the browser, and kept by nobody else
}

// secret is a new one with a prefix, such as hts_.
func secret(prefix string) (string, error) {
	bits := make([]byte, 32)
	if _, err := rand.Read(bits); err != nil {
		return "", err
	}
	return prefix + base64.RawURLEncoding.EncodeToString(bits), nil
}

// beginSession is the step that signs somebody in. ctx is of their brand, and they act.
func (s *Service) beginSession(ctx context.Context, tx *gorm.DB, m model.Staff, agent string) (Session, error) {
	cookie, err := secret("hsc_")
	if err != nil {
		return Session{}, err
	}
	now := s.now.Now()
	row := model.StaffSession{
		StaffID: m.ID, No: s.newNo(), Hash: hashOf(cookie), Address: model.ActorOf(ctx).Address, Agent: browser(agent),
		ExpiresAt: now.Add(SessionLife), LastUsedAt: now,
	}
	if err := tx.Create(&row).Error; err != nil {
		return Session{}, fmt.Errorf("session: %w", err)
	}
	if err := trail.Write(ctx, tx, "staff.sign_in", subject(m.No), nil, map[string]any{"session": row.No}); err != nil {
		return Session{}, err
	}
	w, err := findSession(tx, row.Hash)
	if err != nil {
		return Session{}, err
	}
	return Session{w.who(), cookie}, nil
}

// sessionRow is a session with whose it is.
type sessionRow struct {
	ID          int64
	BrandID     int64
	No          string
	Name        string
	Role        model.Role
	Email       string
	HasTOTP     bool `gorm:"column:has_totp"`
	RequireTOTP bool `gorm:"column:require_totp"`
	Session     string
	ExpiresAt   model.Millis
	LastUsedAt  model.Millis
}

func (r sessionRow) who() Who {
	return Who{
		BrandID: r.BrandID, No: r.No, Name: r.Name, Role: r.Role, Email: r.Email, HasTOTP: r.HasTOTP, Session: r.Session,
		MustTOTP: r.RequireTOTP && !r.HasTOTP, ExpiresAt: min(r.ExpiresAt, r.LastUsedAt.Add(sessionIdle)),
	}
}

func findSession(tx *gorm.DB, hash string) (row sessionRow, err error) {
	err = tx.Model(&model.StaffSession{}).
		Select("staff_sessions.id, staff.brand_id, staff.no, staff.name, staff.role, staff_sessions.no AS session, "+
			"staff_sessions.expires_at, staff_sessions.last_used_at, COALESCE(staff_policies.require_totp, 0) AS require_totp, "+loginColumns).
		Joins("JOIN staff ON staff.id = staff_sessions.staff_id AND staff.brand_id = staff_sessions.brand_id").
		Joins(joinLogin).
		Joins("LEFT JOIN staff_policies ON staff_policies.brand_id = staff.brand_id").
		Where("staff_sessions.hash = ? AND staff_sessions.ended_at = 0 AND staff.status = ?", hash, model.StaffActive).
		Take(&row).Error
	if database.IsNotFound(err) {
		return row, model.ErrUnauthorized
	}
	if err != nil {
		return row, fmt.Errorf("session: %w", err)
	}
	return row, nil
}

// loadSession finds a session by the hash of its cookie, and notes that it is used.
func (s *Service) loadSession(ctx context.Context, hash string) (Who, error) {
	row, err := findSession(s.db.Read(model.AcrossBrands(ctx)), hash)
	if err != nil {
		return Who{}, err
	}
	now := s.now.Now()
	if row.who().ExpiresAt > now && row.LastUsedAt <= now.Add(-sessionUsedAgain) {
		err := s.db.InTx(model.WithBrand(ctx, row.BrandID), func(tx *gorm.DB) error {
			return tx.Model(&model.StaffSession{}).Where("id = ? AND ended_at = 0 AND last_used_at < ?", row.ID, now).
				Update("last_used_at", now).Error
		})
		if err != nil {
			return Who{}, fmt.Errorf("session: %w", err)
		}
		row.LastUsedAt = now
	}
	return row.who(), nil
}

// SignOut ends the session that somebody is in.
func (s *Service) SignOut(ctx context.Context, sessionNo string) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.StaffSession{}).Where("no = ? AND ended_at = 0", sessionNo).Update("ended_at", s.now.Now())
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		return trail.Write(ctx, tx, "staff.sign_out", trail.Subject{Kind: "session", No: sessionNo}, nil, nil)
	})
	s.recent.forgetAll()
	return err
}

// browser is what a browser calls itself, in a few words: Firefox on Windows.
func browser(agent string) string {
	name := firstOf(agent, "", [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"MicroMessenger", "WeChat"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
	})
	on := firstOf(agent, "", [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Mac OS", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	})
	return strings.TrimSpace(strings.TrimSuffix(name+" · "+on, " · "))
}

func firstOf(text, otherwise string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(text, n[0]) {
			return n[1]
		}
	}
	return otherwise
}
