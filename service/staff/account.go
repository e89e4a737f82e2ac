package staff

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// SessionView is a browser in which somebody is signed in.
type SessionView struct {
	No         string       `json:"no"`
	Address    string       `json:"address" doc:"Network address that it was begun from"`
	Agent      string       `json:"agent" doc:"The browser, in a few words"`
	CreatedAt  model.Millis `json:"created_at" doc:"UTC milliseconds"`
	LastUsedAt model.Millis `json:"last_used_at" doc:"UTC milliseconds, give or take five minutes"`
	ExpiresAt  model.Millis `json:"expires_at" doc:"UTC milliseconds; sooner when it is not used for twelve hours"`
	Current    bool         `json:"current" doc:"This is the one you are in"`
}

// Sessions are the browsers in which a member of staff is signed in, the newest first. Errors: ErrStaffNotFound.
func (s *Service) Sessions(ctx context.Context, staffNo, current string) ([]SessionView, error) {
	tx := s.db.Read(ctx)
	m, err := find(tx, staffNo)
	if err != nil {
		return nil, err
	}
	now := s.now.Now()
	var rows []model.StaffSession
	err = tx.Where("staff_id = ? AND ended_at = 0 AND expires_at > ? AND last_used_at > ?", m.ID, now, now.Add(-sessionIdle)).
		Order("id DESC").Limit(100).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	views := make([]SessionView, len(rows))
	for i, r := range rows {
		views[i] = SessionView{r.No, r.Address, r.Agent, r.CreatedAt, r.LastUsedAt, min(r.ExpiresAt, r.LastUsedAt.Add(sessionIdle)), r.No == current}
	}
	return views, nil
}

// EndSession ends one of a member of staff's sessions. Errors: ErrStaffNotFound, ErrSessionNotFound.
func (s *Service) EndSession(ctx context.Context, staffNo, sessionNo string) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		m, err := find(tx, staffNo)
		if err != nil {
			return err
		}
		res := tx.Model(&model.StaffSession{}).Where("no = ? AND staff_id = ? AND ended_at = 0", sessionNo, m.ID).
			Update("ended_at", s.now.Now())
		if res.Error != nil {
			return fmt.Errorf("session %s: %w", sessionNo, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrSessionNotFound
		}
		return trail.Write(ctx, tx, "staff.session_end", trail.Subject{Kind: "session", No: sessionNo}, nil, nil)
	})
	s.recent.forgetAll()
	return err
}

// EndSessions ends all of a member of staff's sessions but one, or all when but is "". Errors: ErrStaffNotFound.
func (s *Service) EndSessions(ctx context.Context, staffNo, but string) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		m, err := find(tx, staffNo)
		if err != nil {
			return err
		}
		if err := s.endSessions(tx, m.ID, but); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "staff.sessions_end", subject(staffNo), nil, nil)
	})
	s.recent.forgetAll()
	return err
}

// endSessions is the step that ends somebody's sessions, but for one.
func (s *Service) endSessions(tx *gorm.DB, staffID int64, but string) error {
	err := tx.Model(&model.StaffSession{}).Where("staff_id = ? AND ended_at = 0 AND no <> ?", staffID, but).
		Update("ended_at", s.now.Now()).Error
	if err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return nil
}

// Rename gives a member of staff another name. What it is called is nobody's but theirs to say. Errors: ErrRequired,
// ErrTooLong at "name"; ErrStaffNotFound.
func (s *Service) Rename(ctx context.Context, staffNo, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		m, err := find(tx, staffNo)
		if err != nil {
			return err
		}
		if err := tx.Model(&model.Staff{}).Where("id = ?", m.ID).Update("name", name).Error; err != nil {
			return fmt.Errorf("staff %s: %w", staffNo, err)
		}
		return trail.Write(ctx, tx, "staff.rename", subject(staffNo), nil, nil) // the log only grows, and keeps no names
	})
	s.recent.forgetAll()
	return err
}

// ChangePassword gives somebody another password, ends all their sessions and begins a new one. Errors:
// ErrPasswordWrong, at "current"; what checkPassword finds, at "password"; ErrNoLogin; ErrRateLimited;
// ErrUnavailable.
func (s *Service) ChangePassword(ctx context.Context, staffNo, current, password, agent string) (made Session, err error) {
	l, err := s.ownLogin(ctx, staffNo)
	if err != nil {
		return Session{}, err
	}
	if err := s.provePassword(ctx, l, current, "current"); err != nil {
		return Session{}, err
	}
	m, about, err := s.about(ctx, staffNo, l.Email)
	if err != nil {
		return Session{}, err
	}
	if err := checkPassword(password, "password", about...); err != nil {
		return Session{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.StaffLogin{}).Where("id = ? AND password_hash = ?", l.ID, l.PasswordHash).Update("password_hash", hash)
		if res.Error != nil {
			return fmt.Errorf("password: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrPasswordWrong.At("current")
		}
		if err := s.endSessions(tx, m.ID, ""); err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, "staff.password_change", subject(m.No), nil, nil); err != nil {
			return err
		}
		made, err = s.beginSession(ctx, tx, m, agent)
		return err
	})
	s.recent.forgetAll()
	return made, err
}

// about is a member of staff, with the words that a password of theirs must not consist of.
func (s *Service) about(ctx context.Context, staffNo, email string) (m model.Staff, words []string, err error) {
	if m, err = find(s.db.Read(ctx), staffNo); err != nil {
		return m, nil, err
	}
	words, err = s.words(ctx, m.Name, email)
	return m, words, err
}

// words are those that a password must not consist of: name, address, brand.
func (s *Service) words(ctx context.Context, name, email string) ([]string, error) {
	words := []string{email, name, "hutong"}
	id, ok := model.BrandID(ctx)
	if !ok || id == model.Platform {
		return words, nil
	}
	var b model.Brand
	if err := s.db.Read(ctx).Where("id = ?", id).Take(&b).Error; err != nil {
		return nil, fmt.Errorf("brand %d: %w", id, err)
	}
	words = append(words, b.Slug)
	for _, n := range b.Name {
		words = append(words, n)
	}
	return words, nil
}

// ownLogin is how a member of staff signs in. Errors: ErrStaffNotFound, ErrNoLogin.
func (s *Service) ownLogin(ctx context.Context, staffNo string) (l model.StaffLogin, err error) {
	tx := s.db.Read(ctx)
	m, err := find(tx, staffNo)
	if err != nil {
		return l, err
	}
	err = tx.Where("staff_id = ?", m.ID).Take(&l).Error
	if database.IsNotFound(err) {
		return l, model.ErrNoLogin
	}
	if err != nil {
		return l, fmt.Errorf("staff login: %w", err)
	}
	return l, nil
}

// provePassword wants the present password of somebody who is signed in: who has found a browser open must not become
// its owner. Errors: ErrPasswordWrong, at field; ErrRateLimited; ErrUnavailable.
func (s *Service) provePassword(ctx context.Context, l model.StaffLogin, password, field string) error {
	tried, err := s.begin(ctx, accountGuard, ownSubject(l))
	if err != nil {
		return err
	}
	right, _, err := s.hasher.verify(ctx, l.PasswordHash, password)
	if err != nil {
		return err
	}
	if !right {
		return model.ErrPasswordWrong.At(field)
	}
	return s.uncount(ctx, tried)
}

// uncount takes back the count of an attempt that was no failure.
func (s *Service) uncount(ctx context.Context, a attempt) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error { return s.passed(tx, a) })
}

// ownSubject is what the failures of somebody who is signed in are counted by. It is not that of signing in: whoever
// guesses there must not keep them from changing their password.
func ownSubject(l model.StaffLogin) string { return fmt.Sprintf("own %d", l.ID) }
