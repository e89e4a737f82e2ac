package payment_test

import (
	"errors"
	"fmt"
	"testing"

	"hutong/model"
	"hutong/service/testshop"
)

// A notification that is signed well, of a payment whose number we know, but that another merchant, another mini
// program or another currency was paid with: it pays nothing here.
func TestAPaymentOfOthersPaysNothing(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(990, 9), 1))
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		notified := func(mchID, appID, currency string) (model.CallbackOutcome, error) {
			t.Helper()
			body, err := s.Sim.SealNotification(s.Merchant.MchID, "TRANSACTION.SUCCESS", fmt.Appendf(nil,
				`{"mchid":%q,"appid":%q,"out_trade_no":%q,"transaction_id":"4200000001","trade_state":"SUCCESS","success_time":"2026-06-01T12:00:00+08:00",`+
					`"amount":{"total":990,"payer_total":990,"currency":%q,"payer_currency":%q},"payer":{"openid":"o"}}`, mchID, appID, o.No, currency, currency))
			if err != nil {
				t.Fatal(err)
			}
			header, err := s.Sim.SignNotification(s.Merchant.MchID, body)
			if err != nil {
				t.Fatal(err)
			}
			return s.Payment.Notified(s.Ctx, header, body)
		}
		for name, c := range map[string][3]string{
			"mchid": {"1699999999", s.Merchant.AppID, "CNY"}, "appid": {s.Merchant.MchID, "wx0000000000000000", "CNY"}, "currency": {s.Merchant.MchID, s.Merchant.AppID, "USD"},
		} {
			outcome, err := notified(c[0], c[1], c[2])
			if outcome != model.CallbackMismatch || !errors.Is(err, model.ErrConflict) || s.State(o.No).Status != model.OrderPending {
				t.Errorf("another %s: %s, %s, %v", name, s.State(o.No).Status, outcome, err)
			}
		}
		if outcome, err := notified(s.Merchant.MchID, s.Merchant.AppID, "CNY"); outcome != model.CallbackApplied || err != nil || s.State(o.No).Status != model.OrderPaid {
			t.Errorf("ours: %s, %s, %v", s.State(o.No).Status, outcome, err)
		}
	})
}
