package staff

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// longestLife bounds a token's life.
const longestLife = 366 * 24 * time.Hour

// TokenView is an access token without itself.
type TokenView struct {
	No         string       `json:"no"`
	Name       string       `json:"name" doc:"What it is for"`
	ExpiresAt  model.Millis `json:"expires_at" doc:"UTC milliseconds"`
	LastUsedAt model.Millis `json:"last_used_at,omitempty" doc:"UTC milliseconds, give or take an hour; absent while it has not been used"`
	CreatedAt  model.Millis `json:"created_at" doc:"UTC milliseconds"`
}

func tokenViewOf(t model.StaffToken) TokenView {
	return TokenView{t.No, t.Name, t.ExpiresAt, t.LastUsedAt, t.CreatedAt}
}

// TokenInput is a token to be made.
type TokenInput struct {
	Name string `json:"name" minLength:"1" maxLength:"64" doc:"What it is for"`
	Days int    `json:"days" minimum:"1" maximum:"366" doc:"For how long it is good"`
}

// NewToken is a token that was just made. It is shown this once.
type NewToken struct {
	TokenView
	Token string `json:"token" doc:"Send it as Authorization: Bearer. It is not shown again."`
}

// NewToken makes an access token for a member of staff. Errors: ErrStaffNotFound; ErrRequired, ErrTooLong at
// "name"; ErrOutOfRange at "days".
func (s *Service) NewToken(ctx context.Context, staffNo string, in TokenInput) (NewToken, error) {
	name, err := cleanName(in.Name)
	if err != nil {
		return NewToken{}, err
	}
	life := time.Duration(in.Days) * 24 * time.Hour
	if life <= 0 || life > longestLife {
		return NewToken{}, model.ErrOutOfRange.At("days").With("min", "1").With("max", "366")
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return NewToken{}, err
	}
	token := "hts_" + base64.RawURLEncoding.EncodeToString(secret)
	t := model.StaffToken{No: s.newNo(), Name: name, Hash: hashOf(token), ExpiresAt: s.now.Now().Add(life)}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		m, err := find(tx, staffNo)
		if err != nil {
			return err
		}
		row := t
		row.StaffID = m.ID
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("staff token: %w", err)
		}
		t.CreatedAt = row.CreatedAt
		return trail.Write(ctx, tx, "staff.token_new", subject(staffNo), nil, map[string]any{"token": t.No, "days": in.Days})
	})
	return NewToken{tokenViewOf(t), token}, err
}

// RevokeToken ends a token; ending it twice is no error. Errors: ErrStaffNotFound when there is none.
func (s *Service) RevokeToken(ctx context.Context, tokenNo string) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		var t model.StaffToken
		if err := tx.Where("no = ?", tokenNo).Take(&t).Error; database.IsNotFound(err) {
			return model.ErrStaffNotFound
		} else if err != nil {
			return fmt.Errorf("staff token %s: %w", tokenNo, err)
		}
		res := tx.Model(&model.StaffToken{}).Where("id = ? AND revoked_at = 0", t.ID).Update("revoked_at", s.now.Now())
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		return trail.Write(ctx, tx, "staff.token_revoke", trail.Subject{Kind: "token", No: tokenNo}, nil, nil)
	})
	s.recent.forgetAll()
	return err
}
