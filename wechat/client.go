package wechat

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/miniprogram/auth"
	"github.com/silenceper/wechat/v2/miniprogram/business"
	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"

	"hutong/model"
)

// client is WeChat as one account sees it.
type client struct {
	sdk     *SDK
	account Account
	mark    [sha256.Size]byte // the account's fingerprint

	tokens   *tokens
	auth     *auth.Auth
	business *business.Business

	payments      jsapi.JsapiApiService
	refunds       refunddomestic.RefundsApiService
	files         *core.Client  // for answers that are not signed
	certificates  *certificates // nil for a merchant with a public key alone
	notifications *validators.WechatPayNotifyValidator
}

var _ Client = (*client)(nil)

// Merchant implements Client.
func (c *client) Merchant() (appID, mchID string) { return c.account.AppID, c.account.MchID }

// call runs one operation within the time-out and tells Observe. do gets the trip to judge what went
// wrong by.
func (c *client) call(ctx context.Context, operation string, to *url.URL, do func(context.Context, *trip) error) error {
	return c.callWithin(ctx, c.sdk.o.Timeout, operation, to, do)
}

// callWithin is call with a time-out of its own.
func (c *client) callWithin(
	ctx context.Context, timeout time.Duration, operation string, to *url.URL, do func(context.Context, *trip) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, t := withTrip(ctx, to)
	start := time.Now()
	err := do(ctx, t)
	outcome := "ok"
	if err != nil {
		err = fmt.Errorf("wechat %s: %w", operation, err)
		outcome = "internal"
		var known *model.Error
		if errors.As(err, &known) {
			outcome = known.Code
		}
	}
	c.sdk.o.Observe(operation, outcome, time.Since(start))
	return err
}

// unclear is the error of a call whose effect is not known: nobody answered, or something that is not
// understood. The text is ours throughout: what the SDKs and net/http write may hold the AppSecret, an
// access token or the whole request.
func (t *trip) unclear() error {
	switch {
	case t.err != nil && timedOut(t.err):
		return fmt.Errorf("%w: no answer in time", model.ErrWeChatBusy)
	case t.err != nil:
		return fmt.Errorf("%w: %s", model.ErrWeChatBusy, transportFault(t.err))
	case t.signTest:
		return fmt.Errorf("%w: answered with a signature test", model.ErrWeChatBusy)
	case t.status >= 500 || t.status == 429:
		return fmt.Errorf("%w: HTTP status %d", model.ErrWeChatBusy, t.status)
	case t.status == 0:
		return fmt.Errorf("%w: no answer", model.ErrWeChatBusy)
	}
	return fmt.Errorf("%w: an answer that does not verify or is not understood, HTTP status %d", model.ErrWeChat, t.status)
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// transportFault says what went wrong below HTTP without the address, which holds secrets in its query.
func transportFault(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		return "the caller went away"
	case errors.As(err, &op) && op.Err != nil:
		return op.Op + ": " + op.Err.Error()
	}
	return "the connection failed"
}
