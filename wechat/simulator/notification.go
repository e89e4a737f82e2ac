package simulator

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// schedule are WeChat's delays between one attempt to notify and the next; after the last it gives up.
var schedule = []time.Duration{
	15 * time.Second, 15 * time.Second, 30 * time.Second, 3 * time.Minute, 10 * time.Minute, 20 * time.Minute,
	30 * time.Minute, 30 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 3 * time.Hour, 3 * time.Hour,
	6 * time.Hour, 6 * time.Hour,
}

// notification is a message that is not yet accepted. Its id is the same in every attempt.
type notification struct {
	ID       string
	Op       Op
	MchID    string
	Event    string
	Summary  string
	Type     string // transaction or refund
	URL      string
	Number   string // out_trade_no or out_refund_no
	Content  map[string]any
	At       time.Time // of the event
	Attempts int
	Due      time.Time
	Behind   time.Time // of the fault Reordered: waits for another one, at most until then; else zero
}

func (s *Simulator) queuePayment(p *Payment, at time.Time) {
	s.queue(&notification{
		Op: OpNotifyPayment, MchID: p.MchID, Event: "TRANSACTION.SUCCESS", Summary: "支付成功", Type: "transaction",
		URL: p.NotifyURL, Number: p.OutTradeNo, Content: transactionOf(p), At: at,
	})
}

var refundSummary = map[string]string{"SUCCESS": "退款成功", "ABNORMAL": "退款异常", "CLOSED": "退款关闭"}

func (s *Simulator) queueRefund(r *Refund, p *Payment, at time.Time) {
	content := map[string]any{
		"mchid": r.MchID, "out_trade_no": r.OutTradeNo, "transaction_id": p.TransactionID,
		"out_refund_no": r.OutRefundNo, "refund_id": r.RefundID, "refund_status": r.State,
		"user_received_account": "支付用户零钱",
		"amount": map[string]any{
			"total": r.Total, "refund": r.Amount, "payer_total": r.Total, "payer_refund": r.Amount,
		},
	}
	if r.State == "SUCCESS" {
		content["success_time"] = wireTime(at)
	}
	s.queue(&notification{
		Op: OpNotifyRefund, MchID: r.MchID, Event: "REFUND." + r.State, Summary: refundSummary[r.State], Type: "refund",
		URL: r.NotifyURL, Number: r.OutRefundNo, Content: content, At: at,
	})
}

func (s *Simulator) queue(n *notification) {
	seq := s.state.next()
	n.ID = strings.ToLower(hexDigest(32, "notification", n.MchID, n.Number, stamped("", n.At, seq)))
	n.Due = n.At
	s.state.Notifications = append(s.state.Notifications, n)
}

// encrypt is AEAD_AES_256_GCM with a readable nonce, as WeChat writes it.
func encrypt(aead cipher.AEAD, plain []byte, associated string, nonceLen int) map[string]string {
	nonce := digest(nonceLen, "gcm", rand.Text())
	// The nonce that goes on the wire may be too long on purpose; the cipher gets one it can work with.
	sealed := aead.Seal(nil, []byte(nonce[:12]), plain, []byte(associated))
	return map[string]string{
		"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": associated,
		"ciphertext": base64.StdEncoding.EncodeToString(sealed),
	}
}

// envelope is the body of one attempt, spoilt as kind says.
func (n *notification) envelope(m *merchant, kind FaultKind) ([]byte, error) {
	content := n.Content
	if kind == WrongAmount {
		content = oneFenMore(content)
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	body, err := n.seal(m, plain, kind)
	if err == nil && kind == Truncated {
		body = body[:len(body)/2]
	}
	return body, err
}

// seal encrypts plain into a body.
func (n *notification) seal(m *merchant, plain []byte, kind FaultKind) ([]byte, error) {
	aead, nonceLen := m.aead, 12
	switch kind {
	case BadNonce:
		nonceLen = 16
	case WrongKey:
		aead = strangerAEAD
	}
	resource := encrypt(aead, plain, n.Type, nonceLen)
	resource["original_type"] = n.Type
	return json.Marshal(map[string]any{
		"id": n.ID, "create_time": wireTime(n.At), "resource_type": "encrypt-resource", "event_type": n.Event,
		"summary": n.Summary, "resource": resource,
	})
}

// SealNotification makes the body of a notification of any event with any content, encrypted for a
// merchant; SignNotification makes the headers over any body. With both a test posts what WeChat never
// would. Errors: ErrUnknown.
func (s *Simulator) SealNotification(mchID, event string, content []byte) ([]byte, error) {
	m, err := s.merchant(mchID)
	if err != nil {
		return nil, err
	}
	n := &notification{ID: hexDigest(32, string(content)), Event: event, Type: "transaction", At: s.now()}
	return n.seal(m, content, "")
}

// SignNotification is described at SealNotification.
func (s *Simulator) SignNotification(mchID string, body []byte) (http.Header, error) {
	m, err := s.merchant(mchID)
	if err != nil {
		return nil, err
	}
	return notificationHeaders(m, body, ""), nil
}

func (s *Simulator) merchant(mchID string) (*merchant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.merchants[mchID]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("merchant %q: %w", mchID, ErrUnknown)
}

// oneFenMore is the content with another total. Amounts are int64 when just made and float64 when they
// come from a state file.
func oneFenMore(content map[string]any) map[string]any {
	out := maps.Clone(content)
	amount, _ := out["amount"].(map[string]any)
	amount = maps.Clone(amount)
	switch total := amount["total"].(type) {
	case int64:
		amount["total"] = total + 1
	case float64:
		amount["total"] = total + 1
	}
	out["amount"] = amount
	return out
}

var strangerAEAD = func() cipher.AEAD {
	block, err := aes.NewCipher(bytes.Repeat([]byte("?"), 32))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}()

// notificationHeaders are those of one attempt.
func notificationHeaders(m *merchant, body []byte, kind FaultKind) http.Header {
	h := http.Header{}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("User-Agent", "Mozilla/4.0")
	h.Set("Request-ID", "08"+rand.Text())
	m.signatureHeaders(h, body, m.notifySerial(), kind)
	return h
}
