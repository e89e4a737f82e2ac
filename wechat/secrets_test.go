package wechat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// everyCall makes each call that goes to WeChat, and returns the errors.
func everyCall(ctx context.Context, c wechat.Client, s *shop) map[string]error {
	out := map[string]error{}
	_, out["login"] = c.Login(ctx, "0abcDEF_-")
	_, out["phone"] = c.Phone(ctx, "0abcDEF_-")
	_, out["prepay"] = c.Prepay(ctx, s.order("ORDER-1"))
	_, out["transaction"] = c.Transaction(ctx, "ORDER-1")
	out["close"] = c.Close(ctx, "ORDER-1")
	_, out["refund"] = c.Refund(ctx, wechat.RefundRequest{OutTradeNo: "ORDER-1", OutRefundNo: "R-1", Amount: 1, Total: 1})
	_, out["query refund"] = c.QueryRefund(ctx, "R-1")
	_, out["check text"] = c.CheckText(ctx, wechat.TextCheck{OpenID: "o", Text: "words"})
	_, out["check picture"] = c.CheckPicture(ctx, wechat.PictureCheck{OpenID: "o", URL: "https://shop.example/a.jpg"})
	out["check"] = c.Check(ctx)
	return out
}

// secretsOf lists what must never be read outside: whole, and every line of the keys.
func secretsOf(a wechat.Account) []string {
	out := []string{a.AppSecret, a.APIv3Key, a.PushToken, a.PushKey}
	for line := range strings.Lines(a.PrivateKey) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "-----") {
			out = append(out, line)
		}
	}
	return out
}

// captured runs do and returns everything it wrote to stdout, stderr, slog and log.
func captured(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, logger := os.Stdout, os.Stderr, slog.Default()
	os.Stdout, os.Stderr = w, w
	log.SetOutput(w)
	slog.SetDefault(slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})))
	text := make(chan string, 1)
	go func() {
		raw, _ := io.ReadAll(r)
		text <- string(raw)
	}()
	func() {
		defer func() {
			os.Stdout, os.Stderr = stdout, stderr
			log.SetOutput(stderr)
			slog.SetDefault(logger)
			_ = w.Close()
		}()
		do()
	}()
	return <-text
}

// TestNoSecretGoesOut points the real SDKs at a dead port, at answers that are errors, and at one that
// redirects, and looks for secrets in what they say.
func TestNoSecretGoesOut(t *testing.T) {
	s := open(t, simulator.ModeCertificates, 300*time.Millisecond)
	account := accountOf(s.merchant)
	secrets := secretsOf(account)

	dead := wechat.New(wechat.Options{
		APIBase: "http://127.0.0.1:1", PayBase: "http://127.0.0.1:1", Timeout: time.Second,
	})
	client, err := dead.Client(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	said.WriteString(captured(t, func() {
		for what, err := range everyCall(t.Context(), client, s) {
			s.wants(what+" at a dead port", err, model.ErrWeChatBusy)
			slog.Error("failed", "error", err, "account", account)
			fmt.Fprintf(&said, "%s: %v %+v %#v\n", what, err, err, err)
			for e := err; e != nil; e = errors.Unwrap(e) {
				fmt.Fprintf(&said, "%v\n", e)
			}
		}
		for _, kind := range []simulator.FaultKind{
			simulator.Drop, simulator.ErrorAfter, simulator.ErrorBefore, simulator.Stall,
		} {
			for _, op := range []simulator.Op{
				simulator.OpLogin, simulator.OpToken, simulator.OpPrepay, simulator.OpCertificates,
			} {
				s.fault(simulator.Fault{Op: op, Kind: kind})
			}
			fresh, err := wechat.New(wechat.Options{
				APIBase: s.server.URL, PayBase: s.server.URL, Timeout: 300 * time.Millisecond,
			}).Client(t.Context(), account)
			if err != nil {
				t.Error(err)
				return
			}
			for what, err := range everyCall(t.Context(), fresh, s) {
				fmt.Fprintf(&said, "%s: %v\n", what, err)
			}
			s.sim.ClearFaults()
		}
	}))
	for _, secret := range secrets {
		if strings.Contains(said.String(), secret) {
			t.Errorf("the secret %.6s… went out", secret)
		}
	}
	if !strings.Contains(said.String(), "connection refused") {
		t.Errorf("the errors do not say what is wrong:\n%s", said.String())
	}
}

// TestAccountShowsNoSecret prints an account in every way there is.
func TestAccountShowsNoSecret(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	a := accountOf(s.merchant)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %d %x", a, a, a, a, a, a, a)
	fmt.Fprintf(&out, "%v %+v %#v", &a, []wechat.Account{a}, struct{ A wechat.Account }{a})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("account", "a", a, "p", &a)
	slog.New(slog.NewTextHandler(&out, nil)).Info("account", "a", a, "list", []wechat.Account{a})
	for _, secret := range secretsOf(a) {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the secret %.6s… is shown", secret)
		}
	}
	if !strings.Contains(out.String(), a.AppID) {
		t.Error("the appid is not shown")
	}
}

// TestBadNotificationShowsNothing: what the SDK says of a bad notification would hold its body.
func TestBadNotificationShowsNothing(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	for _, kind := range []simulator.FaultKind{simulator.BadSignature, simulator.Truncated, simulator.WrongKey} {
		s.fault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: kind})
	}
	for range 3 {
		s.deliver()
		s.clock.add(time.Minute)
	}
	if len(s.inbox.errs) != 3 {
		t.Fatalf("%d errors, want 3", len(s.inbox.errs))
	}
	for i, err := range s.inbox.errs {
		for _, part := range []string{"ciphertext", "resource", string(s.inbox.raw[i].body[:40])} {
			if strings.Contains(err.Error(), part) {
				t.Errorf("the error shows the notification: %v", err)
			}
		}
	}
}
