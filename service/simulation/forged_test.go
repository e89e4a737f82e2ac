package simulation_test

import (
	"errors"
	"fmt"

	"pgregory.net/rapid"

	"hutong/model"
)

// forged lets WeChat tell what cannot be, and what was told before: properly signed, of another merchant, mini program,
// amount, currency or state. The notifications are logged, and nothing else changes.
func (h *history) forged(t *rapid.T) {
	if h.crasher.Crashed() {
		return
	}
	defer h.aside()()
	before := h.Fingerprint()
	var payments []model.Payment
	h.readable(&payments, "1 = 1")
	for _, p := range payments[:min(4, len(payments))] {
		h.forgedPayments(t, p)
	}
	var refunds []model.Refund
	h.readable(&refunds, "status IN ?", []model.RefundStatus{model.RefundProcessing, model.RefundAbnormal, model.RefundSucceeded})
	for _, r := range refunds[:min(4, len(refunds))] {
		h.forgedRefund(t, r)
	}
	now := h.Fingerprint()
	for table := range before {
		if table != fmt.Sprintf("%T", &model.Callback{}) && now[table] != before[table] {
			t.Errorf("a notification that is not true, or not new, has changed %s from\n%s\nto\n%s", table, before[table], now[table])
		}
	}
}

func (h *history) forgedPayments(t *rapid.T, p model.Payment) {
	type claim struct {
		mchID, appID, currency, state string
		total                         model.Fen
	}
	tell := func(c claim) error {
		return h.told("TRANSACTION.SUCCESS", fmt.Sprintf(
			`{"mchid":%q,"appid":%q,"out_trade_no":%q,"transaction_id":"42FORGED%d","trade_state":%q,"success_time":"2026-06-01T12:00:00+08:00",`+
				`"amount":{"total":%d,"payer_total":%d,"currency":%q,"payer_currency":%q},"payer":{"openid":"o"}}`,
			c.mchID, c.appID, p.No, p.ID, c.state, c.total, c.total, c.currency, c.currency))
	}
	ours := claim{p.MchID, p.AppID, "CNY", "SUCCESS", p.AmountFen}
	for what, change := range map[string]func(*claim){
		"merchant":     func(c *claim) { c.mchID = "1699999999" },
		"mini program": func(c *claim) { c.appID = "wx0000000000000000" },
		"currency":     func(c *claim) { c.currency = "USD" },
		"amount":       func(c *claim) { c.total-- },
	} {
		c := ours
		change(&c)
		h.refused(t, "the payment of another "+what, tell(c), model.ErrConflict)
	}
	c := ours
	c.state = "NOTPAY"
	if err := tell(c); err != nil {
		t.Errorf("that nothing was paid: %v", err)
	}
	if p.Status == model.PaymentPaid {
		if err := tell(ours); err != nil {
			t.Errorf("a payment that is told again: %v", err)
		}
	}
}

func (h *history) forgedRefund(t *rapid.T, r model.Refund) {
	tell := func(amount model.Fen) error {
		return h.told("REFUND.SUCCESS", fmt.Sprintf(
			`{"mchid":%q,"out_trade_no":"x","transaction_id":"4200000001","out_refund_no":%q,"refund_id":"50FORGED","refund_status":"SUCCESS",`+
				`"success_time":"2026-06-01T12:00:00+08:00","amount":{"total":%d,"refund":%d,"payer_total":%d,"payer_refund":%d}}`,
			h.Merchant.MchID, r.No, amount, amount, amount, amount))
	}
	h.refused(t, "a refund of another amount", tell(r.AmountFen+1), model.ErrConflict)
	if r.Status == model.RefundSucceeded {
		if err := tell(r.AmountFen); err != nil {
			t.Errorf("a refund that is told again: %v", err)
		}
	}
}

// told posts a notification of WeChat Pay.
func (h *history) told(event, content string) error {
	body, err := h.Sim.SealNotification(h.Merchant.MchID, event, []byte(content))
	if err != nil {
		return err
	}
	header, err := h.Sim.SignNotification(h.Merchant.MchID, body)
	if err != nil {
		return err
	}
	_, err = h.Payment.Notified(h.Ctx, header, body)
	return err
}

// unforeseen wants that what was quoted a moment ago can be had, when nobody came in between.
func (h *history) unforeseen(t *rapid.T, err error) {
	if err != nil && !errors.Is(err, model.ErrKeyReused) {
		t.Errorf("a quote was good a moment ago: %v", err)
	}
}
