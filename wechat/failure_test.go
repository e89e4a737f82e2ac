package wechat_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// TestUnclearAnswers: whatever goes wrong on the way, the caller may repeat with the same number and finds
// the one effect.
func TestUnclearAnswers(t *testing.T) {
	for _, c := range []struct {
		kind   simulator.FaultKind
		want   *model.Error
		effect bool
	}{
		{simulator.ErrorBefore, model.ErrWeChatBusy, false},
		{simulator.RateLimit, model.ErrWeChatBusy, false},
		{simulator.ErrorAfter, model.ErrWeChatBusy, true},
		{simulator.Drop, model.ErrWeChatBusy, true},
		{simulator.Stall, model.ErrWeChatBusy, true},
		{simulator.BadSignature, model.ErrWeChat, true},
		{simulator.UnknownSerial, model.ErrWeChat, true},
		{simulator.Skew, model.ErrWeChat, true},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			s := open(t, simulator.ModePublicKey, 400*time.Millisecond)
			ctx := t.Context()
			s.fault(simulator.Fault{Op: simulator.OpPrepay, Kind: c.kind})
			start := time.Now()
			_, err := s.client.Prepay(ctx, s.order("ORDER-1"))
			s.wants("prepay", err, c.want)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %s with a time-out of 400ms", took)
			}
			if _, err := s.sim.Payment("ORDER-1"); (err == nil) != c.effect {
				t.Errorf("the payment at WeChat: %v", err)
			}
			id := s.announced("ORDER-1")
			if n := len(s.sim.Payments()); n != 1 {
				t.Errorf("%d payments at WeChat, want 1", n)
			}
			if _, err := s.sim.Pay(id); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSignTestAnswer: WeChat's probe on an answer must not be taken for an answer, and is repeated at once.
func TestSignTestAnswer(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.fault(simulator.Fault{Op: simulator.OpPrepay, Kind: simulator.SignTest})
	s.announced("ORDER-1")
	if n := len(s.sim.Payments()); n != 1 {
		t.Errorf("%d payments at WeChat, want 1", n)
	}
	s.fault(simulator.Fault{Op: simulator.OpPrepay, Kind: simulator.SignTest, Times: 2})
	_, err := s.client.Prepay(t.Context(), s.order("ORDER-2"))
	s.wants("probed twice", err, model.ErrWeChatBusy)
}

func TestUnclearRefund(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	r := wechat.RefundRequest{OutTradeNo: "ORDER-1", OutRefundNo: "R-1", Amount: 9900, Total: 9900}
	s.fault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.ErrorAfter})
	_, err := s.client.Refund(t.Context(), r)
	s.wants("refund", err, model.ErrWeChatBusy)
	if _, err := s.client.Refund(t.Context(), r); err != nil {
		t.Error(err)
	}
	if n := len(s.sim.Refunds()); n != 1 {
		t.Errorf("%d refunds at WeChat, want 1", n)
	}
}

// TestCertificatesFail: a merchant with certificates that cannot be had now works again when they can.
func TestCertificatesFail(t *testing.T) {
	s := open(t, simulator.ModeCertificates, 0)
	s.fault(simulator.Fault{Op: simulator.OpCertificates, Kind: simulator.ErrorBefore})
	order := s.order("ORDER-1")
	_, err := s.client.Prepay(t.Context(), order)
	s.wants("without certificates", err, model.ErrWeChat)
	s.clock.add(time.Minute)
	if _, err := s.client.Prepay(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	s.announced("ORDER-2")
	if n := s.observed.count("certificates ok"); n != 1 {
		t.Errorf("certificates were downloaded %d times, want 1", n)
	}
	s.clock.add(13 * time.Hour)
	s.announced("ORDER-3")
	if n := s.observed.count("certificates ok"); n != 2 {
		t.Errorf("certificates were downloaded %d times in 13 hours, want 2", n)
	}
	s.clock.add(13 * time.Hour)
	s.fault(simulator.Fault{Op: simulator.OpCertificates, Kind: simulator.ErrorBefore})
	s.announced("ORDER-4") // with the old ones
}

// TestUnknownSerialDownloads: a serial that is not among the certificates is looked for, but not for every
// notification that somebody invents.
func TestUnknownSerialDownloads(t *testing.T) {
	s := open(t, simulator.ModeCertificates, 0)
	s.announced("ORDER-0")
	s.paid("ORDER-1")
	s.deliver()
	post := s.inbox.raw[0]
	s.clock.add(time.Minute)
	for range 5 {
		post.header.Set("Wechatpay-Serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1")
		_, err := s.client.Notification(t.Context(), post.header, post.body)
		s.wants("invented serial", err, model.ErrBadSignature)
	}
	if n := s.observed.count("certificates ok"); n != 2 {
		t.Errorf("certificates were downloaded %d times, want 2", n)
	}
}

// TestCallerGoesAway: a caller that gives up is not kept waiting.
func TestCallerGoesAway(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.fault(simulator.Fault{Op: simulator.OpPrepay, Kind: simulator.Stall})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := s.client.Prepay(ctx, s.order("ORDER-1"))
	s.wants("prepay", err, model.ErrWeChatBusy)
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s", took)
	}
}

// TestStalledToken: callers that wait for one access token wait no longer than their own time-out.
func TestStalledToken(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 300*time.Millisecond)
	s.fault(simulator.Fault{Op: simulator.OpToken, Kind: simulator.Stall})
	done := make(chan error, 4)
	codes := []string{s.phoneCode("a"), s.phoneCode("b"), s.phoneCode("c"), s.phoneCode("d")}
	for _, code := range codes {
		go func() {
			_, err := s.client.Phone(t.Context(), code)
			done <- err
		}()
	}
	for range codes {
		select {
		case err := <-done:
			s.wants("phone", err, model.ErrWeChatBusy)
		case <-time.After(2 * time.Second):
			t.Fatal("a caller is still waiting")
		}
	}
}

// TestTokenForTheImpatient: who gives up sooner than the request for the token does not wait for it.
func TestTokenForTheImpatient(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.fault(simulator.Fault{Op: simulator.OpToken, Kind: simulator.Stall, Delay: 600 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := s.client.Phone(ctx, s.phoneCode("mei"))
	s.wants("phone", err, model.ErrWeChatBusy)
	if took := time.Since(start); took > 400*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

// TestNoRedirect: WeChat does not redirect, and what does gets no second request.
func TestNoRedirect(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, r.URL.String(), http.StatusFound)
	}))
	t.Cleanup(server.Close)
	client, err := wechat.New(wechat.Options{APIBase: server.URL, PayBase: server.URL}).Client(t.Context(), accountOf(s.merchant))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Login(t.Context(), "code")
	s.wants("login", err, model.ErrWeChat)
	_, err = client.Transaction(t.Context(), "ORDER-1")
	s.wants("transaction", err, model.ErrWeChat)
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests for two calls", n)
	}
}

// TestGarbage: what answers is not HTTP, or not WeChat.
func TestGarbage(t *testing.T) {
	ok := func(body string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	for name, said := range map[string]string{
		"not HTTP": "hello\r\n\r\n",
		"no JSON":  ok("<html"),
		"empty":    ok(""),
		"null":     ok("null"),
		"array":    ok("[]"),
		"numbers":  ok(`{"prepay_id":1,"openid":2,"access_token":3,"status":4,"trade_state":5}`),
		"bad cert": ok(`{"data":[{"serial_no":1}]}`),
		"no cert":  ok(`{"data":[{}]}`),
		"short":    "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
		"redirect": "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, simulator.ModeCertificates, 0)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					go func() {
						defer func() { _ = c.Close() }()
						_, _ = c.Read(make([]byte, 8192))
						_, _ = c.Write([]byte(said))
					}()
				}
			}()
			base := "http://" + l.Addr().String()
			sdk := wechat.New(wechat.Options{APIBase: base, PayBase: base, Timeout: time.Second})
			c, err := sdk.Client(t.Context(), accountOf(s.merchant))
			if err != nil {
				t.Fatal(err)
			}
			for what, err := range everyCall(t.Context(), c, s) {
				var known *model.Error
				if !errors.As(err, &known) || known.Kind != model.KindUpstream {
					t.Errorf("%s: %v, want an error of upstream", what, err)
				}
			}
		})
	}
}

// TestRefusals: codes with which WeChat refuses, those too that the simulator has no occasion for.
func TestRefusals(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	var status int
	var code string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"code":%q,"message":"因为\n所以"}`, code)
	}))
	t.Cleanup(server.Close)
	client, err := wechat.New(wechat.Options{APIBase: server.URL, PayBase: server.URL}).Client(t.Context(), accountOf(s.merchant))
	if err != nil {
		t.Fatal(err)
	}
	prepay := func() error { _, err := client.Prepay(t.Context(), s.order("ORDER-1")); return err }
	query := func() error { _, err := client.Transaction(t.Context(), "ORDER-1"); return err }
	closing := func() error { return client.Close(t.Context(), "ORDER-1") }
	refund := func() error { _, err := client.Refund(t.Context(), wechat.RefundRequest{}); return err }
	for _, c := range []struct {
		do     func() error
		status int
		code   string
		want   *model.Error
	}{
		{prepay, 400, "INVALID_REQUEST", model.ErrConflict}, // how a repetition with other parameters is refused in practice
		{prepay, 400, "MCH_NOT_EXISTS", model.ErrWeChatSettings},
		{prepay, 403, "NO_AUTH", model.ErrWeChatSettings},
		{prepay, 403, "RULE_LIMIT", model.ErrWeChat},
		{prepay, 500, "SYSTEM_ERROR", model.ErrWeChatBusy},
		{prepay, 200, "BANK_ERROR", model.ErrWeChat}, // not signed, so it says nothing
		{prepay, 503, "", model.ErrWeChatBusy},
		{prepay, 404, "", model.ErrWeChat},
		{query, 429, "RATELIMIT_EXCEEDED", model.ErrWeChatBusy},
		{query, 404, "ORDER_NOT_EXIST", model.ErrPayNotFound},
		{closing, 400, "ORDER_CLOSED", nil},
		{closing, 400, "ORDERPAID", model.ErrAlreadyPaid},
		{refund, 403, "USER_ACCOUNT_ABNORMAL", model.ErrAccountGone},
		{refund, 403, "NOT_ENOUGH", model.ErrConflict},
		{refund, 429, "FREQUENCY_LIMITED", model.ErrRateLimited},
		{refund, 404, "RESOURCE_NOT_EXISTS", model.ErrPayNotFound},
	} {
		status, code = c.status, c.code
		err := c.do()
		if c.want == nil {
			if err != nil {
				t.Errorf("%d %s: %v", c.status, c.code, err)
			}
			continue
		}
		s.wants(fmt.Sprintf("%d %s", c.status, c.code), err, c.want)
		if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("the error has several lines: %q", err)
		}
	}
}

// TestFirstCallsAtOnce: the first calls of a merchant with certificates wait for one download together.
func TestFirstCallsAtOnce(t *testing.T) {
	s := open(t, simulator.ModeCertificates, 0)
	s.fault(simulator.Fault{Op: simulator.OpCertificates, Kind: simulator.Stall, Delay: 50 * time.Millisecond})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if _, err := s.client.Prepay(t.Context(), s.order(fmt.Sprintf("ORDER-%d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := s.observed.count("certificates ok"); n != 1 {
		t.Errorf("certificates were downloaded %d times, want 1", n)
	}
}
