package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"sync"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// tokenForm is every token's: a prefix by which one that was published by mistake is recognised, and 256
// random bits.
var tokenForm = regexp.MustCompile(`^hts_[A-Za-z0-9_-]{43}$`)

// TokenView is an access token without itself.
type TokenView struct {
	No        string       `json:"no"`
	Name      string       `json:"name" doc:"What it is for"`
	ExpiresAt model.Millis `json:"expires_at" doc:"UTC milliseconds"`
	CreatedAt model.Millis `json:"created_at" doc:"UTC milliseconds"`
}

func tokenViewOf(t model.StaffToken) TokenView {
	return TokenView{No: t.No, Name: t.Name, ExpiresAt: t.ExpiresAt, CreatedAt: t.CreatedAt}
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
		if t.RevokedAt != 0 {
			return nil
		}
		if err := tx.Model(&model.StaffToken{}).Where("id = ?", t.ID).Update("revoked_at", s.now.Now()).Error; err != nil {
			return fmt.Errorf("staff token %s: %w", tokenNo, err)
		}
		return trail.Write(ctx, tx, "staff.token_revoke", trail.Subject{Kind: "token", No: tokenNo}, nil, nil)
	})
	s.recent.forgetAll()
	return err
}

// Who is the member of staff a token belongs to.
type Who struct {
	BrandID   int64
	No        string
	Name      string
	Role      model.Role
	expiresAt model.Millis
}

// Authenticate tells whose token it is, of all brands. What it found is believed for five seconds: so long a
// token still works on other replicas after it was revoked. Errors: ErrUnauthorized for a token that is
// unknown, expired or revoked, or whose owner is suspended.
func (s *Service) Authenticate(ctx context.Context, token string) (Who, error) {
	if !tokenForm.MatchString(token) {
		return Who{}, model.ErrUnauthorized
	}
	hash := hashOf(token)
	now := s.now.Now()
	w, known := s.recent.get(hash)
	if !known {
		if err := s.load(ctx, hash, &w); err != nil {
			return Who{}, err
		}
		s.recent.set(hash, w)
	}
	if w.expiresAt <= now {
		return Who{}, model.ErrUnauthorized
	}
	return w, nil
}

// load finds a token by its hash: what is compared is no secret any more, so that time tells nothing.
func (s *Service) load(ctx context.Context, hash string, w *Who) error {
	var row struct {
		BrandID   int64
		No        string
		Name      string
		Role      model.Role
		ExpiresAt model.Millis
	}
	err := s.db.Read(model.AcrossBrands(ctx)).Model(&model.StaffToken{}).
		Select("staff.brand_id, staff.no, staff.name, staff.role, staff_tokens.expires_at").
		Joins("JOIN staff ON staff.id = staff_tokens.staff_id AND staff.brand_id = staff_tokens.brand_id").
		Where("staff_tokens.hash = ? AND staff_tokens.revoked_at = 0 AND staff.status = ?", hash, model.StaffActive).
		Take(&row).Error
	if database.IsNotFound(err) {
		return model.ErrUnauthorized
	}
	if err != nil {
		return fmt.Errorf("staff token: %w", err)
	}
	*w = Who{row.BrandID, row.No, row.Name, row.Role, row.ExpiresAt}
	return nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// believed is for how long a token's owner is not looked up again.
const believed = 5 * time.Second

// recent remembers whose the tokens are. Only tokens that exist get in, so it does not grow with guesses.
type recent struct {
	now  model.Clock
	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	who   Who
	until model.Millis
}

func newRecent(now model.Clock) *recent { return &recent{now: now, kept: map[string]kept{}} }

func (r *recent) get(hash string) (Who, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.kept[hash]
	return k.who, ok && r.now.Now() < k.until
}

func (r *recent) set(hash string, w Who) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[hash] = kept{w, r.now.Now().Add(believed)}
}

func (r *recent) forgetAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
}
