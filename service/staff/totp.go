package staff

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"image/png"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
)

const (
	// totpSeconds is for how long a code is shown: what every authenticator app takes for granted, as it does SHA-1 and
	// six digits.
	totpSeconds = 30
	// totpSkew is how many codes before and after the present one are taken: telephones' clocks are not exact.
	totpSkew = 1
	// RecoveryCodes is how many there are.
	RecoveryCodes = 10
)

var plainBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTP is a second factor that is being set up.
type NewTOTP struct {
	Secret string `json:"secret" doc:"To be typed into an authenticator app"`
	URI    string `json:"uri" doc:"The same as otpauth://, for a QR code"`
	QR     string `json:"qr" doc:"The QR code, a PNG as data: URL"`
}

// Recovery are the codes that replace those of the app, each once. They are shown this once.
type Recovery struct {
	Codes []string `json:"recovery_codes" doc:"Each replaces a code of the app once. They are not shown again."`
}

// BeginTOTP makes the secret of a second factor, which counts once ConfirmTOTP was given a code of it. Errors:
// ErrPasswordWrong, at "password"; ErrTOTPSet; ErrNoLogin; ErrRateLimited; ErrUnavailable.
func (s *Service) BeginTOTP(ctx context.Context, staffNo, password string) (NewTOTP, error) {
	l, err := s.ownLogin(ctx, staffNo)
	if err != nil {
		return NewTOTP{}, err
	}
	if err := s.provePassword(ctx, l, password, "password"); err != nil {
		return NewTOTP{}, err
	}
	bits := make([]byte, 20) // as RFC 4226 recommends
	if _, err := rand.Read(bits); err != nil {
		return NewTOTP{}, err
	}
	text := plainBase32.EncodeToString(bits)
	sealed, err := s.box.Seal(text, totpPlace(l.StaffID))
	if err != nil {
		return NewTOTP{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.StaffLogin{}).Where("id = ? AND totp_sealed IS NULL", l.ID).Update("totp_pending", sealed)
		if res.Error != nil {
			return fmt.Errorf("second factor: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrTOTPSet
		}
		return nil
	})
	if err != nil {
		return NewTOTP{}, err
	}
	return describeTOTP(l.Email, text)
}

func describeTOTP(email, secret string) (NewTOTP, error) {
	uri := "otpauth://totp/" + url.PathEscape("Hutong:"+email) + "?" +
		url.Values{"secret": {secret}, "issuer": {"Hutong"}, "digits": {"6"}, "period": {fmt.Sprint(totpSeconds)}}.Encode()
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return NewTOTP{}, err
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return NewTOTP{}, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return NewTOTP{}, err
	}
	return NewTOTP{secret, uri, "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())}, nil
}

// ConfirmTOTP makes the second factor count that BeginTOTP began, and ends the person's other sessions, which were begun
// without it. Errors: ErrTOTPNotBegun; ErrCodeWrong; ErrNoLogin; ErrRateLimited.
func (s *Service) ConfirmTOTP(ctx context.Context, staffNo, sessionNo, code string) (made Recovery, err error) {
	l, err := s.ownLogin(ctx, staffNo)
	if err != nil {
		return Recovery{}, err
	}
	if len(l.TOTPPending) == 0 || len(l.TOTPSealed) > 0 {
		return Recovery{}, model.ErrTOTPNotBegun
	}
	tried, err := s.begin(ctx, accountGuard, ownSubject(l))
	if err != nil {
		return Recovery{}, err
	}
	step, err := s.stepOf(l.StaffID, l.TOTPPending, code)
	if err != nil {
		return Recovery{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := s.passed(tx, tried); err != nil {
			return err
		}
		res := tx.Model(&model.StaffLogin{}).Where("id = ? AND totp_sealed IS NULL AND totp_pending = ?", l.ID, l.TOTPPending).
			Updates(map[string]any{"totp_sealed": l.TOTPPending, "totp_pending": nil, "totp_step": step})
		if res.Error != nil {
			return fmt.Errorf("second factor: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrTOTPNotBegun
		}
		if made.Codes, err = newRecoveryCodes(tx, l.StaffID); err != nil {
			return err
		}
		if err := s.endSessions(tx, l.StaffID, sessionNo); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "staff.totp_set", subject(staffNo), nil, nil)
	})
	s.recent.forgetAll()
	return made, err
}

// RemoveTOTP takes the second factor away. Errors: ErrPasswordWrong, at "password"; ErrCodeRequired, ErrCodeWrong;
// ErrTOTPNotBegun when there is none; ErrNoLogin; ErrRateLimited; ErrUnavailable.
func (s *Service) RemoveTOTP(ctx context.Context, staffNo, password, code string) error {
	l, err := s.ownLogin(ctx, staffNo)
	if err != nil {
		return err
	}
	if len(l.TOTPSealed) == 0 {
		return model.ErrTOTPNotBegun
	}
	if err := s.provePassword(ctx, l, password, "password"); err != nil {
		return err
	}
	tried, err := s.begin(ctx, accountGuard, ownSubject(l))
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := s.takeCode(tx, l, code); err != nil {
			return err
		}
		if err := s.passed(tx, tried); err != nil {
			return err
		}
		if err := forgetTOTP(tx, l.StaffID); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "staff.totp_remove", subject(staffNo), nil, nil)
	})
	s.recent.forgetAll()
	if errors.Is(err, model.ErrCodeRequired) {
		return errors.Join(err, s.uncount(ctx, tried))
	}
	return err
}

// takeCode is the step that checks the second factor of somebody who has one: a code of the app, or a recovery code.
// Each is taken once. Errors: ErrCodeRequired, ErrCodeWrong.
func (s *Service) takeCode(tx *gorm.DB, l model.StaffLogin, code string) error {
	if len(l.TOTPSealed) == 0 {
		return nil
	}
	code = cleanCode(code)
	if code == "" {
		return model.ErrCodeRequired
	}
	if len(code) != otp.DigitsSix.Length() {
		return s.takeRecoveryCode(tx, l.StaffID, code)
	}
	step, err := s.stepOf(l.StaffID, l.TOTPSealed, code)
	if err != nil {
		return err
	}
	res := tx.Model(&model.StaffLogin{}).Where("id = ? AND totp_step < ? AND totp_sealed = ?", l.ID, step, l.TOTPSealed).Update("totp_step", step)
	if res.Error != nil {
		return fmt.Errorf("second factor: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrCodeWrong
	}
	return nil
}

func (s *Service) takeRecoveryCode(tx *gorm.DB, staffID int64, code string) error {
	res := tx.Model(&model.StaffRecoveryCode{}).Where("staff_id = ? AND hash = ? AND used_at = 0", staffID, recoveryHash(staffID, code)).
		Update("used_at", s.now.Now())
	if res.Error != nil {
		return fmt.Errorf("recovery code: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrCodeWrong
	}
	return nil
}

// stepOf is the step of time that a code is of. Errors: ErrCodeWrong when it is of none that is near.
func (s *Service) stepOf(staffID int64, sealed []byte, code string) (int64, error) {
	secret, err := s.box.Open(sealed, totpPlace(staffID))
	if err != nil {
		return 0, err
	}
	code = cleanCode(code)
	now := s.now.Now().Time().Unix() / totpSeconds
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		if len(code) == otp.DigitsSix.Length() && hotp.Validate(code, uint64(step), secret) {
			return step, nil
		}
	}
	return 0, model.ErrCodeWrong
}

func totpPlace(staffID int64) string { return fmt.Sprintf("staff:%d/totp", staffID) }

// cleanCode is a code without what people put between its characters.
func cleanCode(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(code)))
}

func recoveryHash(staffID int64, code string) string {
	return hashOf(fmt.Sprintf("recovery %d %s", staffID, code))
}

// newRecoveryCodes is the step that makes them, in place of those there were.
func newRecoveryCodes(tx *gorm.DB, staffID int64) ([]string, error) {
	if err := tx.Where("staff_id = ?", staffID).Delete(&model.StaffRecoveryCode{}).Error; err != nil {
		return nil, fmt.Errorf("recovery codes: %w", err)
	}
	codes, rows := make([]string, RecoveryCodes), make([]*model.StaffRecoveryCode, RecoveryCodes)
	for i := range codes {
		bits := make([]byte, 10) // too many to be guessed from their hashes
		if _, err := rand.Read(bits); err != nil {
			return nil, err
		}
		c := plainBase32.EncodeToString(bits)
		rows[i] = &model.StaffRecoveryCode{StaffID: staffID, Hash: recoveryHash(staffID, c)}
		codes[i] = c[:4] + "-" + c[4:8] + "-" + c[8:12] + "-" + c[12:]
	}
	if err := tx.Create(rows).Error; err != nil {
		return nil, fmt.Errorf("recovery codes: %w", err)
	}
	return codes, nil
}

// forgetTOTP is the step that takes somebody's second factor away.
func forgetTOTP(tx *gorm.DB, staffID int64) error {
	err := tx.Model(&model.StaffLogin{}).Where("staff_id = ?", staffID).Updates(map[string]any{"totp_sealed": nil, "totp_pending": nil}).Error
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	if err := tx.Where("staff_id = ?", staffID).Delete(&model.StaffRecoveryCode{}).Error; err != nil {
		return fmt.Errorf("recovery codes: %w", err)
	}
	return nil
}
