package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// The report tells what matches and what differs, with what to do; the exit code tells which.
func TestReconcile(t *testing.T) {
	yesterday := model.DayOf(model.At(time.Now())).Add(-1)
	var hands atomic.Int64 // WeChat's clock
	turn := func(to model.Millis) { hands.Store(int64(to)) }
	turn(yesterday.Starts().Add(12 * time.Hour))
	sim, err := simulator.New(simulator.Options{Clock: func() time.Time { return model.Millis(hands.Load()).Time() }})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	defer server.Close()
	m, err := merchantOf(sim, "demo", simulator.ModePublicKey)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := brandFile("demo", m)
	if err != nil {
		t.Fatal(err)
	}
	config := installation(t)
	file := filepath.Join(filepath.Dir(config), "demo.yaml")
	if err := os.WriteFile(file, spec, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "migrate", "--config", config)
	must(t, "brand", "apply", file, "--config", config)
	run := func(args ...string) result {
		t.Helper()
		return hutongWith(t, []string{"HUTONG_WECHAT__PAY_BASE=" + server.URL}, append([]string{"reconcile", "--config", config}, args...)...)
	}

	turn(yesterday.Ends().Add(9 * time.Hour))
	if r := run(); r.code != exitUsage || !strings.Contains(r.err, "demo, "+string(yesterday)+": ") {
		t.Errorf("before ten: %+v", r)
	}
	turn(yesterday.Ends().Add(10 * time.Hour))
	r := run("--brand", "demo", "--date", string(yesterday))
	if r.code != exitOK || !strings.Contains(r.out, "demo, "+string(yesterday)+": 0 payments 0.00, 0 refunds 0.00, fees 0.00") ||
		!strings.Contains(r.out, "✓ everything matches") {
		t.Errorf("nothing was sold: %+v", r)
	}

	// Another system sells with the same merchant.
	turn(yesterday.Starts().Add(12 * time.Hour))
	client, err := wechat.New(wechat.Options{PayBase: server.URL}).Client(t.Context(), wechat.Account{
		AppID: m.AppID, AppSecret: m.AppSecret, MchID: m.MchID, APIv3Key: m.APIv3Key, CertSerial: m.CertSerial,
		PrivateKey: m.PrivateKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	prepayID, err := client.Prepay(t.Context(), wechat.Prepay{
		OutTradeNo: "ELSEWHERE-1", Description: "杯子", Amount: 10_000, OpenID: sim.OpenID(m.AppID, "mei"), NotifyURL: server.URL,
	})
	if err == nil {
		_, err = sim.Pay(prepayID)
	}
	if err != nil {
		t.Fatal(err)
	}
	turn(yesterday.Ends().Add(11 * time.Hour))
	r = run()
	for _, want := range []string{
		"1 payments 100.00, 0 refunds 0.00, fees 0.60", "in 100.00, out 0.60", "✗ 1 differences are open",
		"unknown_here  payment  ELSEWHERE-1  0.00", "100.00 SUCCESS", "unknown_here: WeChat has it and we do not.",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if r.code != exitFailed {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
	for name, args := range map[string][]string{
		"no such brand": {"--brand", "nobody"}, "no day": {"--date", "yesterday"}, "a day to come": {"--date", "2999-01-01"},
	} {
		if r := run(args...); r.code != exitUsage || r.out != "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAdviceForEveryKind(t *testing.T) {
	for _, k := range model.ExceptionKinds {
		if advice[k] == "" {
			t.Errorf("%s asks for nothing", k)
		}
	}
}
