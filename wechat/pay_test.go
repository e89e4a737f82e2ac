package wechat_test

import (
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

func TestPrepay(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()

	first := s.announced("ORDER-1")
	if again := s.announced("ORDER-1"); again != first {
		t.Errorf("the same parameters gave %s, then %s", first, again)
	}
	changed := s.order("ORDER-1")
	changed.Amount++
	_, err := s.client.Prepay(ctx, changed)
	s.wants("another amount", err, model.ErrConflict)
	changed = s.order("ORDER-1")
	changed.ExpireAt = changed.ExpireAt.Add(time.Hour)
	_, err = s.client.Prepay(ctx, changed)
	s.wants("another end", err, model.ErrConflict)

	for name, change := range map[string]func(*wechat.Prepay){
		"short number": func(p *wechat.Prepay) { p.OutTradeNo = "12345" },
		"long number":  func(p *wechat.Prepay) { p.OutTradeNo = strings.Repeat("1", 33) },
		"odd number":   func(p *wechat.Prepay) { p.OutTradeNo = "ORDER 1" },
		"no amount":    func(p *wechat.Prepay) { p.Amount = 0 },
		"no text":      func(p *wechat.Prepay) { p.Description = "" },
		"ends at once": func(p *wechat.Prepay) { p.ExpireAt = s.clock.now().Add(59 * time.Second) },
		"a query":      func(p *wechat.Prepay) { p.NotifyURL += "?a=b" },
		"no address":   func(p *wechat.Prepay) { p.NotifyURL = "callback" },
		"other openid": func(p *wechat.Prepay) { p.OpenID = s.sim.OpenID("wxOTHER", "mei") },
	} {
		p := s.order("ORDER-2")
		change(&p)
		_, err := s.client.Prepay(ctx, p)
		s.wants(name, err, model.ErrInvalid)
	}

	s.paid("ORDER-3")
	_, err = s.client.Prepay(ctx, s.order("ORDER-3"))
	s.wants("paid", err, model.ErrAlreadyPaid)

	s.announced("ORDER-4")
	if err := s.client.Close(ctx, "ORDER-4"); err != nil {
		t.Fatal(err)
	}
	_, err = s.client.Prepay(ctx, s.order("ORDER-4"))
	s.wants("closed", err, model.ErrConflict)

	long := s.order("ORDER-5")
	long.ExpireAt, long.Attach = time.Time{}, "attached"
	one, err := s.client.Prepay(ctx, long)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.add(2*time.Hour + time.Second)
	if _, err := s.sim.Pay(one); err == nil {
		t.Error("a prepay_id could be paid after two hours")
	}
	two, err := s.client.Prepay(ctx, long)
	if err != nil || two == one {
		t.Errorf("after two hours the prepay_id was %s again, %v", two, err)
	}
	if _, err := s.sim.Pay(two); err != nil {
		t.Error(err)
	}
}

func TestWrongMerchantSettings(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	other, err := s.sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*wechat.Account){
		"private key":        func(a *wechat.Account) { a.PrivateKey = other.PrivateKey },
		"certificate serial": func(a *wechat.Account) { a.CertSerial = other.CertSerial },
		"merchant number":    func(a *wechat.Account) { a.MchID = "1900000000" },
	} {
		a := accountOf(s.merchant)
		change(&a)
		c, err := s.sdk.Client(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Prepay(t.Context(), s.order("ORDER-1"))
		s.wants(name, err, model.ErrWeChatSettings)
		err = c.Check(t.Context())
		s.wants("check of a wrong "+name, err, model.ErrWeChatSettings)
		if !strings.Contains(err.Error(), name) {
			t.Errorf("check does not name the %s: %v", name, err)
		}
	}

	a := accountOf(s.merchant)
	a.AppID, a.AppSecret = other.AppID, other.AppSecret
	c, err := s.sdk.Client(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Prepay(t.Context(), s.order("ORDER-1"))
	s.wants("an appid that is not bound to the merchant", err, model.ErrWeChatSettings)

	a = accountOf(s.merchant)
	a.PublicKey = other.PublicKey
	if c, err = s.sdk.Client(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	_, err = c.Prepay(t.Context(), s.order("ORDER-1"))
	s.wants("an answer that another key signed", err, model.ErrWeChat)
}

func TestWrongAPIv3Key(t *testing.T) {
	s := open(t, simulator.ModeCertificates, 0)
	a := accountOf(s.merchant)
	a.APIv3Key = strings.Repeat("k", 32)
	c, err := s.sdk.Client(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "APIv3") {
		t.Errorf("check says %v", err)
	}
}

func TestTransactionAndClose(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	_, err := s.client.Transaction(ctx, "NOBODY-KNOWS")
	s.wants("query", err, model.ErrPayNotFound)
	s.wants("close", s.client.Close(ctx, "NOBODY-KNOWS"), model.ErrPayNotFound)

	s.announced("ORDER|*_-1")
	for range 2 {
		if err := s.client.Close(ctx, "ORDER|*_-1"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.client.Transaction(ctx, "ORDER|*_-1"); err != nil || got.State != wechat.TradeClosed {
		t.Errorf("closed: %+v, %v", got, err)
	}

	s.paid("ORDER-2")
	s.wants("close", s.client.Close(ctx, "ORDER-2"), model.ErrAlreadyPaid)

	// The consumer was typing the password while the payment was closed.
	s.announced("ORDER-3")
	s.fault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose, Delay: 10 * time.Second})
	if err := s.client.Close(ctx, "ORDER-3"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.client.Transaction(ctx, "ORDER-3"); err != nil || got.State != wechat.TradeClosed {
		t.Errorf("just closed: %+v, %v", got, err)
	}
	s.clock.add(10 * time.Second)
	if got, err := s.client.Transaction(ctx, "ORDER-3"); err != nil || got.State != wechat.TradeSuccess {
		t.Errorf("paid after close: %+v, %v", got, err)
	}
}

func TestRefundLimits(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	ask := func(no string, amount model.Fen) wechat.RefundRequest {
		return wechat.RefundRequest{OutTradeNo: "ORDER-1", OutRefundNo: no, Amount: amount, Total: 9900}
	}
	_, err := s.client.Refund(ctx, ask("R-0", 1))
	s.wants("an order nobody knows", err, model.ErrPayNotFound)
	_, err = s.client.QueryRefund(ctx, "R-0")
	s.wants("query of a refund nobody knows", err, model.ErrPayNotFound)
	id := s.announced("ORDER-1")
	_, err = s.client.Refund(ctx, ask("R-0", 1))
	s.wants("not paid", err, model.ErrConflict)
	if _, err := s.sim.Pay(id); err != nil {
		t.Fatal(err)
	}

	one, err := s.client.Refund(ctx, ask("R-1", 100))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.client.Refund(ctx, ask("R-1", 100)); err != nil || again.RefundID != one.RefundID {
		t.Errorf("the same number gave %+v, %v", again, err)
	}
	_, err = s.client.Refund(ctx, ask("R-1", 200))
	s.wants("the same number with another amount", err, model.ErrConflict)
	_, err = s.client.Refund(ctx, ask("R-2", 100))
	s.wants("within the minute", err, model.ErrRateLimited)
	s.clock.add(time.Minute)
	_, err = s.client.Refund(ctx, ask("R-2", 9801))
	s.wants("more than was paid", err, model.ErrConflict)
	wrong := ask("R-2", 100)
	wrong.Total = 9901
	_, err = s.client.Refund(ctx, wrong)
	s.wants("another total", err, model.ErrConflict)
	_, err = s.client.Refund(ctx, ask("R-2", 0))
	s.wants("nothing", err, model.ErrInvalid)
	s.fault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.NotEnough})
	_, err = s.client.Refund(ctx, ask("R-2", 100))
	s.wants("an empty account", err, model.ErrConflict)

	for i := range 49 {
		if _, err := s.client.Refund(ctx, ask("S-"+strings.Repeat("i", i+1), 1)); err != nil {
			t.Fatal(err)
		}
		s.clock.add(time.Minute)
	}
	_, err = s.client.Refund(ctx, ask("S-51", 1))
	s.wants("the 51st", err, model.ErrConflict)

	s.paid("ORDER-2")
	s.clock.add(366 * 24 * time.Hour)
	late := ask("R-3", 1)
	late.OutTradeNo = "ORDER-2"
	_, err = s.client.Refund(ctx, late)
	s.wants("after a year", err, model.ErrConflict)
}

// TestRefundEnds: a refund that was accepted may end in three ways, and ABNORMAL is not the end.
func TestRefundEnds(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	for i, kind := range []simulator.FaultKind{simulator.RefundAbnormal, simulator.RefundClosed} {
		no := []string{"ORDER-A", "ORDER-C"}[i]
		s.paid(no)
		s.fault(simulator.Fault{Op: simulator.OpRefund, Kind: kind})
		if _, err := s.client.Refund(ctx, wechat.RefundRequest{
			OutTradeNo: no, OutRefundNo: "R-" + no, Amount: 9900, Total: 9900, NotifyURL: s.notify,
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.clock.add(time.Minute)
	s.deliver()
	for no, want := range map[string]wechat.RefundState{
		"R-ORDER-A": wechat.RefundAbnormal, "R-ORDER-C": wechat.RefundClosed,
	} {
		got, err := s.client.QueryRefund(ctx, no)
		if err != nil || got.State != want || !got.SuccessTime.IsZero() {
			t.Errorf("%s: %+v, %v", no, got, err)
		}
	}
	if got, err := s.client.Transaction(ctx, "ORDER-C"); err != nil || got.State != wechat.TradeSuccess {
		t.Errorf("after a refund that was closed: %+v, %v", got, err)
	}
	if err := s.sim.SettleRefund(s.merchant.MchID, "R-ORDER-A", "SUCCESS"); err != nil {
		t.Fatal(err)
	}
	s.deliver()
	var events []string
	for _, n := range s.inbox.got {
		if n.Refund != nil {
			events = append(events, n.Event+" "+string(n.Refund.State))
		}
	}
	want := "REFUND.ABNORMAL ABNORMAL, REFUND.CLOSED CLOSED, REFUND.SUCCESS SUCCESS"
	if got := strings.Join(events, ", "); got != want {
		t.Errorf("notified of %s, want %s", got, want)
	}
}
