package wechat_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat/simulator"
)

// TestSpoiltNotifications: each is refused for its own reason, WeChat repeats it, and the repetition is
// good.
func TestSpoiltNotifications(t *testing.T) {
	for kind, want := range map[simulator.FaultKind]*model.Error{
		simulator.BadSignature:  model.ErrBadSignature,
		simulator.UnknownSerial: model.ErrBadSignature,
		simulator.SignTest:      model.ErrBadSignature,
		simulator.Skew:          model.ErrBadSignature,
		simulator.Truncated:     model.ErrInvalid,
		simulator.BadNonce:      model.ErrInvalid,
		simulator.WrongKey:      model.ErrInvalid,
	} {
		for _, mode := range []simulator.Mode{simulator.ModePublicKey, simulator.ModeCertificates} {
			t.Run(string(kind)+" "+string(mode), func(t *testing.T) {
				s := open(t, mode, 0)
				s.paid("ORDER-1")
				s.fault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: kind})
				ds := s.deliver()
				if len(ds) != 1 || ds[0].Accepted || ds[0].Fault != kind {
					t.Fatalf("deliveries %+v", ds)
				}
				if len(s.inbox.errs) != 1 {
					t.Fatalf("errors %v", s.inbox.errs)
				}
				s.wants(string(kind), s.inbox.errs[0], want)
				if wait := ds[0].Next.Sub(s.clock.now()); wait != 15*time.Second {
					t.Errorf("the first retry comes after %s", wait)
				}
				if ds := s.deliver(); len(ds) != 0 {
					t.Errorf("a retry came at once: %+v", ds)
				}
				s.clock.add(15 * time.Second)
				if ds := s.deliver(); len(ds) != 1 || !ds[0].Accepted || ds[0].Attempt != 2 {
					t.Errorf("retry %+v", ds)
				}
			})
		}
	}
}

// TestTamperedNotifications changes a good notification after it was signed.
func TestTamperedNotifications(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	s.deliver()
	good := s.inbox.raw[0]
	if _, err := s.client.Notification(t.Context(), good.header, good.body); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(h http.Header, body []byte) []byte{
		"body":            func(_ http.Header, b []byte) []byte { return append(b, '\n') },
		"empty body":      func(http.Header, []byte) []byte { return nil },
		"timestamp":       func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Timestamp", "1700000000"); return b },
		"no timestamp":    func(h http.Header, b []byte) []byte { h.Del("Wechatpay-Timestamp"); return b },
		"odd timestamp":   func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Timestamp", "now"); return b },
		"nonce":           func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Nonce", "x"); return b },
		"no signature":    func(h http.Header, b []byte) []byte { h.Del("Wechatpay-Signature"); return b },
		"odd signature":   func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Signature", "%%%"); return b },
		"no serial":       func(h http.Header, b []byte) []byte { h.Del("Wechatpay-Serial"); return b },
		"signature kind":  func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Signature-Type", "NONE"); return b },
		"nothing but air": func(h http.Header, _ []byte) []byte { clear(h); return nil },
	} {
		h := good.header.Clone()
		body := change(h, bytes.Clone(good.body))
		_, err := s.client.Notification(t.Context(), h, body)
		s.wants(name, err, model.ErrBadSignature)
	}
}

// TestForeignNotification: what WeChat signed for one merchant is nothing to another.
func TestForeignNotification(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	other, err := s.sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	a := accountOf(other)
	a.BrandID = 2
	client, err := s.sdk.Client(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	s.paid("ORDER-1")
	s.deliver()
	_, err = client.Notification(t.Context(), s.inbox.raw[0].header, s.inbox.raw[0].body)
	s.wants("another merchant's", err, model.ErrBadSignature)
}

// TestRepeatedNotifications: the adapter reads each copy; that they have one effect is the service's part.
func TestRepeatedNotifications(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	s.fault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Concurrent, Count: 6})
	if ds := s.deliver(); len(ds) != 6 || len(s.inbox.errs) != 0 {
		t.Fatalf("deliveries %+v, errors %v", ds, s.inbox.errs)
	}
	for _, n := range s.inbox.got {
		if n.ID != s.inbox.got[0].ID || n.Transaction.OutTradeNo != "ORDER-1" {
			t.Errorf("notification %+v", n)
		}
	}
}

func TestWrongAmount(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	s.fault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.WrongAmount})
	s.deliver()
	if n := s.inbox.got[0]; n.Transaction.Total != 9901 {
		t.Errorf("the notification says %d fen", n.Transaction.Total)
	}
}
