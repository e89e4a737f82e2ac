package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"hutong/model"
)

// signTestPrefix marks the signatures with which WeChat probes whether they are checked at all.
const signTestPrefix = "WECHATPAY/SIGNTEST/"

func isSignTest(h http.Header) bool {
	return strings.HasPrefix(h.Get("Wechatpay-Signature"), signTestPrefix)
}

// envelope is a notification before it is decrypted.
type envelope struct {
	ID       string `json:"id"`
	Event    string `json:"event_type"`
	Resource struct {
		Algorithm      string `json:"algorithm"`
		Ciphertext     string `json:"ciphertext"`
		AssociatedData string `json:"associated_data"`
		Nonce          string `json:"nonce"`
	} `json:"resource"`
}

// Notification implements Client.
func (c *client) Notification(ctx context.Context, header http.Header, body []byte) (Notification, error) {
	var out Notification
	err := c.call(ctx, "notification", c.sdk.pay, func(ctx context.Context, _ *trip) error {
		if err := c.verify(ctx, header, body); err != nil {
			return err
		}
		var err error
		out, err = c.read(body)
		return err
	})
	return out, err
}

// verify checks the signature over the raw body. Any failure is ErrBadSignature; what the SDK says of it
// holds header values only, and is kept for the log.
func (c *client) verify(ctx context.Context, header http.Header, body []byte) error {
	if isSignTest(header) {
		return fmt.Errorf("%w: a signature test", model.ErrBadSignature)
	}
	if kind := header.Get("Wechatpay-Signature-Type"); kind != "" && kind != "WECHATPAY2-SHA256-RSA2048" {
		return fmt.Errorf("%w: signature type %.40q", model.ErrBadSignature, kind)
	}
	request := &http.Request{Header: header, Body: io.NopCloser(bytes.NewReader(body))}
	if err := c.notifications.Validate(ctx, request); err != nil {
		return fmt.Errorf("%w: %.300q", model.ErrBadSignature, err.Error())
	}
	return nil
}

// read decrypts and understands a body whose signature is good. The SDK's own handler is not used for
// this: it dereferences a resource that is not there, panics at a nonce of another length, and its errors
// print the request.
func (c *client) read(body []byte) (Notification, error) {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return Notification{}, fmt.Errorf("%w: the notification is not JSON", model.ErrInvalid)
	}
	r := e.Resource
	if r.Algorithm != "AEAD_AES_256_GCM" || len(r.Nonce) != 12 {
		return Notification{}, fmt.Errorf("%w: encrypted in a way that is not known", model.ErrInvalid)
	}
	plain, err := utils.DecryptAES256GCM(c.account.APIv3Key, r.AssociatedData, r.Nonce, r.Ciphertext)
	if err != nil {
		return Notification{}, fmt.Errorf("%w: the APIv3 key does not open the notification", model.ErrInvalid)
	}
	out := Notification{ID: e.ID, Event: e.Event}
	switch {
	case strings.HasPrefix(e.Event, "TRANSACTION."):
		out.Transaction, err = notifiedTransaction([]byte(plain))
	case strings.HasPrefix(e.Event, "REFUND."):
		out.Refund, err = notifiedRefund([]byte(plain))
	}
	if err != nil {
		return Notification{}, fmt.Errorf("%w: the content of %.40q is not understood", model.ErrInvalid, e.Event)
	}
	return out, nil
}

func notifiedTransaction(plain []byte) (*Transaction, error) {
	var t payments.Transaction
	if err := json.Unmarshal(plain, &t); err != nil {
		return nil, err
	}
	out, err := transaction(&t)
	return &out, err
}

// notifiedRefund reads the notification of a refund, whose fields have other names than the answer's.
func notifiedRefund(plain []byte) (*Refund, error) {
	var r struct {
		MchID         string    `json:"mchid"`
		OutTradeNo    string    `json:"out_trade_no"`
		TransactionID string    `json:"transaction_id"`
		OutRefundNo   string    `json:"out_refund_no"`
		RefundID      string    `json:"refund_id"`
		RefundStatus  string    `json:"refund_status"`
		SuccessTime   time.Time `json:"success_time"`
		Amount        struct {
			Total  int64 `json:"total"`
			Refund int64 `json:"refund"`
		} `json:"amount"`
	}
	if err := json.Unmarshal(plain, &r); err != nil {
		return nil, err
	}
	if r.OutRefundNo == "" || r.RefundStatus == "" {
		return nil, errIncomplete
	}
	out := &Refund{
		MchID: r.MchID, RefundID: r.RefundID, OutRefundNo: r.OutRefundNo, OutTradeNo: r.OutTradeNo,
		TransactionID: r.TransactionID, State: RefundState(r.RefundStatus),
		Amount: model.Fen(r.Amount.Refund), Total: model.Fen(r.Amount.Total),
	}
	if !r.SuccessTime.IsZero() {
		out.SuccessTime = r.SuccessTime.UTC()
	}
	return out, nil
}
