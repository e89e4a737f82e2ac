package simulator

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestSchedule: a merchant that never accepts hears sixteen times, on WeChat's schedule, and no more.
func TestSchedule(t *testing.T) {
	l := newLab(t, Options{})
	l.answer(http.StatusInternalServerError)
	l.paid("ORDER-1")
	want := []string{
		"15s", "15s", "30s", "3m0s", "10m0s", "20m0s", "30m0s", "30m0s", "30m0s", "1h0m0s", "3h0m0s", "3h0m0s",
		"3h0m0s", "6h0m0s", "6h0m0s",
	}
	for i, gap := range want {
		ds := l.Deliver(t.Context())
		if len(ds) != 1 || ds[0].Attempt != i+1 || ds[0].Accepted || ds[0].Status != 500 {
			t.Fatalf("attempt %d: %+v", i+1, ds)
		}
		if got := ds[0].Next.Sub(l.now()).String(); got != gap {
			t.Errorf("after attempt %d comes %s, want %s", i+1, got, gap)
		}
		l.add(ds[0].Next.Sub(l.now()) - time.Millisecond)
		if early := l.Deliver(t.Context()); len(early) != 0 {
			t.Fatalf("attempt %d came early", i+2)
		}
		l.add(time.Millisecond)
	}
	if ds := l.Deliver(t.Context()); len(ds) != 1 || !ds[0].Next.IsZero() {
		t.Errorf("the last attempt: %+v", ds)
	}
	if n, _ := l.Waiting(); n != 0 {
		t.Errorf("%d notifications still wait", n)
	}
}

func TestSpeed(t *testing.T) {
	l := newLab(t, Options{Speed: 15})
	l.answer(http.StatusBadRequest)
	l.paid("ORDER-1")
	if ds := l.Deliver(t.Context()); ds[0].Next.Sub(l.now()) != time.Second {
		t.Errorf("the retry comes after %s", ds[0].Next.Sub(l.now()))
	}
}

// TestAccepted: 200 and 204 accept, whatever else is 2xx does not.
func TestAccepted(t *testing.T) {
	for status, want := range map[int]bool{200: true, 204: true, 201: false, 202: false, 302: false, 401: false, 500: false} {
		l := newLab(t, Options{})
		l.answer(status)
		l.paid("ORDER-1")
		if ds := l.Deliver(t.Context()); ds[0].Accepted != want {
			t.Errorf("status %d accepted: %v", status, ds[0].Accepted)
		}
	}
}

func TestDeadMerchant(t *testing.T) {
	l := newLab(t, Options{})
	l.notify = "http://127.0.0.1:1/callback"
	l.paid("ORDER-1")
	if ds := l.Deliver(t.Context()); len(ds) != 1 || ds[0].Err == nil || ds[0].Accepted || ds[0].Next.IsZero() {
		t.Errorf("%+v", ds)
	}
}

func TestDuplicate(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(Fault{Op: OpNotifyPayment, Kind: Duplicate, Count: 3})
	l.paid("ORDER-1")
	if ds := l.Deliver(t.Context()); len(ds) != 3 || ds[0].ID != ds[2].ID {
		t.Errorf("%+v", ds)
	}
	if n, _ := l.Waiting(); n != 0 {
		t.Errorf("%d notifications still wait", n)
	}
}

func TestLost(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(Fault{Op: OpNotifyPayment, Kind: Lost})
	l.paid("ORDER-1")
	l.Deliver(t.Context())
	l.add(48 * time.Hour)
	l.Deliver(t.Context())
	if got := l.events(); got != "[]" {
		t.Errorf("a lost notification came: %s", got)
	}
}

func TestDelayed(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(Fault{Op: OpNotifyPayment, Kind: Delayed, Delay: time.Minute})
	l.paid("ORDER-1")
	l.Deliver(t.Context())
	l.add(59 * time.Second)
	l.Deliver(t.Context())
	if got := l.events(); got != "[]" {
		t.Errorf("came early: %s", got)
	}
	l.add(time.Second)
	if ds := l.Deliver(t.Context()); len(ds) != 1 || ds[0].Attempt != 1 {
		t.Errorf("%+v", ds)
	}
}

// TestReordered: the refund is heard of before the payment.
func TestReordered(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(Fault{Op: OpNotifyPayment, Kind: Reordered})
	l.paid("ORDER-1")
	l.Deliver(t.Context())
	l.Deliver(t.Context())
	if got := l.events(); got != "[]" {
		t.Fatalf("came before another: %s", got)
	}
	l.refunded("ORDER-1", "R-1", 100)
	l.add(2 * time.Second)
	l.Deliver(t.Context())
	if got := l.events(); got != "[REFUND.SUCCESS TRANSACTION.SUCCESS]" {
		t.Errorf("came as %s", got)
	}

	// With nothing to come after it still comes.
	l.fault(Fault{Op: OpNotifyPayment, Kind: Reordered, Delay: time.Minute})
	l.paid("ORDER-2")
	l.Deliver(t.Context())
	l.add(time.Minute)
	if ds := l.Deliver(t.Context()); len(ds) != 1 || !ds[0].Accepted {
		t.Errorf("%+v", ds)
	}
}

// TestFaultsAreChosen: by operation, by merchant, so many times, and else from the source that was injected.
func TestFaultsAreChosen(t *testing.T) {
	var drawn []Op
	l := newLab(t, Options{Faults: func(op Op, _ string) (Fault, bool) {
		drawn = append(drawn, op)
		return Fault{Kind: ErrorBefore}, op == OpQuery
	}})
	other, err := l.AddMerchant(Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	l.fault(Fault{Op: OpPrepay, Kind: ErrorBefore, MchID: other.MchID})
	l.announced("ORDER-1")
	if n := len(l.Faults()); n != 1 {
		t.Errorf("a fault of another merchant was used up")
	}
	l.ClearFaults()
	l.fault(Fault{Op: OpCertificates, Kind: RateLimit, Times: 2})
	for i, want := range []int{429, 429, 404} {
		if status, _, _ := l.signed("GET", "/v3/certificates", ""); status != want {
			t.Errorf("call %d: %d, want %d", i+1, status, want)
		}
	}
	l.fault(Fault{Op: OpCertificates, Kind: RateLimit, Times: -1})
	for range 5 {
		if status, _, _ := l.signed("GET", "/v3/certificates", ""); status != 429 {
			t.Errorf("a lasting fault ended")
		}
	}
	if status, _, _ := l.signed("GET", "/v3/pay/transactions/out-trade-no/ORDER-1?mchid="+l.m.MchID, ""); status != 500 {
		t.Errorf("the source's fault gave %d", status)
	}
	if len(drawn) != 3 || drawn[0] != OpPrepay || drawn[1] != OpCertificates || drawn[2] != OpQuery {
		t.Errorf("drawn for %v", drawn)
	}
	for _, f := range []Fault{
		{Op: "nothing", Kind: Stall},
		{Op: OpLogin, Kind: SignTest},
		{Op: OpPrepay, Kind: Lost},
		{Op: OpPrepay, Kind: Stall, Delay: -1},
		{Op: OpNotifyPayment, Kind: Concurrent, Count: 65},
	} {
		if l.AddFault(f) == nil {
			t.Errorf("the fault %+v was taken", f)
		}
	}
}

// TestSameHistorySameNumbers: a seeded simulation can be replayed.
func TestSameHistorySameNumbers(t *testing.T) {
	history := func() []string {
		l := newLab(t, Options{})
		code, err := l.LoginCode(l.m.AppID, "mei")
		if err != nil {
			t.Fatal(err)
		}
		l.notify = "http://shop.test/callback"
		p := l.paid("ORDER-1")
		l.refunded("ORDER-1", "R-1", 100)
		return []string{code, p.PrepayID, p.TransactionID, l.Refunds()[0].RefundID, l.OpenID(l.m.AppID, "mei")}
	}
	one, two := history(), history()
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("%q, then %q", one[i], two[i])
		}
	}
}

// TestDeliverWithin: whoever is being notified may let WeChat deliver, and each notification is posted once.
func TestDeliverWithin(t *testing.T) {
	l := newLab(t, Options{})
	var within []Delivery
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		within = append(within, l.Deliver(r.Context())...)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(shop.Close)
	l.notify = shop.URL
	l.paid("ORDER-1")
	l.paid("ORDER-2")
	out := l.Deliver(t.Context())
	if len(out) != 1 || len(within) != 1 || !out[0].Accepted || !within[0].Accepted || out[0].Number == within[0].Number {
		t.Errorf("outside %+v, within %+v", out, within)
	}
}
