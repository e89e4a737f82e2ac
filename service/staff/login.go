package staff

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// SetLogin gives a member of staff an e-mail address and a password, in place of those there were: for whoever runs the
// program, which proves more than any password. All sessions end. Errors: ErrStaffNotFound; ErrEmailTaken, ErrInvalid at
// "email"; what checkPassword finds, at "password".
func (s *Service) SetLogin(ctx context.Context, staffNo, email, password string) error {
	email = cleanEmail(email)
	if err := checkEmail(email); err != nil {
		return err
	}
	m, about, err := s.about(ctx, staffNo, email)
	if err != nil {
		return err
	}
	if err := checkPassword(password, "password", about...); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.StaffLogin{}).Where("staff_id = ?", m.ID).
			Updates(map[string]any{"email": email, "password_hash": hash})
		if res.Error == nil && res.RowsAffected == 0 {
			res = tx.Create(&model.StaffLogin{StaffID: m.ID, Email: email, PasswordHash: hash})
		}
		if err := emailFree(res.Error); err != nil {
			return err
		}
		if err := s.endSessions(tx, m.ID, ""); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "staff.password_set", subject(m.No), nil, nil)
	})
	s.recent.forgetAll()
	return err
}

// emailFree is err in the model's words, when it says that an address is somebody's.
func emailFree(err error) error {
	switch {
	case err == nil:
		return nil
	case database.IsDuplicate(err):
		return model.ErrEmailTaken.At("email")
	}
	return fmt.Errorf("staff login: %w", err)
}
