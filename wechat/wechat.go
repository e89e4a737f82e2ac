// Package wechat is what Hutong needs of WeChat: the interface that services use, and its adapter on the
// two SDKs, silenceper/wechat for the mini program and wechatpay-go for WeChat Pay v3. Neither SDK is
// seen outside this package.
package wechat

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"hutong/model"
)

// Account is a brand's settings at WeChat, opened, in memory only. Its String and LogValue show no secret.
type Account struct {
	BrandID     int64
	AppID       string
	AppSecret   string
	MchID       string
	APIv3Key    string // 32 bytes
	CertSerial  string // of the merchant's API certificate
	PrivateKey  string // PEM, PKCS#8
	PublicKeyID string // PUB_KEY_ID_…; empty for a merchant with platform certificates
	PublicKey   string // PEM; empty for a merchant with platform certificates
	PushToken   string // of the mini program's message push; may be empty
	PushKey     string // its EncodingAESKey, 43 characters; may be empty
}

// Platform makes clients for brands. It keeps one client per account for the life of the process, because
// access tokens and certificates are shared; another secret under the same appid makes a new client.
type Platform interface {
	// Client is the client for an account. An account that cannot work (a key that does not parse, a
	// missing number) is model.ErrWeChatSettings.
	Client(ctx context.Context, a Account) (Client, error)
	// Try tries an account part by part, without an effect, and without keeping a client of it. Of the mini
	// program it asks for an access token; of the merchant for a payment that cannot exist, which takes a good
	// signature, and for the certificates where they are used. Whether the appid is bound to the merchant, and
	// whether the public key is the right one, only a payment shows.
	Try(ctx context.Context, a Account) []Trial
	// Skew is how far this machine's clock is from WeChat's, which refuses signatures of another time.
	Skew(ctx context.Context) (time.Duration, error)
	// Simulated tells whether it is the simulator, with which nothing is really paid.
	Simulated() bool
}

// Client is WeChat as one brand sees it. Every method is bounded in time, may be called concurrently, and
// returns errors that carry no secret. Failures of transport and answers that are not understood are
// model.ErrWeChat or model.ErrWeChatBusy (with the cause wrapped for the log): the effect may have
// happened, so the caller repeats with the same number, or queries.
type Client interface {
	// Merchant is the app and the merchant it works for.
	Merchant() (appID, mchID string)

	// Login exchanges a wx.login code. Errors: ErrCodeMalformed, ErrCodeInvalid, ErrCodeUsed,
	// ErrCodeExpired, ErrCodeForeign, ErrUserBlocked, ErrRateLimited, ErrWeChatSettings, ErrWeChat,
	// ErrWeChatBusy. WeChat does not always tell an expired or a foreign code from one it never gave out
	// (errcode 40029 for all three): then it is ErrCodeInvalid.
	Login(ctx context.Context, code string) (Login, error)
	// Phone exchanges the code of the phone-number button. Errors as Login's; of a code that is used or
	// expired WeChat only says that it is invalid.
	Phone(ctx context.Context, code string) (Phone, error)

	// Prepay announces a payment. Repeating it with the same parameters gives the same payment. Errors:
	// ErrAlreadyPaid; ErrConflict when the number was used with other parameters or is closed there;
	// ErrInvalid when WeChat refuses a parameter; ErrWeChatSettings. The prepay_id lives two hours.
	Prepay(ctx context.Context, p Prepay) (prepayID string, err error)
	// RequestPayment signs the parameters of wx.requestPayment. It calls nobody.
	RequestPayment(ctx context.Context, prepayID string) (RequestPayment, error)
	// Transaction asks how a payment stands. Errors: ErrPayNotFound when WeChat does not know it.
	Transaction(ctx context.Context, outTradeNo string) (Transaction, error)
	// Close closes a payment that has not been made; closing twice is no error. Errors: ErrAlreadyPaid;
	// ErrPayNotFound when WeChat does not know it.
	Close(ctx context.Context, outTradeNo string) error
	// Refund asks for a refund; the same number again is the same refund. The answer means accepted, not
	// done. Errors: ErrRateLimited (less than a minute after another one of the same payment), ErrInvalid,
	// ErrConflict (not paid, not enough money, too many refunds, older than a year, the number used for
	// another refund), ErrAccountGone when the consumer's account cannot be given money, ErrPayNotFound when
	// WeChat does not know the payment.
	Refund(ctx context.Context, r RefundRequest) (Refund, error)
	// QueryRefund asks how a refund stands. Errors: ErrPayNotFound when WeChat does not know it.
	QueryRefund(ctx context.Context, outRefundNo string) (Refund, error)

	// SendMessage sends a one-time subscribe message; each takes one leave of the consumer. Errors:
	// ErrNotSubscribed when there is no leave; ErrMessageRefused at "openid", "template", "page" or "fields"
	// for what WeChat does not take; ErrUnclear when it may have been sent; with any other error it has not.
	SendMessage(ctx context.Context, m Message) error
	// CheckText lets WeChat look at a text before others read it. Errors: ErrNotActive when who wrote it was not in
	// the mini program within two hours; ErrInvalid when WeChat refuses a parameter, such as an openid it does not
	// know; ErrRateLimited, ErrWeChatSettings.
	CheckText(ctx context.Context, t TextCheck) (model.Verdict, error)
	// CheckPicture lets WeChat look at a picture before others see it. The verdict comes by push, within 30
	// minutes, under the trace that it returns, and perhaps before it has. Errors: those of CheckText.
	CheckPicture(ctx context.Context, p PictureCheck) (traceID string, err error)
	// Code draws a mini-program code; there is no limit to their number. Errors: ErrInvalid for a scene or page that
	// WeChat does not take; ErrRateLimited, ErrWeChatSettings.
	Code(ctx context.Context, p ProgramCode) (picture []byte, err error)
	// TradeBill writes WeChat's bill of a day's payments and refunds into a writer, uncompressed, and returns
	// its SHA-1. After an error what was written is worthless. Errors: ErrNoBill when there is none of that
	// day, because nothing was traded or it is too early; ErrBillNotReady while WeChat makes it; ErrWeChat when
	// what came is not the file that was announced.
	TradeBill(ctx context.Context, day model.Day, into io.Writer) (sha1 string, err error)
	// FundFlowBill is TradeBill for the movements on the merchant's basic account.
	FundFlowBill(ctx context.Context, day model.Day, into io.Writer) (sha1 string, err error)
	// UploadShipping tells WeChat what was sent of a payment, without which it keeps the money. The same again is
	// no error. Errors: ErrPayNotFound when WeChat does not know the payment, or not yet: that takes it a minute;
	// ErrReshipUsed when everything was sent and the one change has been made; ErrWrongState when the payment
	// cannot be shipped (refunded, over); ErrInvalid when WeChat refuses a parameter, the payer among them.
	UploadShipping(ctx context.Context, s Shipping) error
	// ShippingState asks what WeChat knows of the shipping of a payment, by the merchant that was paid. Errors:
	// ErrPayNotFound as above.
	ShippingState(ctx context.Context, mchID, outTradeNo string) (ShippingState, error)
	// RemindReceipt lets WeChat ask the consumer to confirm the receipt, once for each payment, by express
	// alone; deliveredAt is after the shipping. Errors: ErrPayNotFound; ErrInvalid, ErrWrongState when WeChat
	// does not.
	RemindReceipt(ctx context.Context, mchID, outTradeNo string, deliveredAt time.Time) error

	// Notification verifies and decrypts what WeChat posted: signature, serial, timestamp within 300 s,
	// no SIGNTEST, AES-256-GCM. body is the raw body. Errors: ErrBadSignature; ErrInvalid when it was
	// signed but cannot be read.
	Notification(ctx context.Context, header http.Header, body []byte) (Notification, error)

	// PushEcho answers WeChat's question whether the address for its message push is ours. Errors:
	// ErrBadSignature; ErrWeChatSettings when the brand has set up no push.
	PushEcho(query url.Values) (echo string, err error)
	// OpenPush verifies and decrypts what WeChat's message push posted: encrypted, msg_signature, timestamp within
	// 300 s, made for this appid. Errors: those of PushEcho; ErrInvalid when it cannot be read.
	OpenPush(ctx context.Context, query url.Values, body []byte) (Push, error)

	// Check is Platform's Try of this account: the first thing that is wrong, as an error that names the setting.
	Check(ctx context.Context) error
}

// Login is who a code belonged to.
type Login struct {
	OpenID     string
	UnionID    string // may be empty
	SessionKey string // never leaves the server
}

// Phone is a consumer's phone number as WeChat has verified it.
type Phone struct {
	Number      string // without the country code
	CountryCode string // "86"
}

// Prepay is a payment to announce.
type Prepay struct {
	OutTradeNo  string // 6–32 characters of 0-9 A-Z a-z _ - | *
	Description string // ≤ 127 bytes in UTF-8
	Amount      model.Fen
	OpenID      string
	ExpireAt    time.Time // at least one minute ahead
	NotifyURL   string
	Attach      string
}

// RequestPayment are the parameters of wx.requestPayment, in its own names.
type RequestPayment struct {
	AppID     string `json:"appId"`
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`
}

// TradeState is WeChat's trade_state.
type TradeState string

// The trade states, as WeChat writes them.
const (
	TradeSuccess    TradeState = "SUCCESS"
	TradeRefund     TradeState = "REFUND" // paid, and refunded since
	TradeNotPay     TradeState = "NOTPAY"
	TradeClosed     TradeState = "CLOSED"
	TradeUserPaying TradeState = "USERPAYING"
	TradePayError   TradeState = "PAYERROR"
)

// Paid tells whether money was taken.
func (s TradeState) Paid() bool { return s == TradeSuccess || s == TradeRefund }

// Transaction is a payment as WeChat knows it.
type Transaction struct {
	AppID         string
	MchID         string
	OutTradeNo    string
	TransactionID string
	State         TradeState
	Total         model.Fen // what the order was announced with
	Currency      string
	OpenID        string
	SuccessTime   time.Time // zero when not paid
}

// RefundRequest is a refund to ask for.
type RefundRequest struct {
	OutTradeNo  string
	OutRefundNo string
	Amount      model.Fen
	Total       model.Fen // of the payment
	Reason      string    // shown to the consumer, ≤ 80 bytes
	NotifyURL   string
}

// RefundState is WeChat's state of a refund.
type RefundState string

// The states of a refund, as WeChat writes them.
const (
	RefundProcessing RefundState = "PROCESSING"
	RefundSuccess    RefundState = "SUCCESS"
	RefundAbnormal   RefundState = "ABNORMAL"
	RefundClosed     RefundState = "CLOSED"
)

// Refund is a refund as WeChat knows it.
type Refund struct {
	MchID         string // only in notifications
	RefundID      string
	OutRefundNo   string
	OutTradeNo    string
	TransactionID string
	State         RefundState
	Amount        model.Fen
	Total         model.Fen
	SuccessTime   time.Time // zero when not done
}

// Notification is a verified message from WeChat Pay. One of Transaction and Refund is set, or neither for
// an event that is not known here.
type Notification struct {
	ID          string
	Event       string // TRANSACTION.SUCCESS, REFUND.SUCCESS, REFUND.ABNORMAL, REFUND.CLOSED, …
	Transaction *Transaction
	Refund      *Refund
}
