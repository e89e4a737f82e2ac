package staff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// MaxEmail bounds an e-mail address, in bytes.
const MaxEmail = 254

// SignIn is what somebody signs in with.
type SignIn struct {
	Brand    string `json:"brand" maxLength:"31" doc:"Name of the shop in addresses; empty for an administrator of the platform" example:"casa-lido"`
	Email    string `json:"email" maxLength:"254" example:"owner@casa-lido.example"`
	Password string `json:"password" maxLength:"512"`
	Code     string `json:"code,omitempty" maxLength:"32" doc:"Of the authenticator app, or a recovery code; needed when the answer is code_required"`
}

// SignIn begins a session; agent is the browser's header. Whether it is the brand, the address or the password that is
// wrong, or whether somebody is suspended, the answer and its time are the same. Errors: ErrSignInRefused;
// ErrCodeRequired, ErrCodeWrong; ErrRateLimited after too many failures, even with the right password; ErrUnavailable.
func (s *Service) SignIn(ctx context.Context, in SignIn, agent string) (Session, error) {
	slug, email := strings.ToLower(strings.TrimSpace(in.Brand)), cleanEmail(in.Email)
	tried, err := s.beginSignIn(ctx, slug, email)
	if err != nil {
		return Session{}, err
	}
	brandID, err := s.brandOf(ctx, slug)
	if err != nil {
		return Session{}, err
	}
	l, m, err := s.loginOf(model.WithBrand(ctx, brandID), email)
	if err != nil {
		return Session{}, err
	}
	right, stale, err := s.hasher.verify(ctx, l.PasswordHash, in.Password)
	if err != nil {
		return Session{}, errors.Join(err, s.takeBack(ctx, tried))
	}
	ctx = model.WithBrand(ctx, brandID)
	if !right || m.Status != model.StaffActive {
		return Session{}, s.failed(ctx, tried, model.ErrSignInRefused)
	}
	var fresh string // the same password, at the present cost
	if stale {
		if fresh, err = s.hasher.hash(ctx, in.Password); err != nil {
			return Session{}, err
		}
	}
	actor := model.ActorOf(ctx)
	actor.Kind, actor.No = actorKind(brandID), m.No
	return s.comeIn(model.WithActor(ctx, actor), tried, l, m, in.Code, agent, fresh)
}

// comeIn is the end of signing in, once the password was right.
func (s *Service) comeIn(ctx context.Context, tried tried, l model.StaffLogin, m model.Staff, code, agent, fresh string) (made Session, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) (err error) {
		if err := s.takeCode(tx, l, code); err != nil {
			return err
		}
		// The password that was right may have been changed meanwhile, or a second factor set, and all sessions ended: none
		// begins after that.
		res := tx.Model(&model.StaffLogin{}).
			Where("id = ? AND password_hash = ? AND (totp_sealed IS NULL) = ?", l.ID, l.PasswordHash, len(l.TOTPSealed) == 0).
			Update("password_hash", cmp.Or(fresh, l.PasswordHash))
		if res.Error != nil {
			return fmt.Errorf("password: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrSignInRefused
		}
		if err := s.passed(tx, tried.address); err != nil {
			return err
		}
		if err := forgiven(tx, tried.account); err != nil {
			return err
		}
		made, err = s.beginSession(ctx, tx, m, agent)
		return err
	})
	switch {
	case errors.Is(err, model.ErrCodeRequired):
		return Session{}, errors.Join(err, s.takeBack(ctx, tried))
	case errors.Is(err, model.ErrCodeWrong), errors.Is(err, model.ErrSignInRefused):
		return Session{}, s.failed(ctx, tried, err)
	}
	return made, err
}

// tried are the two counts of one attempt to sign in.
type tried struct{ address, account attempt }

func (s *Service) beginSignIn(ctx context.Context, slug, email string) (t tried, err error) {
	if t.address, err = s.begin(ctx, addressGuard, "address "+network(model.ActorOf(ctx).Address)); err != nil {
		return t, err
	}
	t.account, err = s.begin(ctx, accountGuard, accountSubject(slug, email))
	return t, err
}

// accountSubject is what the failures to sign in at an account are counted by, whether there is one or not.
func accountSubject(slug, email string) string { return "account " + slug + " " + email }

// takeBack uncounts an attempt that was no failure.
func (s *Service) takeBack(ctx context.Context, t tried) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := s.passed(tx, t.address); err != nil {
			return err
		}
		return s.passed(tx, t.account)
	})
}

// failed is the end of an attempt that stays counted. That an account is locked from now on is told in its brand's
// audit log, whether the account exists or not: the time that takes would tell.
func (s *Service) failed(ctx context.Context, t tried, refusal error) error {
	if t.account.until == 0 {
		return refusal
	}
	if _, ok := model.BrandID(ctx); !ok {
		return refusal
	}
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "staff.sign_in_locked", trail.Subject{Kind: "account", No: t.account.subject[:16]}, nil,
			map[string]any{"until": t.account.until})
	})
	if err != nil {
		return err
	}
	return refusal
}

// brandOf is the id of a brand by its slug; 0 for none.
func (s *Service) brandOf(ctx context.Context, slug string) (id int64, err error) {
	if slug == "" {
		return model.Platform, nil
	}
	err = s.db.Read(ctx).Model(&model.Brand{}).Where("slug = ?", slug).Select("id").Take(&id).Error
	if database.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("brand: %w", err)
	}
	return id, nil
}

// loginOf finds an account by its address. Where there is none, both are empty, after as many queries.
func (s *Service) loginOf(ctx context.Context, email string) (l model.StaffLogin, m model.Staff, err error) {
	if _, ok := model.BrandID(ctx); !ok {
		return l, m, nil
	}
	tx := s.db.Read(ctx)
	if err := tx.Where("email = ?", email).Take(&l).Error; err != nil && !database.IsNotFound(err) {
		return l, m, fmt.Errorf("staff login: %w", err)
	}
	if err := tx.Where("id = ?", l.StaffID).Take(&m).Error; err != nil && !database.IsNotFound(err) {
		return l, m, fmt.Errorf("staff %d: %w", l.StaffID, err)
	}
	return l, m, nil
}

func actorKind(brandID int64) model.ActorKind {
	if brandID == model.Platform {
		return model.ActorAdministrator
	}
	return model.ActorStaff
}

// cleanEmail is an address as it is kept and looked up.
func cleanEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkEmail tells whether an address can be one. Errors, at "email": ErrRequired, ErrTooLong, ErrInvalid.
func checkEmail(email string) error {
	switch a, err := mail.ParseAddress(email); {
	case email == "":
		return model.ErrRequired.At("email")
	case len(email) > MaxEmail:
		return model.ErrTooLong.At("email").With("max", fmt.Sprint(MaxEmail))
	case err != nil || a.Name != "" || a.Address != email:
		return model.ErrInvalid.At("email")
	}
	return nil
}
