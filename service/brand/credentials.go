package brand

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// MiniProgram is a brand's mini program, as its staff set it. Secrets go in and never come out.
type MiniProgram struct {
	AppID     string `json:"app_id" minLength:"18" maxLength:"18" doc:"wx and 16 letters and digits" example:"wx0123456789abcdef"`
	AppSecret Secret `json:"app_secret,omitempty" writeOnly:"true" maxLength:"128" doc:"Left out: stays, as long as app_id does"`
	PushToken Secret `json:"push_token,omitempty" writeOnly:"true" maxLength:"32" doc:"Of the message push: 3 to 32 letters and digits. Left out: stays, as long as app_id does"`
	PushKey   Secret `json:"push_key,omitempty" writeOnly:"true" maxLength:"43" doc:"Its EncodingAESKey: 43 letters and digits. Left out: stays, as long as app_id does"`
	Replace   bool   `json:"replace,omitempty" doc:"Another mini program is meant, though customers have signed in to the present one"`
}

// Merchant is a brand's merchant at WeChat Pay, as its staff set it. Secrets go in and never come out.
type Merchant struct {
	MchID        string                `json:"mch_id" minLength:"8" maxLength:"10" example:"1900000109"`
	APIv3Key     Secret                `json:"apiv3_key,omitempty" writeOnly:"true" maxLength:"32" doc:"32 characters. Left out: stays, as long as mch_id does"`
	CertSerial   string                `json:"cert_serial" minLength:"8" maxLength:"64" doc:"Serial number of the merchant's API certificate"`
	PrivateKey   Secret                `json:"private_key,omitempty" writeOnly:"true" maxLength:"8192" doc:"Content of apiclient_key.pem. Left out: stays, as long as mch_id and cert_serial do"`
	Verification model.PayVerification `json:"verification" enum:"public_key,platform_certificate" doc:"How WeChat Pay's own signatures are checked"`
	PublicKeyID  string                `json:"public_key_id,omitempty" maxLength:"64" doc:"PUB_KEY_ID_…, with public_key"`
	PublicKey    string                `json:"public_key,omitempty" maxLength:"8192" doc:"Content of pub_key.pem, with public_key. Left out: stays, as long as public_key_id does"`
	Replace      bool                  `json:"replace,omitempty" doc:"Another merchant is meant, though the present one has been paid"`
}

// CredentialsView tells what a brand has at WeChat, and of its secrets only that they are there.
type CredentialsView struct {
	MiniProgram MiniProgramView `json:"mini_program"`
	Merchant    MerchantView    `json:"merchant"`
}

// MiniProgramView is a mini program without its secrets.
type MiniProgramView struct {
	AppID     string     `json:"app_id,omitempty"`
	AppSecret SecretView `json:"app_secret"`
	PushToken SecretView `json:"push_token"`
	PushKey   SecretView `json:"push_key"`
	PushPath  string     `json:"push_path" doc:"Where WeChat's message push is to be sent, below this server's address"`
}

// MerchantView is a merchant without its secrets.
type MerchantView struct {
	MchID                string                `json:"mch_id,omitempty"`
	APIv3Key             SecretView            `json:"apiv3_key"`
	CertSerial           string                `json:"cert_serial,omitempty"`
	PrivateKey           SecretView            `json:"private_key"`
	Verification         model.PayVerification `json:"verification,omitempty" enum:"public_key,platform_certificate"`
	PublicKeyID          string                `json:"public_key_id,omitempty"`
	PublicKeyFingerprint string                `json:"public_key_fingerprint,omitempty" doc:"SHA-256 of WeChat Pay's public key, the first 16 digits"`
}

// SecretView is a secret that is not shown.
type SecretView struct {
	Set         bool         `json:"set"`
	Since       model.Millis `json:"since,omitempty" doc:"UTC milliseconds"`
	EndsWith    string       `json:"ends_with,omitempty" doc:"Its last four characters, to tell it from another; not of a short one"`
	Fingerprint string       `json:"fingerprint,omitempty" doc:"Of a private key: SHA-256 of its public half, the first 16 digits"`
}

// Credentials tells what the brand that ctx carries has at WeChat.
func (s *Service) Credentials(ctx context.Context) (CredentialsView, error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return CredentialsView{}, database.ErrNoBrand
	}
	b, err := s.ByID(ctx, brandID)
	if err != nil {
		return CredentialsView{}, err
	}
	tx := s.db.Read(ctx)
	var c model.Credentials
	if err := tx.Take(&c).Error; err != nil && !database.IsNotFound(err) {
		return CredentialsView{}, fmt.Errorf("credentials: %w", err)
	}
	var marks []model.SecretMark
	if err := tx.Find(&marks).Error; err != nil {
		return CredentialsView{}, fmt.Errorf("marks of secrets: %w", err)
	}
	since := map[string]model.Millis{}
	for _, m := range marks {
		since[m.Secret] = m.SetAt
	}
	views := map[string]SecretView{}
	for _, secret := range secrets(&c) {
		if len(*secret.sealed) == 0 {
			continue
		}
		v := SecretView{Set: true, Since: since[secret.name]}
		if v.Since == 0 { // set before marks were kept
			v.Since = c.UpdatedAt
		}
		plain, err := s.box.Open(*secret.sealed, place(brandID, secret.name))
		switch { // one that cannot be opened is found by the check
		case err != nil:
		case secret.name == "private_key":
			v.Fingerprint = privateFingerprint(plain)
		default:
			v.EndsWith = ending(plain)
		}
		views[secret.name] = v
	}
	return CredentialsView{
		MiniProgramView{c.AppID, views["app_secret"], views["push_token"], views["push_key"], "/callbacks/" + b.Slug + "/wechat"},
		MerchantView{c.MchID, views["apiv3_key"], c.CertSerial, views["private_key"], c.Verification, c.PublicKeyID, fingerprint(c.PublicKey)},
	}, nil
}

// ending is as much of a secret as tells it from another: nothing of one so short that it would be half of it.
func ending(secret string) string {
	const shown, longEnough = 4, 16
	if len(secret) < longEnough {
		return ""
	}
	return secret[len(secret)-shown:]
}

// fingerprint is the beginning of the SHA-256 of what a PEM block holds; "" of what is none.
func fingerprint(text string) string {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return ""
	}
	return digest(block.Bytes)
}

func privateFingerprint(text string) string {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return ""
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(*rsa.PrivateKey)
	if err != nil || !ok {
		return ""
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return ""
	}
	return digest(public)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// SetMiniProgram sets the mini program of the brand that ctx carries. Errors: model.Errs, each with its field;
// ErrAppIDTaken; ErrPaymentsOpen, ErrReplaceUnconfirmed when another one is to take its place.
func (s *Service) SetMiniProgram(ctx context.Context, in MiniProgram) (CredentialsView, error) {
	w := in.settings()
	c := &checker{}
	if c.miniProgram("", w); len(c.errs) > 0 {
		return CredentialsView{}, c.errs
	}
	return s.setCredentials(ctx, "credentials.mini_program", miniSecrets, w, func(c *model.Credentials) (move, error) {
		m := move{from: c.AppID, to: w.AppID, confirmed: in.Replace, users: true}
		c.AppID = w.AppID
		return m, nil
	})
}

// SetMerchant sets the merchant of the brand that ctx carries. Errors: model.Errs, each with its field;
// ErrMiniProgramFirst; ErrPaymentsOpen, ErrReplaceUnconfirmed when another one is to take its place.
func (s *Service) SetMerchant(ctx context.Context, in Merchant) (CredentialsView, error) {
	return s.setCredentials(ctx, "credentials.merchant", merchantSecrets, in.settings(), func(c *model.Credentials) (move, error) {
		w := in.over(*c)
		check := &checker{}
		if check.merchant("", w); len(check.errs) > 0 {
			return move{}, check.errs
		}
		if c.AppID == "" {
			return move{}, model.ErrMiniProgramFirst
		}
		m := move{from: c.MchID, to: w.MchID, confirmed: in.Replace}
		c.MchID, c.CertSerial = w.MchID, w.CertSerial
		c.Verification, c.PublicKeyID, c.PublicKey = w.Verification, w.PublicKeyID, w.PublicKey
		return m, nil
	})
}

func (in MiniProgram) settings() WeChat {
	return WeChat{AppID: in.AppID, AppSecret: in.AppSecret, PushToken: in.PushToken, PushKey: in.PushKey}
}

func (in Merchant) settings() WeChat {
	return WeChat{
		MchID: in.MchID, APIv3Key: in.APIv3Key, CertSerial: in.CertSerial, PrivateKey: in.PrivateKey,
		Verification: in.Verification, PublicKeyID: in.PublicKeyID, PublicKey: in.PublicKey,
	}
}

// over is the merchant with WeChat's public key as it is known, when that is left out.
func (in Merchant) over(c model.Credentials) WeChat {
	w := in.settings()
	if w.Verification == model.PayPublicKey && w.PublicKey == "" && w.PublicKeyID == c.PublicKeyID {
		w.PublicKey = c.PublicKey
	}
	return w
}

// move is one number at WeChat in the place of another.
type move struct {
	from, to  string
	confirmed bool
	users     bool // consumers have signed in to it, beside paying
}

func (m move) replaces() bool { return m.from != "" && m.from != m.to }

// setCredentials changes a part of the credentials. put writes what is no secret into them, and tells which number is
// replaced; it is told the row as it was for the secrets, whose numbers are compared first.
func (s *Service) setCredentials(
	ctx context.Context, action string, of group, w WeChat, put func(c *model.Credentials) (move, error),
) (CredentialsView, error) {
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		c, first, err := credentialsOf(tx, b.ID)
		if err != nil {
			return err
		}
		next := c
		m, err := put(&next)
		if err != nil {
			return err
		}
		changed, err := s.sealSecrets(&c, b.ID, w, "", of)
		if err != nil {
			return err
		}
		next.AppSecretSealed, next.PushTokenSealed, next.PushKeySealed = c.AppSecretSealed, c.PushTokenSealed, c.PushKeySealed
		next.APIv3KeySealed, next.PrivateKeySealed = c.APIv3KeySealed, c.PrivateKeySealed
		var conditions []unless
		if m.replaces() {
			if err := mayReplace(tx, b, m); err != nil {
				return err
			}
			conditions = underWay(b.ID)
		}
		if err := s.mark(tx, changed); err != nil {
			return err
		}
		err = writeCredentials(tx, next, first, conditions...)
		switch {
		case errors.Is(err, model.ErrAppIDTaken): // the body of the request is a part of a Spec
			return model.ErrAppIDTaken.At("app_id")
		case errors.Is(err, model.ErrPaymentsOpen): // one that has come since they were counted
			return paymentsOpen(b, 1)
		case err != nil:
			return err
		}
		return trail.Write(ctx, tx, action, subject(b),
			map[string]any{"number": m.from}, map[string]any{"number": m.to, "secrets": changed, "verification": next.Verification})
	})
	if err != nil {
		return CredentialsView{}, err
	}
	s.forget(b)
	return s.Credentials(ctx)
}

// openRefunds are those that the present numbers have to see to their end, as they have the open payments.
var openRefunds = []model.RefundStatus{model.RefundPending, model.RefundProcessing, model.RefundAbnormal}

// underWay are the payments and refunds that are open.
func underWay(brandID int64) []unless {
	return []unless{
		{"SELECT 1 FROM payments WHERE payments.brand_id = ? AND payments.status IN ?", []any{brandID, model.PaymentsOpen}},
		{"SELECT 1 FROM refunds WHERE refunds.brand_id = ? AND refunds.status IN ?", []any{brandID, openRefunds}},
	}
}

// mayReplace tells whether a number may be replaced: not while money is under way by it, and, once consumers have
// signed in or paid, only by whoever says that it is meant. That nothing came in between is up to underWay.
func mayReplace(tx *gorm.DB, b *model.Brand, m move) error {
	var payments, refunds int64
	if err := tx.Model(&model.Payment{}).Where("status IN ?", model.PaymentsOpen).Count(&payments).Error; err != nil {
		return fmt.Errorf("open payments: %w", err)
	}
	if err := tx.Model(&model.Refund{}).Where("status IN ?", openRefunds).Count(&refunds).Error; err != nil {
		return fmt.Errorf("open refunds: %w", err)
	}
	if n := payments + refunds; n > 0 {
		return paymentsOpen(b, n)
	}
	if m.confirmed {
		return nil
	}
	known, err := there(tx.Model(&model.Payment{}).Where("status = ?", model.PaymentPaid))
	if err == nil && !known && m.users {
		known, err = there(tx.Model(&model.User{}))
	}
	if err == nil && known {
		err = model.ErrReplaceUnconfirmed.With("number", m.from)
	}
	return err
}

func paymentsOpen(b *model.Brand, n int64) error {
	return model.ErrPaymentsOpen.With("count", strconv.FormatInt(n, 10)).With("minutes", strconv.FormatInt((b.OrderTTL+59)/60, 10))
}

// there tells whether a query finds anything.
func there(query *gorm.DB) (bool, error) {
	var ids []int64
	if err := query.Limit(1).Pluck("id", &ids).Error; err != nil {
		return false, fmt.Errorf("look for any: %w", err)
	}
	return len(ids) > 0, nil
}
