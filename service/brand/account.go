package brand

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/wechat"
)

// account reads a brand's settings at WeChat and opens them. Errors: ErrWeChatSettings.
func (s *Service) account(ctx context.Context, brandID int64) (wechat.Account, error) {
	ctx = model.WithBrand(ctx, brandID)
	var c model.Credentials
	err := s.db.Read(ctx).Take(&c).Error
	if database.IsNotFound(err) {
		return wechat.Account{}, fmt.Errorf("brand %d has no credentials: %w", brandID, model.ErrWeChatSettings)
	}
	if err != nil {
		return wechat.Account{}, fmt.Errorf("credentials of brand %d: %w", brandID, err)
	}
	return s.open(brandID, c)
}

// open opens the settings. Errors: ErrWeChatSettings.
func (s *Service) open(brandID int64, c model.Credentials) (wechat.Account, error) {
	a := wechat.Account{
		BrandID: brandID, AppID: c.AppID, MchID: c.MchID, CertSerial: c.CertSerial,
		PublicKeyID: c.PublicKeyID, PublicKey: c.PublicKey,
	}
	for _, secret := range secrets(&c) {
		if len(*secret.sealed) == 0 { // of the push, which may be left out
			continue
		}
		plain, err := s.box.Open(*secret.sealed, place(brandID, secret.name))
		if err != nil {
			return wechat.Account{}, fmt.Errorf("%w: %w", model.ErrWeChatSettings, err)
		}
		*secret.in(&a) = plain
	}
	return a, nil
}

// secret is one sealed column of the credentials, and where it goes when it is opened.
type secret struct {
	name   string
	sealed *[]byte
	in     func(*wechat.Account) *string
}

func secrets(c *model.Credentials) []secret {
	return []secret{
		{"app_secret", &c.AppSecretSealed, func(a *wechat.Account) *string { return &a.AppSecret }},
		{"apiv3_key", &c.APIv3KeySealed, func(a *wechat.Account) *string { return &a.APIv3Key }},
		{"private_key", &c.PrivateKeySealed, func(a *wechat.Account) *string { return &a.PrivateKey }},
		{"push_token", &c.PushTokenSealed, func(a *wechat.Account) *string { return &a.PushToken }},
		{"push_key", &c.PushKeySealed, func(a *wechat.Account) *string { return &a.PushKey }},
	}
}

// place is where a secret belongs: another brand's, or another column's, does not open there.
func place(brandID int64, name string) string { return fmt.Sprintf("brand:%d/%s", brandID, name) }

// group is which secrets a change is about.
type group []string

var (
	miniSecrets     = group{"app_secret", "push_token", "push_key"}
	merchantSecrets = group{"apiv3_key", "private_key"}
)

func (s *Service) applyCredentials(tx *gorm.DB, brandID int64, w WeChat) error {
	c, first, err := credentialsOf(tx, brandID)
	if err != nil {
		return err
	}
	changed, err := s.sealSecrets(&c, brandID, w, "wechat.", slices.Concat(miniSecrets, merchantSecrets))
	if err != nil {
		return err
	}
	c.AppID, c.MchID, c.CertSerial = w.AppID, w.MchID, w.CertSerial
	c.Verification, c.PublicKeyID, c.PublicKey = w.Verification, w.PublicKeyID, w.PublicKey
	if err := s.mark(tx, changed); err != nil {
		return err
	}
	return writeCredentials(tx, c, first)
}

// credentialsOf reads a brand's credentials, and tells whether it has none yet. The brand's own row is locked by then.
func credentialsOf(tx *gorm.DB, brandID int64) (c model.Credentials, first bool, err error) {
	err = tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Take(&c).Error
	if database.IsNotFound(err) {
		return model.Credentials{}, true, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("credentials of brand %d: %w", brandID, err)
	}
	return c, false, nil
}

// Numbers are the mini program and the merchant that a brand has now: whoever is about to replace them is waited for.
func Numbers(tx *gorm.DB) (appID, mchID string, err error) {
	var c model.Credentials
	err = tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("app_id", "mch_id").Take(&c).Error
	if err != nil {
		return "", "", fmt.Errorf("credentials: %w", err)
	}
	return c.AppID, c.MchID, nil
}

func writeCredentials(tx *gorm.DB, c model.Credentials, first bool, unless ...unless) error {
	var err error
	if first {
		err = tx.Create(&c).Error
	} else {
		query := tx.Model(&model.Credentials{}).Where("id = ?", c.ID)
		for _, u := range unless {
			query = query.Where("NOT EXISTS ("+u.query+")", u.args...)
		}
		res := query.Updates(map[string]any{
			"app_id": c.AppID, "app_secret_sealed": c.AppSecretSealed, "mch_id": c.MchID,
			"apiv3_key_sealed": c.APIv3KeySealed, "cert_serial": c.CertSerial, "private_key_sealed": c.PrivateKeySealed,
			"verification": c.Verification, "public_key_id": c.PublicKeyID, "public_key": c.PublicKey,
			"push_token_sealed": c.PushTokenSealed, "push_key_sealed": c.PushKeySealed,
		})
		if err = res.Error; err == nil && res.RowsAffected == 0 {
			return model.ErrPaymentsOpen
		}
	}
	if database.IsDuplicate(err) {
		return model.Errs{model.ErrAppIDTaken.At("wechat.app_id").With("want", "a mini program that no other brand has")}
	}
	if err != nil {
		return fmt.Errorf("credentials of brand %d: %w", c.BrandID, err)
	}
	return nil
}

// unless is a question whose answer must be empty for a change to be made.
type unless struct {
	query string
	args  []any
}

// sealSecrets puts the secrets given into c, of these alone, and tells which are new. One that is left out
// stays, unless the number it belongs to changes: then it cannot be the right one. at stands before the names
// of fields.
func (s *Service) sealSecrets(c *model.Credentials, brandID int64, w WeChat, at string, of group) (changed []string, err error) {
	given := map[string]struct {
		plain      Secret
		sameNumber bool
		optional   bool
	}{
		"app_secret":  {w.AppSecret, c.AppID == w.AppID, false},
		"apiv3_key":   {w.APIv3Key, c.MchID == w.MchID, false},
		"private_key": {w.PrivateKey, c.MchID == w.MchID && c.CertSerial == w.CertSerial, false},
		"push_token":  {w.PushToken, c.AppID == w.AppID, true},
		"push_key":    {w.PushKey, c.AppID == w.AppID, true},
	}
	var errs model.Errs
	for _, secret := range secrets(c) {
		if !slices.Contains(of, secret.name) {
			continue
		}
		g := given[secret.name]
		if g.plain == "" {
			if g.optional {
				if !g.sameNumber {
					*secret.sealed = nil
				}
				continue
			}
			if !g.sameNumber || len(*secret.sealed) == 0 {
				errs = append(errs, model.ErrRequired.At(at+secret.name))
			}
			continue
		}
		if old, err := s.box.Open(*secret.sealed, place(brandID, secret.name)); err == nil && old == string(g.plain) {
			continue
		}
		if *secret.sealed, err = s.box.Seal(string(g.plain), place(brandID, secret.name)); err != nil {
			return nil, err
		}
		changed = append(changed, secret.name)
	}
	switch token, key := len(c.PushTokenSealed) > 0, len(c.PushKeySealed) > 0; { // one serves nothing without the other
	case key && !token:
		errs = append(errs, model.ErrRequired.At(at+"push_token"))
	case token && !key:
		errs = append(errs, model.ErrRequired.At(at+"push_key"))
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return changed, nil
}

// mark writes down since when the brand has these secrets.
func (s *Service) mark(tx *gorm.DB, names []string) error {
	for _, name := range names {
		res := tx.Model(&model.SecretMark{}).Where("secret = ?", name).Update("set_at", s.now.Now())
		err := res.Error
		if err == nil && res.RowsAffected == 0 {
			err = tx.Create(&model.SecretMark{Secret: name, SetAt: s.now.Now()}).Error
		}
		if err != nil {
			return fmt.Errorf("mark of %s: %w", name, err)
		}
	}
	return nil
}

// HasPush tells whether a brand has set up its mini program's message push here.
func (s *Service) HasPush(ctx context.Context, brandID int64) (bool, error) {
	a, err := s.account(ctx, brandID)
	return a.PushToken != "" && a.PushKey != "", err
}
