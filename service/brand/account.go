package brand

import (
	"context"
	"fmt"

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
	a := wechat.Account{
		BrandID: brandID, AppID: c.AppID, MchID: c.MchID, CertSerial: c.CertSerial,
		PublicKeyID: c.PublicKeyID, PublicKey: c.PublicKey,
	}
	for _, secret := range secrets(&c) {
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
	}
}

// place is where a secret belongs: another brand's, or another column's, does not open there.
func place(brandID int64, name string) string { return fmt.Sprintf("brand:%d/%s", brandID, name) }
