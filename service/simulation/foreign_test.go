package simulation_test

import (
	"encoding/json"
	"net/url"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
)

// foreigners are the staff of another brand: they find nothing.
func (h *history) foreigners(t *rapid.T) {
	staff := model.WithActor(h.abroad.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	for _, o := range h.lately() {
		_, err := h.Order.AtDesk(staff, nil, o.no)
		h.refused(t, "another brand's order", err, model.ErrOrderNotFound)
		_, err = h.Payment.RefundByStaff(staff, "wrong", o.no, payment.StaffRefund{Reason: "other", Freight: true})
		h.refused(t, "another brand's refund", err, model.ErrOrderNotFound)
		_, err = h.Payment.CancelByStaff(staff, nil, "wrong", o.no, payment.Cancellation{Reason: "other"})
		h.refused(t, "another brand's order, to cancel", err, model.ErrOrderNotFound)
		_, err = h.Payment.ChangePrice(staff, nil, "wrong", o.no, order.PriceChange{AmountFen: 1, Words: "x", ExpectedTotalFen: 1})
		h.refused(t, "another brand's price", err, model.ErrOrderNotFound)
		_, err = h.Fulfilment.Ship(staff, "wrong", o.no, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}})
		h.refused(t, "another brand's parcel", err, model.ErrOrderNotFound)
	}
	var cases []model.AfterSale
	h.readable(&cases, "1 = 1")
	for _, c := range cases[:min(2, len(cases))] {
		_, err := h.AfterSale.Agree(staff, aftersale.Handling{No: c.No, Key: "wrong"}, aftersale.Consent{})
		h.refused(t, "another brand's case", err, model.ErrAfterSaleNotFound)
	}
	var refunds []model.Refund
	h.readable(&refunds, "1 = 1")
	for _, r := range refunds[:min(2, len(refunds))] {
		_, err := h.Payment.Reissue(staff, "wrong", r.No)
		h.refused(t, "another brand's refund, to make again", err, model.ErrRefundNotFound)
		_, err = h.Payment.SettleOutside(staff, "wrong", r.No, payment.Settlement{By: model.SettledByCash, Reference: "wrong"})
		h.refused(t, "another brand's refund, to settle", err, model.ErrRefundNotFound)
	}
	_, err := h.Promotion.Get(staff, h.promotions[0])
	h.refused(t, "another brand's promotion", err, model.ErrPromotionNotFound)
	_, err = h.GroupBuy.Campaign(staff, h.groups.campaigns[0].no)
	h.refused(t, "another brand's campaign", err, model.ErrCampaignNotFound)
}

// unsigned are notifications and pushes that are not WeChat's, though what they tell is what WeChat would.
func (h *history) unsigned(t *rapid.T) {
	body, err := h.Sim.SealNotification(h.Merchant.MchID, "TRANSACTION.SUCCESS", []byte(`{"mchid":"`+h.Merchant.MchID+`","out_trade_no":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.Sim.SignNotification(h.Merchant.MchID, append([]byte(" "), body...))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Payment.Notified(h.Ctx, other, body)
	h.refused(t, "a notification that is signed for another", err, model.ErrBadSignature)

	now := h.Clock.Now()
	h.push(t, "a push of a while ago", h.Merchant.AppID, now.Add(-6*time.Minute), nil)
	h.push(t, "a push that is signed for another", h.Merchant.AppID, now, func(q url.Values) { q.Set("msg_signature", q.Get("nonce")) })
	h.push(t, "a push in clear", h.Merchant.AppID, now, func(q url.Values) { q.Del("encrypt_type") })
}

// push wants that a push to the shop is refused which WeChat made for a mini program, and somebody changed.
func (h *history) push(t *rapid.T, what, appID string, at time.Time, change func(url.Values)) {
	content, err := json.Marshal(map[string]any{"MsgType": "event", "Event": "nothing"})
	if err != nil {
		t.Fatal(err)
	}
	address, body, err := h.Sim.SealPush(appID, "", content, at)
	if err != nil {
		t.Fatal(err)
	}
	query, err := url.ParseQuery(address[1:])
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(query)
	}
	_, err = h.Push.Pushed(h.Ctx, query, body)
	h.refused(t, what, err, model.ErrBadSignature)
}
