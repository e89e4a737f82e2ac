package wechat_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hutong/wechat"
	"hutong/wechat/simulator"
)

// TestJourney goes from the login to the refund over real HTTP, with each way in which WeChat proves itself.
func TestJourney(t *testing.T) {
	for _, mode := range []simulator.Mode{
		simulator.ModePublicKey, simulator.ModeCertificates, simulator.ModeMigrating,
	} {
		t.Run(string(mode), func(t *testing.T) {
			s := open(t, mode, 0)
			ctx := t.Context()

			code, err := s.sim.LoginCode(s.merchant.AppID, "mei")
			if err != nil {
				t.Fatal(err)
			}
			login, err := s.client.Login(ctx, code)
			if err != nil {
				t.Fatal(err)
			}
			if login.OpenID != s.sim.OpenID(s.merchant.AppID, "mei") || login.SessionKey == "" ||
				login.UnionID != s.sim.UnionID(s.merchant.AppID, "mei") || login.UnionID == "" {
				t.Errorf("login %+v", login)
			}

			code, err = s.sim.PhoneCode(s.merchant.AppID, "mei")
			if err != nil {
				t.Fatal(err)
			}
			phone, err := s.client.Phone(ctx, code)
			if err != nil || len(phone.Number) != 11 || phone.CountryCode != "86" {
				t.Errorf("phone %+v, %v", phone, err)
			}

			prepayID := s.announced("ORDER-1")
			params, err := s.client.RequestPayment(ctx, prepayID)
			if err != nil || params.Package != "prepay_id="+prepayID || params.SignType != "RSA" || params.PaySign == "" {
				t.Errorf("request payment %+v, %v", params, err)
			}
			if got, err := s.client.Transaction(ctx, "ORDER-1"); err != nil || got.State != wechat.TradeNotPay {
				t.Errorf("before payment %+v, %v", got, err)
			}

			payment, err := s.sim.Pay(prepayID)
			if err != nil {
				t.Fatal(err)
			}
			want := wechat.Transaction{
				AppID: s.merchant.AppID, MchID: s.merchant.MchID, OutTradeNo: "ORDER-1",
				TransactionID: payment.TransactionID, State: wechat.TradeSuccess, Total: 9900, Currency: "CNY",
				OpenID: login.OpenID, SuccessTime: payment.PaidAt.Truncate(time.Second),
			}
			got, err := s.client.Transaction(ctx, "ORDER-1")
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("transaction: %v\n%s", err, diff)
			}
			if ds := s.deliver(); len(ds) != 1 || !ds[0].Accepted {
				t.Fatalf("deliveries %+v, errors %v", ds, s.inbox.errs)
			}
			n := s.inbox.got[0]
			if n.Event != "TRANSACTION.SUCCESS" || n.ID == "" || n.Refund != nil {
				t.Errorf("notification %+v", n)
			}
			if diff := cmp.Diff(&want, n.Transaction); diff != "" {
				t.Errorf("notified transaction:\n%s", diff)
			}

			refund, err := s.client.Refund(ctx, wechat.RefundRequest{
				OutTradeNo: "ORDER-1", OutRefundNo: "REFUND-1", Amount: 900, Total: 9900, Reason: "退货", NotifyURL: s.notify,
			})
			if err != nil || refund.State != wechat.RefundProcessing || refund.Amount != 900 || refund.Total != 9900 {
				t.Fatalf("refund %+v, %v", refund, err)
			}
			s.clock.add(2 * time.Second)
			if ds := s.deliver(); len(ds) != 1 || !ds[0].Accepted {
				t.Fatalf("deliveries %+v, errors %v", ds, s.inbox.errs)
			}
			refund, err = s.client.QueryRefund(ctx, "REFUND-1")
			if err != nil || refund.State != wechat.RefundSuccess || refund.SuccessTime.IsZero() {
				t.Fatalf("refund %+v, %v", refund, err)
			}
			refund.MchID = s.merchant.MchID
			if n := s.inbox.got[1]; n.Event != "REFUND.SUCCESS" || n.Transaction != nil {
				t.Errorf("notification %+v", n)
			} else if diff := cmp.Diff(&refund, n.Refund); diff != "" {
				t.Errorf("notified refund:\n%s", diff)
			}
			if got, err := s.client.Transaction(ctx, "ORDER-1"); err != nil || got.State != wechat.TradeRefund {
				t.Errorf("after refund %+v, %v", got, err)
			}
			if err := s.client.Check(ctx); err != nil {
				t.Errorf("check: %v", err)
			}
		})
	}
}
