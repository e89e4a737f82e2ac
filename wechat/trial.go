package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hutong/model"
)

// Part is a part of an account that can be tried by itself.
type Part string

// The parts, in the order in which they are tried.
const (
	PartMiniProgram  Part = "mini_program"          // appid and AppSecret
	PartMerchant     Part = "merchant"              // merchant number, certificate serial, private key, and the form of the other keys
	PartCertificates Part = "platform_certificates" // the APIv3 key opens them; only where they are used
)

// Trial is what came of trying a part. Err carries no secret.
type Trial struct {
	Part Part
	Err  error
}

// Setting names what WeChat complains of.
type Setting string

// The settings.
const (
	SettingAppID       Setting = "app_id"
	SettingAppSecret   Setting = "app_secret"
	SettingAddresses   Setting = "allow_list"  // the IP allow-list of the mini program
	SettingPermissions Setting = "permissions" // the mini program's
	SettingMerchant    Setting = "mch_id"
	SettingSignature   Setting = "signature" // certificate serial or private key
	SettingBinding     Setting = "binding"   // of the appid to the merchant
)

// SettingError is ErrWeChatSettings where WeChat has said which setting it is.
type SettingError struct {
	Setting Setting
	err     error
}

// Error implements error.
func (e *SettingError) Error() string { return e.err.Error() }

// Unwrap gives what WeChat said.
func (e *SettingError) Unwrap() error { return e.err }

// naming is err with the setting that WeChat complains of, if it does.
func naming(s Setting, err error) error {
	if s == "" || !errors.Is(err, model.ErrWeChatSettings) {
		return err
	}
	return &SettingError{s, err}
}

// Check implements Client.
func (c *client) Check(ctx context.Context) error {
	for _, t := range c.try(ctx) {
		if t.Err != nil {
			return t.Err
		}
	}
	return nil
}

func (c *client) try(ctx context.Context) []Trial {
	trials := []Trial{{PartMiniProgram, c.tryMini(ctx)}, {PartMerchant, c.tryMerchant(ctx)}}
	if c.account.PublicKeyID == "" {
		trials = append(trials, Trial{PartCertificates, c.tryCertificates(ctx)})
	}
	return trials
}

func (c *client) tryMini(ctx context.Context) error {
	if _, err := c.tokens.fetch(ctx); err != nil {
		return fmt.Errorf("mini program: %w", err)
	}
	return nil
}

// tryMerchant asks for a payment that cannot exist, which takes a good signature.
func (c *client) tryMerchant(ctx context.Context) error {
	if _, err := c.Transaction(ctx, "HUTONG-CHECK"); err != nil && !errors.Is(err, model.ErrPayNotFound) {
		return fmt.Errorf("merchant number, certificate serial or private key: %w", err)
	}
	return nil
}

func (c *client) tryCertificates(ctx context.Context) error {
	if err := c.certificates.fetch(ctx); err != nil {
		return fmt.Errorf("APIv3 key or platform certificates: %w", err)
	}
	return nil
}

// Try implements Platform.
func (s *SDK) Try(ctx context.Context, a Account) []Trial {
	if s.bad != nil {
		return []Trial{{PartMiniProgram, s.bad}}
	}
	c := &client{sdk: s, account: a, mark: a.fingerprint()}
	trials := make([]Trial, 0, 3)
	err := c.openMini()
	if err == nil {
		err = c.tryMini(ctx)
	}
	trials = append(trials, Trial{PartMiniProgram, err})
	if err := c.openPay(); err != nil {
		return append(trials, Trial{PartMerchant, err})
	}
	trials = append(trials, Trial{PartMerchant, c.tryMerchant(ctx)})
	if a.PublicKeyID == "" {
		trials = append(trials, Trial{PartCertificates, c.tryCertificates(ctx)})
	}
	return trials
}

// Simulated implements Platform.
func (s *SDK) Simulated() bool { return s.o.PayBase != "" }

// clockPatience bounds a look at WeChat's clock.
const clockPatience = 15 * time.Second

// Skew implements Platform. Signatures carry the machine's own time, so it is that which is compared.
func (s *SDK) Skew(ctx context.Context) (time.Duration, error) {
	if s.bad != nil {
		return 0, s.bad
	}
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, s.pay.String()+"/", http.NoBody)
	if err != nil {
		return 0, err
	}
	sent := time.Now()
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", model.ErrWeChatBusy, err)
	}
	defer answer.Body.Close()
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return 0, fmt.Errorf("%w: it tells no time", model.ErrWeChat)
	}
	now := time.Now()
	return now.Add(-now.Sub(sent) / 2).Sub(theirs).Round(time.Second), nil
}
