// Package testshop is an open shop for tests: a brand with goods, a simulator of WeChat that it talks to
// over real HTTP, and a clock whose hands the test turns.
package testshop

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"hutong/model"
	"hutong/service"
	"hutong/service/database"
	"hutong/service/identity"
	"hutong/service/media"
	"hutong/service/seal"
	"hutong/service/testdb"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// Clock is a clock whose hands are turned. It may be used concurrently.
type Clock struct{ ms atomic.Int64 }

// NewClock stands at noon of a day in 2026.
func NewClock() *Clock {
	c := &Clock{}
	c.ms.Store(time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

// Turn moves the hands ahead.
func (c *Clock) Turn(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// SessionKey signs the sessions of consumers, those that a test forges as well.
const SessionKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"

// World is one database, one WeChat and one clock, with any number of shops in it.
type World struct {
	*service.Services
	DB    *database.DB
	Clock *Clock
	Sim   *simulator.Simulator
	Media *media.Store
	// BeforeWeChat, if set, runs before WeChat sees a call: what happens there happens on the way.
	BeforeWeChat func(*http.Request)
	// AfterWeChat, if set, runs when WeChat has done what it was asked for, before its answer arrives.
	AfterWeChat func(*http.Request)

	t         testdb.T
	log       *slog.Logger
	Box       *seal.Box
	keys      identity.Keys
	simURL    string
	publicURL string
	handler   atomic.Pointer[http.Handler] // what answers at publicURL
	serving   atomic.Pointer[service.Services]
	serial    atomic.Int64
}

// NewWorld makes a world on a database that was opened with the clock. The simulator posts its notifications
// to Handle's handler; until that is called, straight to service/payment.
func NewWorld(t testdb.T, db *database.DB, clock *Clock, options ...func(*simulator.Options)) *World {
	t.Helper()
	w := &World{t: t, DB: db, Clock: clock, log: slog.New(slog.DiscardHandler)}
	var err error
	if w.Box, err = seal.New(newKeyset(t)); err != nil {
		t.Fatal(err)
	}
	if w.keys, err = identity.NewKeys([]string{SessionKey}); err != nil {
		t.Fatal(err)
	}
	so := simulator.Options{Clock: clock.Now, RefundDelay: time.Millisecond}
	for _, option := range options {
		option(&so)
	}
	if w.Sim, err = simulator.New(so); err != nil {
		t.Fatal(err)
	}
	w.simURL = serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if before := w.BeforeWeChat; before != nil {
			before(r)
		}
		w.Sim.ServeHTTP(rw, r)
		if after := w.AfterWeChat; after != nil {
			after(r) // the answer is small, and leaves with the handler
		}
	}))
	w.publicURL = serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if h := w.handler.Load(); h != nil {
			(*h).ServeHTTP(rw, r)
			return
		}
		w.notified(rw, r)
	}))
	if w.Media, err = media.Open(testdb.Folder(t), media.Settings{}); err != nil {
		t.Fatal(err)
	}
	w.Restart(db)
	return w
}

// Restart builds the services anew, as after a crash, on the same database opened again.
func (w *World) Restart(db *database.DB) { w.Use(w.Replica(db), db) }

// Replica is another replica of the services, on the same database opened once more. Its client of WeChat is its own:
// what a shared one keeps while it waits for WeChat, whoever comes in between would wait for.
func (w *World) Replica(db *database.DB) *service.Services {
	return service.New(service.Options{
		DB: db, Box: w.Box, WeChat: wechat.New(wechat.Options{APIBase: w.simURL, PayBase: w.simURL, Clock: w.Clock.Now}), Clock: w.Clock.Now, Log: w.log, PublicURL: w.publicURL, Media: w.Media,
		SessionKeys: w.keys,
	})
}

// Use lets one of the replicas do what comes next, and take the notifications that come meanwhile.
func (w *World) Use(s *service.Services, db *database.DB) {
	w.Services, w.DB = s, db
	w.serving.Store(s)
}

// Handle lets h answer at the public URL, such as the real router; nil gives it back to service/payment.
func (w *World) Handle(h http.Handler) {
	if h == nil {
		w.handler.Store(nil)
		return
	}
	w.handler.Store(&h)
}

// notified takes a notification without the router, for tests of the services alone.
func (w *World) notified(rw http.ResponseWriter, r *http.Request) {
	here := w.serving.Load()
	path := strings.Split(r.URL.Path, "/")
	b, err := here.Brand.Resolve(r.Context(), path[2])
	if err != nil {
		http.Error(rw, err.Error(), http.StatusNotFound)
		return
	}
	ctx, status, said := model.WithBrand(r.Context(), b.ID), http.StatusOK, "success"
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
	case path[3] == "wechatpay":
		status, said = http.StatusNoContent, ""
		_, err = here.Payment.Notified(ctx, r.Header, body)
	case r.Method == http.MethodGet:
		said, err = here.Push.Echo(ctx, r.URL.Query())
	default:
		_, err = here.Push.Pushed(ctx, r.URL.Query(), body)
	}
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, said) // to the simulator
}

func serve(t testdb.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func newKeyset(t testdb.T) string {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
