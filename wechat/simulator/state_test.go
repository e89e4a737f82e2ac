package simulator

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestRestart: everything goes on after a restart with a state file.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sim", "state.json")
	l := newLab(t, Options{StateFile: file})
	code, err := l.LoginCode(l.m.AppID, "mei")
	if err != nil {
		t.Fatal(err)
	}
	waiting := l.announced("ORDER-0")
	l.paid("ORDER-1")
	l.refunded("ORDER-1", "R-1", 40)
	l.announced("ORDER-C")
	l.fault(Fault{Op: OpClose, Kind: PayAfterClose, Delay: time.Second})
	l.signed("POST", "/v3/pay/transactions/out-trade-no/ORDER-C/close", `{"mchid":"`+l.m.MchID+`"}`)
	if err := l.Save(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the keys: %v, %v", info.Mode(), err)
	}

	again := newLab(t, Options{StateFile: file})
	known, err := again.AddMerchant(Merchant{MchID: l.m.MchID})
	if err != nil || known != l.m {
		t.Fatalf("the merchant is another: %v", err)
	}
	again.m = known
	status, body, _ := again.call("GET", "/sns/jscode2session?appid="+known.AppID+"&secret="+known.AppSecret+
		"&js_code="+code+"&grant_type=authorization_code", "")
	if status != 200 || !contains(body, again.OpenID(known.AppID, "mei")) {
		t.Errorf("login: %d %s", status, body)
	}
	if _, err := again.Pay(waiting); err != nil {
		t.Error(err)
	}
	again.add(2 * time.Second)
	ds := again.Deliver(t.Context())
	if len(ds) != 4 {
		t.Errorf("%d notifications after the restart, want 4", len(ds))
	}
	if r := again.Refunds(); len(r) != 1 || r[0].State != "SUCCESS" || r[0].Amount != 40 {
		t.Errorf("refunds %+v", r)
	}
	again.fault(Fault{Op: OpNotifyPayment, Kind: WrongAmount})
	again.paid("ORDER-2")
	again.Deliver(t.Context())
}

// TestRestartWrongAmount: amounts that come from a file are still numbers to be spoilt.
func TestRestartWrongAmount(t *testing.T) {
	for _, total := range []any{int64(100), float64(100)} {
		got := oneFenMore(map[string]any{"amount": map[string]any{"total": total}})["amount"].(map[string]any)["total"]
		if got != int64(101) && got != float64(101) {
			t.Errorf("%T: %v", total, got)
		}
	}
}

func TestBrokenStateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	for _, text := range []string{"{", `{"Merchants":[{"MchID":"1","PrivateKey":"x"}]}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{StateFile: file}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// TestRun: the loop delivers, saves, and ends with its context.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	l := newLab(t, Options{StateFile: file})
	l.paid("ORDER-1")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	for l.events() == "[]" {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("nothing was delivered")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestMerchants(t *testing.T) {
	l := newLab(t, Options{})
	if _, err := l.AddMerchant(Merchant{MchID: "1900000001", AppID: l.m.AppID}); err == nil {
		t.Error("one appid was bound to two merchants")
	}
	for name, m := range map[string]Merchant{
		"mode": {Mode: "other"}, "key": {APIv3Key: "short"}, "pem": {PrivateKey: "x"}, "serial": {PlatformSerial: "xyz"},
		"kind": {PrivateKey: "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n"},
	} {
		if _, err := l.AddMerchant(m); err == nil {
			t.Errorf("a wrong %s was taken", name)
		}
	}
	other, err := l.AddMerchant(Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	if other.MchID == l.m.MchID || other.AppID == l.m.AppID || other.PrivateKey == l.m.PrivateKey ||
		other.PlatformKey == l.m.PlatformKey || other.PublicKeyID == l.m.PublicKeyID {
		t.Error("two merchants share what is one's own")
	}
	same := other
	same.Name = "renamed"
	if got, err := l.AddMerchant(same); err != nil || got.PlatformKey != other.PlatformKey {
		t.Errorf("given credentials were not kept: %v", err)
	}
	if n := len(l.Merchants()); n != 2 {
		t.Errorf("%d merchants, want 2", n)
	}
}

func TestOpenPlatform(t *testing.T) {
	l := newLab(t, Options{})
	apps := make([]string, 2)
	for i := range apps {
		m, err := l.AddMerchant(Merchant{OpenPlatform: "op"})
		if err != nil {
			t.Fatal(err)
		}
		apps[i] = m.AppID
	}
	if one, two := l.UnionID(apps[0], "mei"), l.UnionID(apps[1], "mei"); one == "" || one != two {
		t.Errorf("unionids %q and %q", one, two)
	}
	if l.OpenID(apps[0], "mei") == l.OpenID(apps[1], "mei") || l.UnionID(l.m.AppID, "mei") != "" {
		t.Error("openids are shared, or an app without an Open Platform account has unionids")
	}
}
