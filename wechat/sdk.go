package wechat

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	silenceper "github.com/silenceper/wechat/v2"
	"github.com/sirupsen/logrus"

	"hutong/model"
)

// Options say how to reach WeChat. The zero value is WeChat itself.
type Options struct {
	// APIBase replaces https://api.weixin.qq.com, PayBase https://api.mch.weixin.qq.com: scheme and host
	// of a simulator.
	APIBase, PayBase string
	// Timeout bounds every call, its retry included. Default 5 s.
	Timeout time.Duration
	// Clock ages access tokens and certificates. Default time.Now. Signatures carry the real time always.
	Clock model.Clock
	// Observe is told of every call: the operation (login, prepay, …), the outcome (ok, or the code of the
	// error) and how long it took. Default: nobody.
	Observe func(operation, outcome string, took time.Duration)
}

// SDK is the Platform on the two SDKs.
type SDK struct {
	o    Options
	http *http.Client // for WeChat Pay
	api  *url.URL
	pay  *url.URL
	bad  error // a base that is no address: every Client is refused with it

	mu      sync.RWMutex
	clients map[account]*client
}

// account is what one client is kept for. A changed secret replaces the client, so that no brand ever has
// two.
type account struct {
	brandID      int64
	appID, mchID string
}

var _ Platform = (*SDK)(nil)

// New makes the platform. It calls nobody.
func New(o Options) *SDK {
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Observe == nil {
		o.Observe = func(string, string, time.Duration) {}
	}
	takeOver()
	s := &SDK{
		o: o, clients: map[account]*client{}, http: &http.Client{Transport: route{}, CheckRedirect: noRedirect},
	}
	var apiBad, payBad error
	s.api, apiBad = host(o.APIBase, "https://api.weixin.qq.com")
	s.pay, payBad = host(o.PayBase, "https://api.mch.weixin.qq.com")
	s.bad = errors.Join(apiBad, payBad)
	return s
}

// host is scheme and host of an address, of the standard one when there is none.
func host(address, standard string) (*url.URL, error) {
	if address == "" {
		address = standard
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%w: %q is not the address of a host", model.ErrWeChatSettings, address)
	}
	return u, nil
}

// Client implements Platform.
func (s *SDK) Client(_ context.Context, a Account) (Client, error) {
	if s.bad != nil {
		return nil, s.bad
	}
	k, mark := account{a.BrandID, a.AppID, a.MchID}, a.fingerprint()
	s.mu.RLock()
	c := s.clients[k]
	s.mu.RUnlock()
	if c != nil && c.mark == mark {
		return c, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c = s.clients[k]; c != nil && c.mark == mark {
		return c, nil
	}
	c, err := s.open(a, mark)
	if err != nil {
		return nil, err
	}
	s.clients[k] = c
	return c, nil
}

// takeOver puts the mini-program SDK's process-wide HTTP client and its process-wide log into our hands,
// once: its client has no time-out, its log prints to stdout, and what it prints may hold secrets.
var takeOver = sync.OnceFunc(func() {
	silenceper.NewWechat().SetHTTPClient(&http.Client{Transport: route{}, CheckRedirect: noRedirect})
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.PanicLevel)
})

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// transport is shared by all platforms. Many connections to one host are kept, because every checkout
// makes a call.
var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 128
	t.MaxIdleConns = 256
	return t
}()

// maxAnswer bounds what is read of one answer of WeChat.
const maxAnswer = 1 << 20

// trip is what one call of an SDK was like on the wire. It travels in the request's context, because that
// is the only thing of ours that both SDKs hand down: it says where the request really goes, and it keeps
// what came back, so that no error text of an SDK needs to be read.
type trip struct {
	to       *url.URL
	most     int64 // bytes that are read of the answer
	err      error // of the transport
	status   int
	signTest bool // the answer carries WeChat's probe instead of a signature
}

type tripKey struct{}

func withTrip(ctx context.Context, to *url.URL) (context.Context, *trip) {
	t := &trip{to: to, most: maxAnswer}
	return context.WithValue(ctx, tripKey{}, t), t
}

var errNoTrip = errors.New("wechat: a request that no client of ours made")

// route sends requests where their trip says.
type route struct{}

// RoundTrip implements http.RoundTripper.
func (route) RoundTrip(r *http.Request) (*http.Response, error) {
	t, ok := r.Context().Value(tripKey{}).(*trip)
	if !ok {
		return nil, errNoTrip
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = t.to.Scheme, t.to.Host, t.to.Host
	t.err, t.status, t.signTest = nil, 0, false
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.err = err
		return nil, err
	}
	t.status = answer.StatusCode
	t.signTest = isSignTest(answer.Header)
	answer.Body = &bounded{Reader: io.LimitReader(answer.Body, t.most), body: answer.Body, trip: t}
	return answer, nil
}

// bounded is an answer's body of at most so many bytes as its trip allows.
type bounded struct {
	io.Reader
	body io.Closer
	trip *trip
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		b.trip.err = err
	}
	return n, err
}

func (b *bounded) Close() error { return b.body.Close() }

// open parses an account's keys and makes its client; nobody is called.
func (s *SDK) open(a Account, mark [sha256.Size]byte) (*client, error) {
	c := &client{sdk: s, account: a, mark: mark}
	if err := c.openMini(); err != nil {
		return nil, err
	}
	if err := c.openPay(); err != nil {
		return nil, err
	}
	return c, nil
}
