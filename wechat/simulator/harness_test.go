package simulator

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// lab is a simulator with one merchant, a trade clock that stands still, and the merchant's address for
// notifications, which answers with status.
type lab struct {
	testing.TB
	*Simulator
	m      Merchant
	url    string
	notify string

	mu     sync.Mutex
	at     time.Time
	status int
	got    []string // event types in the order in which they came
}

func newLab(t testing.TB, o Options) *lab {
	t.Helper()
	l := &lab{TB: t, at: time.Date(2026, 3, 1, 4, 5, 6, 7e6, time.UTC), status: http.StatusNoContent}
	o.Clock = func() time.Time {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.at
	}
	var err error
	if l.Simulator, err = New(o); err != nil {
		t.Fatal(err)
	}
	if l.m, err = l.AddMerchant(Merchant{Name: "丽都之家"}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.url = server.URL
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Event string `json:"event_type"`
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.got = append(l.got, in.Event)
		w.WriteHeader(l.status)
	}))
	t.Cleanup(shop.Close)
	l.notify = shop.URL
	return l
}

func (l *lab) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = l.at.Add(d)
}

func (l *lab) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

func (l *lab) events() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprint(l.got)
}

func privateKey(t testing.TB, text string) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return k.(*rsa.PrivateKey)
}

// signed makes a call of WeChat Pay, signed as the merchant.
func (l *lab) signed(method, path, body string) (int, string, http.Header) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		l.Fatal(err)
	}
	at := fmt.Sprint(time.Now().Unix())
	signature := sign(privateKey(l, l.m.PrivateKey), fmt.Sprintf("%s\n%s\n%s\nnonce\n%s\n", method, r.URL.RequestURI(), at, body))
	r.Header.Set("Authorization", fmt.Sprintf(`%s mchid="%s",nonce_str="nonce",timestamp="%s",serial_no="%s",signature="%s"`,
		scheme, l.m.MchID, at, l.m.CertSerial, signature))
	return l.do(r)
}

// admin makes a call of the admin API.
func (l *lab) call(method, path, body string, headers ...string) (int, string, http.Header) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		l.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return l.do(r)
}

func (l *lab) do(r *http.Request) (int, string, http.Header) {
	l.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		l.Fatal(err)
	}
	return answer.StatusCode, string(raw), answer.Header
}

// announced announces a payment and returns its prepay_id.
func (l *lab) announced(no string) string {
	l.Helper()
	in := map[string]any{
		"appid": l.m.AppID, "mchid": l.m.MchID, "description": "咖啡", "out_trade_no": no, "notify_url": l.notify,
		"amount": map[string]any{"total": 100}, "payer": map[string]any{"openid": l.OpenID(l.m.AppID, "mei")},
	}
	raw, err := json.Marshal(in)
	if err != nil {
		l.Fatal(err)
	}
	status, body, _ := l.signed("POST", "/v3/pay/transactions/jsapi", string(raw))
	var out struct {
		PrepayID string `json:"prepay_id"`
	}
	if err := json.Unmarshal([]byte(body), &out); status != http.StatusOK || err != nil {
		l.Fatalf("prepay %s: %d %s", no, status, body)
	}
	return out.PrepayID
}

func (l *lab) paid(no string) Payment {
	l.Helper()
	p, err := l.Pay(l.announced(no))
	if err != nil {
		l.Fatal(err)
	}
	return p
}

func (l *lab) refunded(no, refundNo string, amount int) {
	l.Helper()
	status, body, _ := l.signed("POST", "/v3/refund/domestic/refunds", fmt.Sprintf(
		`{"out_trade_no":%q,"out_refund_no":%q,"notify_url":%q,"amount":{"refund":%d,"total":100,"currency":"CNY"}}`,
		no, refundNo, l.notify, amount))
	if status != http.StatusOK {
		l.Fatalf("refund: %d %s", status, body)
	}
}

func (l *lab) fault(f Fault) {
	l.Helper()
	if err := l.AddFault(f); err != nil {
		l.Fatal(err)
	}
}
