package wechat_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"hutong/wechat"
	"hutong/wechat/simulator"
)

// clock is a trade clock that only a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// inbox is the merchant's side of notifications: it hands each to the adapter and answers as a backend
// would.
type inbox struct {
	mu     sync.Mutex
	client wechat.Client
	got    []wechat.Notification
	errs   []error
	raw    []posted
}

type posted struct {
	header http.Header
	body   []byte
}

func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n, err := b.client.Notification(r.Context(), r.Header, body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.raw = append(b.raw, posted{r.Header.Clone(), body})
	if err != nil {
		b.errs = append(b.errs, err)
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"code":"FAIL","message":"no"}`)
		return
	}
	b.got = append(b.got, n)
	w.WriteHeader(http.StatusNoContent)
}

// shop is one merchant at one simulator, seen through the adapter, with an address for notifications.
type shop struct {
	*testing.T
	clock    *clock
	sim      *simulator.Simulator
	server   *httptest.Server
	merchant simulator.Merchant
	sdk      *wechat.SDK
	client   wechat.Client
	inbox    *inbox
	notify   string
	observed *observed
}

type observed struct {
	mu    sync.Mutex
	calls []string
}

func (o *observed) observe(operation, outcome string, _ time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, operation+" "+outcome)
}

func (o *observed) count(call string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, c := range o.calls {
		if c == call {
			n++
		}
	}
	return n
}

func accountOf(m simulator.Merchant) wechat.Account {
	return wechat.Account{
		BrandID: 1, AppID: m.AppID, AppSecret: m.AppSecret, MchID: m.MchID, APIv3Key: m.APIv3Key,
		CertSerial: m.CertSerial, PrivateKey: m.PrivateKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		PushToken: m.PushToken, PushKey: m.PushKey,
	}
}

// open makes a shop. timeout is the adapter's.
func open(t *testing.T, mode simulator.Mode, timeout time.Duration) *shop {
	t.Helper()
	s := &shop{T: t, clock: &clock{at: time.Now()}, inbox: &inbox{}, observed: &observed{}}
	var err error
	if s.sim, err = simulator.New(simulator.Options{Clock: s.clock.now}); err != nil {
		t.Fatal(err)
	}
	if s.merchant, err = s.sim.AddMerchant(simulator.Merchant{Mode: mode, OpenPlatform: "op"}); err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(s.sim)
	t.Cleanup(s.server.Close)
	s.sdk = wechat.New(wechat.Options{
		APIBase: s.server.URL, PayBase: s.server.URL, Timeout: timeout, Clock: s.clock.now, Observe: s.observed.observe,
	})
	if s.client, err = s.sdk.Client(t.Context(), accountOf(s.merchant)); err != nil {
		t.Fatal(err)
	}
	s.inbox.client = s.client
	callback := httptest.NewServer(s.inbox)
	t.Cleanup(callback.Close)
	s.notify = callback.URL + "/callback"
	return s
}

// order is a payment to announce that WeChat has nothing against.
func (s *shop) order(no string) wechat.Prepay {
	return wechat.Prepay{
		OutTradeNo: no, Description: "Casa Lido 咖啡杯", Amount: 9900,
		OpenID:   s.sim.OpenID(s.merchant.AppID, "mei"),
		ExpireAt: s.clock.now().Add(15 * time.Minute).Truncate(time.Second), NotifyURL: s.notify,
	}
}

// announced is an order that is announced; it returns the prepay_id.
func (s *shop) announced(no string) string {
	s.Helper()
	id, err := s.client.Prepay(s.Context(), s.order(no))
	if err != nil {
		s.Fatal(err)
	}
	return id
}

// paid is an order that the consumer has paid.
func (s *shop) paid(no string) simulator.Payment {
	s.Helper()
	p, err := s.sim.Pay(s.announced(no))
	if err != nil {
		s.Fatal(err)
	}
	return p
}

func (s *shop) fault(f simulator.Fault) {
	s.Helper()
	if err := s.sim.AddFault(f); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) deliver() []simulator.Delivery {
	s.Helper()
	return s.sim.Deliver(context.WithoutCancel(s.Context()))
}
