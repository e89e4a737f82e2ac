package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	coreauth "github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/signers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"hutong/model"
)

// openPay parses the merchant's keys. WeChat's answers and notifications are checked with its public key,
// or with certificates that are downloaded when the first is needed, or, while a merchant moves from the
// one to the other, with whichever the serial names.
func (c *client) openPay() error {
	a := c.account
	if a.MchID == "" || strings.TrimSpace(a.CertSerial) == "" {
		return fmt.Errorf("%w: the merchant number or the certificate serial is missing", model.ErrWeChatSettings)
	}
	if len(a.APIv3Key) != 32 {
		return fmt.Errorf("%w: the APIv3 key must have 32 bytes", model.ErrWeChatSettings)
	}
	private, err := utils.LoadPrivateKey(a.PrivateKey)
	if err != nil {
		return fmt.Errorf("%w: the merchant's private key is not an RSA key in PKCS#8", model.ErrWeChatSettings)
	}
	signer := &signers.SHA256WithRSASigner{
		MchID: a.MchID, CertificateSerialNo: a.CertSerial, PrivateKey: private,
	}
	if c.certificates, err = newCertificates(c, signer); err != nil {
		return err
	}
	var verifier coreauth.Verifier = verifiers.NewSHA256WithRSAVerifier(c.certificates)
	if a.PublicKeyID != "" {
		public, err := utils.LoadPublicKey(a.PublicKey)
		if err != nil {
			return fmt.Errorf("%w: WeChat Pay's public key is not an RSA key in PEM", model.ErrWeChatSettings)
		}
		verifier = verifiers.NewSHA256WithRSACombinedVerifier(c.certificates, a.PublicKeyID, *public)
	}
	pay, err := core.NewClientWithDialSettings(context.Background(), &core.DialSettings{
		HTTPClient: c.sdk.http, Signer: signer, Validator: validators.NewWechatPayResponseValidator(verifier),
	})
	if err != nil {
		return fmt.Errorf("%w: the merchant's keys do not work", model.ErrWeChatSettings)
	}
	c.payments = jsapi.JsapiApiService{Client: pay}
	c.refunds = refunddomestic.RefundsApiService{Client: pay}
	c.files = core.NewClientWithValidator(pay, &validators.NullValidator{})
	c.notifications = validators.NewWechatPayNotifyValidator(verifier)
	return nil
}

// payCall runs one call of WeChat Pay. An answer with WeChat's signature test may stand for an effect that
// happened; all calls may be repeated with the same number, so it is done once more.
func (c *client) payCall(
	ctx context.Context, operation string, meaning func(code string) *model.Error, do func(context.Context) error,
) error {
	return c.call(ctx, operation, c.sdk.pay, func(ctx context.Context, t *trip) error {
		err := do(ctx)
		if err != nil && t.signTest {
			err = do(ctx)
		}
		if err == nil {
			return nil
		}
		var refused *core.APIError
		if errors.As(err, &refused) && refused.Code != "" {
			return payError(refused, meaning)
		}
		return t.unclear()
	})
}

// payError is the meaning of a refusal of WeChat Pay: what it always means, or what it means for this call.
func payError(e *core.APIError, meaning func(code string) *model.Error) error {
	known := meaning(e.Code)
	if known == nil {
		known = generalMeaning(e)
	}
	return naming(paySettings[e.Code], fmt.Errorf("%w: %s (HTTP status %d) %s", known, short(e.Code, 40), e.StatusCode, short(e.Message, 200)))
}

// paySettings are the settings that WeChat Pay's codes complain of.
var paySettings = map[string]Setting{
	"SIGN_ERROR": SettingSignature, "NO_AUTH": SettingMerchant, "MCH_NOT_EXISTS": SettingMerchant, "INVALID_MCHID": SettingMerchant,
	"ACCOUNT_ERROR": SettingMerchant, "APPID_MCHID_NOT_MATCH": SettingBinding,
}

func generalMeaning(e *core.APIError) *model.Error {
	switch e.Code {
	case "SIGN_ERROR", "NO_AUTH", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH", "INVALID_MCHID", "ACCOUNT_ERROR":
		return model.ErrWeChatSettings
	case "SYSTEM_ERROR", "SYSTEMERROR", "BANKERROR", "BANK_ERROR", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED",
		"RATELIMIT_EXCEEDED", "RATELIMIT_EXCEED":
		return model.ErrWeChatBusy
	case "PARAM_ERROR":
		return model.ErrInvalid
	}
	if e.StatusCode >= 500 || e.StatusCode == http.StatusTooManyRequests {
		return model.ErrWeChatBusy
	}
	return model.ErrWeChat
}

// short is at most n bytes of what WeChat wrote, on one line.
func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// Prepay implements Client.
func (c *client) Prepay(ctx context.Context, p Prepay) (string, error) {
	request := jsapi.PrepayRequest{
		Appid: &c.account.AppID, Mchid: &c.account.MchID, Description: &p.Description, OutTradeNo: &p.OutTradeNo,
		NotifyUrl: &p.NotifyURL,
		Amount:    &jsapi.Amount{Total: core.Int64(int64(p.Amount)), Currency: core.String("CNY")},
		Payer:     &jsapi.Payer{Openid: &p.OpenID},
	}
	if !p.ExpireAt.IsZero() {
		request.TimeExpire = &p.ExpireAt
	}
	if p.Attach != "" {
		request.Attach = &p.Attach
	}
	var id string
	err := c.payCall(ctx, "prepay", prepayMeaning, func(ctx context.Context) error {
		got, _, err := c.payments.Prepay(ctx, request)
		if err != nil {
			return err
		}
		if id = text(got.PrepayId); id == "" {
			return errIncomplete
		}
		return nil
	})
	return id, err
}

// errIncomplete marks an answer that lacks what it must have.
var errIncomplete = errors.New("incomplete answer")

func prepayMeaning(code string) *model.Error {
	switch code {
	case "ORDERPAID", "ORDER_PAID":
		return model.ErrAlreadyPaid
	case "OUT_TRADE_NO_USED", "ORDER_CLOSED", "ORDERCLOSED", "INVALID_REQUEST":
		// INVALID_REQUEST is what a repetition with other parameters gets in practice.
		return model.ErrConflict
	}
	return nil
}

// RequestPayment implements Client.
func (c *client) RequestPayment(ctx context.Context, prepayID string) (RequestPayment, error) {
	nonce, err := utils.GenerateNonce()
	if err != nil {
		return RequestPayment{}, fmt.Errorf("wechat request_payment: %w", err)
	}
	out := RequestPayment{
		AppID: c.account.AppID, TimeStamp: fmt.Sprint(time.Now().Unix()), NonceStr: nonce,
		Package: "prepay_id=" + prepayID, SignType: "RSA",
	}
	message := out.AppID + "\n" + out.TimeStamp + "\n" + out.NonceStr + "\n" + out.Package + "\n"
	signed, err := c.payments.Client.Sign(ctx, message)
	if err != nil {
		return RequestPayment{}, fmt.Errorf("wechat request_payment: %w", model.ErrWeChatSettings)
	}
	out.PaySign = signed.Signature
	return out, nil
}

func notFoundMeaning(code string) *model.Error {
	switch code {
	case "ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS":
		return model.ErrPayNotFound
	}
	return nil
}

// Transaction implements Client.
func (c *client) Transaction(ctx context.Context, outTradeNo string) (Transaction, error) {
	var out Transaction
	err := c.payCall(ctx, "transaction", notFoundMeaning, func(ctx context.Context) error {
		got, _, err := c.payments.QueryOrderByOutTradeNo(ctx, jsapi.QueryOrderByOutTradeNoRequest{
			OutTradeNo: &outTradeNo, Mchid: &c.account.MchID,
		})
		if err != nil {
			return err
		}
		out, err = transaction(got)
		return err
	})
	return out, err
}

// transaction is WeChat's transaction in our words.
func transaction(t *payments.Transaction) (Transaction, error) {
	out := Transaction{
		AppID: text(t.Appid), MchID: text(t.Mchid), OutTradeNo: text(t.OutTradeNo),
		TransactionID: text(t.TransactionId), State: TradeState(text(t.TradeState)),
	}
	if t.Amount != nil {
		out.Total, out.Currency = fen(t.Amount.Total), text(t.Amount.Currency)
	}
	if t.Payer != nil {
		out.OpenID = text(t.Payer.Openid)
	}
	if s := text(t.SuccessTime); s != "" {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return Transaction{}, errIncomplete
		}
		out.SuccessTime = at.UTC()
	}
	if out.OutTradeNo == "" || out.State == "" {
		return Transaction{}, errIncomplete
	}
	return out, nil
}

// Close implements Client.
func (c *client) Close(ctx context.Context, outTradeNo string) error {
	return c.payCall(ctx, "close", func(code string) *model.Error {
		if code == "ORDERPAID" || code == "ORDER_PAID" {
			return model.ErrAlreadyPaid
		}
		return notFoundMeaning(code)
	}, func(ctx context.Context) error {
		_, err := c.payments.CloseOrder(ctx, jsapi.CloseOrderRequest{
			OutTradeNo: &outTradeNo, Mchid: &c.account.MchID,
		})
		var refused *core.APIError
		if errors.As(err, &refused) && (refused.Code == "ORDER_CLOSED" || refused.Code == "ORDERCLOSED") {
			return nil
		}
		return err
	})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func fen(n *int64) model.Fen {
	if n == nil {
		return 0
	}
	return model.Fen(*n)
}
