package payment_test

import (
	"errors"
	"fmt"
	"testing"

	"hutong/model"
	"hutong/service/payment"
	"hutong/service/testshop"
)

// notified is what becomes of a notification with this content, signed well.
func notified(t *testing.T, s *testshop.Shop, event, content string) (model.CallbackOutcome, error) {
	t.Helper()
	body, err := s.Sim.SealNotification(s.Merchant.MchID, event, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	header, err := s.Sim.SignNotification(s.Merchant.MchID, body)
	if err != nil {
		t.Fatal(err)
	}
	return s.Payment.Notified(s.Ctx, header, body)
}

// A notification that is signed well, of a payment whose number we know, but that another merchant, another mini
// program or another currency was paid with: it pays nothing here.
func TestAPaymentOfOthersPaysNothing(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(990, 9), 1))
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		paid := func(mchID, appID, currency, state string) (model.CallbackOutcome, error) {
			t.Helper()
			return notified(t, s, "TRANSACTION.SUCCESS", fmt.Sprintf(
				`{"mchid":%q,"appid":%q,"out_trade_no":%q,"transaction_id":"4200000001","trade_state":%q,"success_time":"2026-06-01T12:00:00+08:00",`+
					`"amount":{"total":990,"payer_total":990,"currency":%q,"payer_currency":%q},"payer":{"openid":"o"}}`,
				mchID, appID, o.No, state, currency, currency))
		}
		for name, c := range map[string][3]string{
			"mchid": {"1699999999", s.Merchant.AppID, "CNY"}, "appid": {s.Merchant.MchID, "wx0000000000000000", "CNY"}, "currency": {s.Merchant.MchID, s.Merchant.AppID, "USD"},
		} {
			outcome, err := paid(c[0], c[1], c[2], "SUCCESS")
			if outcome != model.CallbackMismatch || !errors.Is(err, model.ErrConflict) || s.State(o.No).Status != model.OrderPending {
				t.Errorf("another %s: %s, %s, %v", name, s.State(o.No).Status, outcome, err)
			}
		}
		if outcome, err := paid(s.Merchant.MchID, s.Merchant.AppID, "CNY", "NOTPAY"); outcome != model.CallbackUnhandled || err != nil || s.State(o.No).Status != model.OrderPending {
			t.Errorf("not paid: %s, %s, %v", s.State(o.No).Status, outcome, err)
		}
		if outcome, err := paid(s.Merchant.MchID, s.Merchant.AppID, "CNY", "SUCCESS"); outcome != model.CallbackApplied || err != nil || s.State(o.No).Status != model.OrderPaid {
			t.Errorf("ours: %s, %s, %v", s.State(o.No).Status, outcome, err)
		}
	})
}

// wentBack is what becomes of a notification that so much of an order has gone back by a refund.
func wentBack(t *testing.T, s *testshop.Shop, o model.Order, r payment.DeskRefund, amount model.Fen) (model.CallbackOutcome, error) {
	t.Helper()
	return notified(t, s, "REFUND.SUCCESS", fmt.Sprintf(
		`{"mchid":%q,"out_trade_no":%q,"transaction_id":"4200000001","out_refund_no":%q,"refund_id":"5000000001","refund_status":"SUCCESS",`+
			`"success_time":"2026-06-01T12:00:00+08:00","amount":{"total":%d,"refund":%d,"payer_total":%d,"payer_refund":%d}}`,
		s.Merchant.MchID, o.No, r.No, int64(o.TotalFen), int64(amount), int64(o.TotalFen), int64(amount)))
}

// A notification of a refund that names another amount than was asked for changes nothing.
func TestARefundOfAnotherAmountIsRefused(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		r := wish{o.No, pieces(0, 1), false}.must(t, s, "key-0001")
		s.RunJobs()
		outcome, err := wentBack(t, s, o, r, 1)
		v, readErr := s.Payment.RefundAtDesk(s.Ctx, r.No)
		if outcome != model.CallbackMismatch || !errors.Is(err, model.ErrConflict) || v.Status != model.RefundProcessing || readErr != nil {
			t.Errorf("%s, %v; it is %s, %v", outcome, err, v.Status, readErr)
		}
		settle(s)
		if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundSucceeded {
			t.Errorf("in the end: %s, %v", v.Status, err)
		}
	})
}

// A refund of which WeChat tells again is known: it is booked once, and WeChat hears that all is well.
func TestARefundIsToldOfTwice(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		r := wish{o.No, pieces(0, 1), false}.must(t, s, "key-0001")
		s.RunJobs()
		for _, want := range []model.CallbackOutcome{model.CallbackApplied, model.CallbackRepeated, model.CallbackRepeated} {
			if outcome, err := wentBack(t, s, o, r, 1_000); outcome != want || err != nil {
				t.Errorf("%s, %v; want %s", outcome, err, want)
			}
		}
		if owed := s.Balance(model.AccountRefundPayable); owed != 0 {
			t.Errorf("still owed: %d", owed)
		}
	})
}
