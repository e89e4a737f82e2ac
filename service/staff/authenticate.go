package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"sync"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// tokenForm is every token's: a prefix by which one that was published by mistake is recognised, and 256
// random bits.
var tokenForm = regexp.MustCompile(`^hts_[A-Za-z0-9_-]{43}$`)

// Who is the member of staff that a token or a session belongs to.
type Who struct {
	BrandID int64 // or model.Platform
	No      string
	Name    string
	Role    model.Role
	Email   string // "" of who has none
	HasTOTP bool
	// Session is the number of the session; "" with a token.
	Session string
	// MustTOTP says that the brand asks for a second factor and this person, in a session, has none.
	MustTOTP bool
	// ExpiresAt is when the session or the token ends; a session that is used lasts longer, up to its whole life.
	ExpiresAt model.Millis
}

// Authenticate tells whose token it is, of all brands. What it found is believed for five seconds: so long a
// token still works on other replicas after it was revoked. Errors: ErrUnauthorized for a token that is
// unknown, expired or revoked, or whose owner is suspended.
func (s *Service) Authenticate(ctx context.Context, token string) (Who, error) {
	if !tokenForm.MatchString(token) {
		return Who{}, model.ErrUnauthorized
	}
	hash := hashOf(token)
	w, known, changes := s.recent.get(hash)
	if !known {
		var err error
		if w, err = s.load(ctx, hash); err != nil {
			return Who{}, err
		}
		s.recent.set(hash, w, changes)
	}
	if w.ExpiresAt <= s.now.Now() {
		return Who{}, model.ErrUnauthorized
	}
	return w, nil
}

// AuthenticateSession tells who is signed in with a cookie, as Authenticate does for a token. Errors:
// ErrUnauthorized for a session that is unknown, has ended, or is somebody's who is suspended; ErrSessionExpired for
// one whose time is over.
func (s *Service) AuthenticateSession(ctx context.Context, cookie string) (Who, error) {
	if !cookieForm.MatchString(cookie) {
		return Who{}, model.ErrUnauthorized
	}
	hash := hashOf(cookie)
	w, known, changes := s.recent.get(hash)
	if !known {
		var err error
		if w, err = s.loadSession(ctx, hash); err != nil {
			return Who{}, err
		}
		s.recent.set(hash, w, changes)
	}
	if w.ExpiresAt <= s.now.Now() {
		return Who{}, model.ErrSessionExpired
	}
	return w, nil
}

// load finds a token by its hash, and notes that it was used: what is compared is no secret any more, so that
// time tells nothing.
func (s *Service) load(ctx context.Context, hash string) (Who, error) {
	var row struct {
		ID         int64
		BrandID    int64
		No         string
		Name       string
		Role       model.Role
		Email      string
		HasTOTP    bool `gorm:"column:has_totp"`
		ExpiresAt  model.Millis
		LastUsedAt model.Millis
	}
	err := s.db.Read(model.AcrossBrands(ctx)).Model(&model.StaffToken{}).
		Select("staff_tokens.id, staff.brand_id, staff.no, staff.name, staff.role, staff_tokens.expires_at, staff_tokens.last_used_at, "+loginColumns).
		Joins("JOIN staff ON staff.id = staff_tokens.staff_id AND staff.brand_id = staff_tokens.brand_id").
		Joins("LEFT "+joinLogin).
		Where("staff_tokens.hash = ? AND staff_tokens.revoked_at = 0 AND staff.status = ?", hash, model.StaffActive).
		Take(&row).Error
	if database.IsNotFound(err) {
		return Who{}, model.ErrUnauthorized
	}
	if err != nil {
		return Who{}, fmt.Errorf("staff token: %w", err)
	}
	now := s.now.Now()
	if row.ExpiresAt > now && row.LastUsedAt <= now.Add(-usedAgain) {
		if err := s.used(model.WithBrand(ctx, row.BrandID), row.ID, now); err != nil {
			return Who{}, err
		}
	}
	return Who{
		BrandID: row.BrandID, No: row.No, Name: row.Name, Role: row.Role, Email: row.Email, HasTOTP: row.HasTOTP,
		ExpiresAt: row.ExpiresAt,
	}, nil
}

const (
	loginColumns = "COALESCE(staff_logins.email, '') AS email, staff_logins.totp_sealed IS NOT NULL AS has_totp"
	joinLogin    = "JOIN staff_logins ON staff_logins.staff_id = staff.id AND staff_logins.brand_id = staff.brand_id"
)

// usedAgain is how often it is written down that a token is used.
const usedAgain = time.Hour

func (s *Service) used(ctx context.Context, tokenID int64, now model.Millis) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		err := tx.Model(&model.StaffToken{}).Where("id = ? AND last_used_at < ?", tokenID, now).
			Update("last_used_at", now).Error
		if err != nil {
			return fmt.Errorf("staff token %d: %w", tokenID, err)
		}
		return nil
	})
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

const (
	// believed is for how long the owner of a token or a session is not looked up again.
	believed = 5 * time.Second
	// remembered bounds how many are; then all are looked up again.
	remembered = 4096
)

// recent remembers whose the tokens and sessions are. Only those that exist get in, so it does not grow with guesses.
type recent struct {
	now     model.Clock
	mu      sync.Mutex
	kept    map[string]kept
	changes int64 // how often all was forgotten
}

type kept struct {
	who   Who
	until model.Millis
}

func newRecent(now model.Clock) *recent { return &recent{now: now, kept: map[string]kept{}} }

func (r *recent) get(hash string) (w Who, known bool, changes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.kept[hash]
	return k.who, ok && r.now.Now() < k.until, r.changes
}

// set keeps what was looked up after get, unless something has changed since: it may be older than the change.
func (r *recent) set(hash string, w Who, changes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes == changes {
		if len(r.kept) >= remembered {
			clear(r.kept)
		}
		r.kept[hash] = kept{w, r.now.Now().Add(believed)}
	}
}

func (r *recent) forgetAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
	r.changes++
}
