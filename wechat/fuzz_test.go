package wechat_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// FuzzNotification feeds the parser bodies and headers as anybody on the internet may post them, and, since
// those end at the signature, the same bodies properly signed. Nothing may panic, and every refusal is one
// of the two errors of the contract.
func FuzzNotification(f *testing.F) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	m, err := sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		f.Fatal(err)
	}
	nobody := httptest.NewServer(http.NotFoundHandler())
	f.Cleanup(nobody.Close)
	client, err := wechat.New(wechat.Options{APIBase: nobody.URL, PayBase: nobody.URL}).Client(f.Context(), accountOf(m))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{}`), "", "")
	f.Add([]byte(`{"id":"1","event_type":"TRANSACTION.SUCCESS"}`), "WECHATPAY/SIGNTEST/x", m.PublicKeyID)
	f.Fuzz(func(t *testing.T, body []byte, signature, serial string) {
		h := http.Header{
			"Wechatpay-Signature": {signature}, "Wechatpay-Serial": {serial},
			"Wechatpay-Timestamp": {"1700000000"}, "Wechatpay-Nonce": {"nonce"},
		}
		if _, err := client.Notification(t.Context(), h, body); !errors.Is(err, model.ErrBadSignature) {
			t.Errorf("unsigned: %v", err)
		}
		h, err := sim.SignNotification(m.MchID, body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Notification(t.Context(), h, body); err != nil && !errors.Is(err, model.ErrInvalid) {
			t.Errorf("signed: %v", err)
		}
		for _, event := range []string{"TRANSACTION.SUCCESS", "REFUND.SUCCESS", "SOMETHING.NEW"} {
			sealed, err := sim.SealNotification(m.MchID, event, body)
			if err != nil {
				t.Fatal(err)
			}
			if h, err = sim.SignNotification(m.MchID, sealed); err != nil {
				t.Fatal(err)
			}
			got, err := client.Notification(t.Context(), h, sealed)
			if err != nil && !errors.Is(err, model.ErrInvalid) {
				t.Errorf("sealed %s: %v", event, err)
			}
			if err == nil && event == "SOMETHING.NEW" && (got.Transaction != nil || got.Refund != nil) {
				t.Errorf("an unknown event gave %+v", got)
			}
		}
	})
}
