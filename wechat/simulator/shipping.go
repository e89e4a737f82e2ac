package simulator

import (
	"fmt"
	"slices"
	"time"
)

// After how long WeChat takes the receipt of what was sent for confirmed.
const (
	confirmExpress = 10 * 24 * time.Hour
	confirmOther   = 2 * 24 * time.Hour
)

// Logistics types and delivery modes, as WeChat numbers them.
const (
	logisticsExpress = 1
	logisticsPickup  = 4
	modeUnified      = 1
	modeSplit        = 2
)

// Shipment is what WeChat was told about the shipping of a payment.
type Shipment struct {
	MchID      string       `json:"mchid"`
	OutTradeNo string       `json:"out_trade_no"`
	Logistics  int          `json:"logistics_type"` // 1 express, 2 within the city, 3 virtual, 4 pickup
	Mode       int          `json:"delivery_mode"`  // 1 unified, 2 split
	Parcels    []SentParcel `json:"parcels"`
	Uploads    int          `json:"uploads"`           // that changed something
	Reships    int          `json:"reships"`           // of these, changes of what was shipped; at most one
	UploadedAt time.Time    `json:"uploaded_at"`       // upload_time of the latest
	WholeAt    time.Time    `json:"whole_at,omitzero"` // when everything was shipped; zero before
	RemindedAt time.Time    `json:"reminded_at,omitzero"`
	ReceivedAt time.Time    `json:"received_at,omitzero"` // when the consumer confirmed; zero: has not
}

// SentParcel is one parcel of a shipment.
type SentParcel struct {
	TrackingNo     string `json:"tracking_no"`
	ExpressCompany string `json:"express_company"`
	ItemDesc       string `json:"item_desc"`
	Contact        string `json:"contact,omitempty"` // masked
}

// confirmed tells whether the receipt is confirmed, by the consumer or by the time that has passed.
func (sh *Shipment) confirmed(now time.Time) bool {
	after := confirmOther
	if sh.Logistics == logisticsExpress {
		after = confirmExpress
	}
	return !sh.ReceivedAt.IsZero() || !sh.WholeAt.IsZero() && now.Sub(sh.WholeAt) >= after
}

// take applies an upload that is in order, and tells why not otherwise.
func (sh *Shipment) take(in *uploadRequest, now time.Time) (answer, bool) {
	same := in.Logistics == sh.Logistics && in.Mode == sh.Mode
	switch {
	case sh.Uploads > 0 && !in.at.After(sh.UploadedAt):
		return errcode(10060014, "参数错误：上传时间须晚于上一次"), false
	case sh.Uploads > 0 && (!sh.WholeAt.IsZero() || !same): // a change of what was shipped
		if same && slices.Equal(sh.Parcels, in.parcels()) {
			return errcode(10060023, "发货信息未更新"), false
		}
		if sh.Reships > 0 {
			return errcode(10060003, "支付单已使用重新发货机会"), false
		}
		sh.Reships++
		sh.Parcels = nil
	}
	merged := slices.Clone(sh.Parcels)
	for _, p := range in.parcels() {
		known := slices.ContainsFunc(merged, func(q SentParcel) bool {
			return q.TrackingNo == p.TrackingNo && q.ExpressCompany == p.ExpressCompany
		})
		if !known {
			merged = append(merged, p)
		}
	}
	whole := in.Mode == modeUnified || *in.Whole
	switch {
	case len(merged) > mostParcels:
		return errcode(10060024, "物流信息列表太长"), false
	case len(merged) == len(sh.Parcels) && !whole:
		return errcode(10060023, "发货信息未更新"), false
	}
	sh.Logistics, sh.Mode, sh.Parcels, sh.UploadedAt = in.Logistics, in.Mode, merged, in.at
	sh.Uploads++
	if whole {
		sh.WholeAt = now
	}
	return answer{}, true
}

// shippable finds the payment of a call once its order management knows it, which takes Options.ShippingDelay
// from the payment on. The order management is the mini program's: it knows what was paid in it, by the merchant that was
// paid, whichever the mini program has by now.
func (s *Simulator) shippable(c *call, transactionID, mchID, outTradeNo string) (*Payment, bool) {
	p := s.state.byID[transactionID]
	if transactionID == "" {
		p = s.state.byNo[key(mchID, outTradeNo)]
	}
	known := p != nil && p.AppID == c.m.AppID && p.paid() &&
		s.now().Sub(p.PaidAt) >= s.o.ShippingDelay/time.Duration(s.o.Speed)
	return p, known
}

func notInOrders() answer { return errcode(10060001, "支付单不存在") }

// ConfirmReceipt is the consumer confirming in WeChat that what was sent has come. Errors: ErrUnknown,
// ErrState.
func (s *Simulator) ConfirmReceipt(ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.find(ref)
	if err != nil {
		return err
	}
	sh := s.state.shipments[key(p.MchID, p.OutTradeNo)]
	now := s.now()
	if sh == nil || sh.WholeAt.IsZero() || sh.confirmed(now) {
		return fmt.Errorf("payment %s: %w", ref, ErrState)
	}
	sh.ReceivedAt = now
	s.pushSettlement(s.merchants[p.MchID], p, now)
	return nil
}

// pushSettlement tells the mini program that the consumer has confirmed the receipt, upon which the money is settled.
func (s *Simulator) pushSettlement(m *merchant, p *Payment, now time.Time) {
	if m.PushURL == "" {
		return
	}
	s.queue(&notification{
		Op: OpPush, MchID: p.MchID, Event: "trade_manage_order_settlement", URL: m.PushURL, Number: p.OutTradeNo, At: now,
		Content: map[string]any{
			"ToUserName": "gh_" + hexDigest(12, m.AppID), "FromUserName": p.OpenID, "CreateTime": now.Unix(), "MsgType": "event",
			"Event": "trade_manage_order_settlement", "transaction_id": p.TransactionID, "merchant_id": p.MchID,
			"merchant_trade_no": p.OutTradeNo, "pay_time": p.PaidAt.Unix(), "confirm_receive_method": 2,
			"confirm_receive_time": now.Unix(), "settlement_time": now.Unix(),
		},
	})
}

// Shipments lists what was uploaded, in the order of the first uploads.
func (s *Simulator) Shipments() []Shipment {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Shipment, 0, len(s.state.Shipments))
	for _, sh := range s.state.Shipments {
		c := *sh
		c.Parcels = slices.Clone(sh.Parcels)
		out = append(out, c)
	}
	return out
}

// orderState is WeChat's order_state: 1 to be shipped, 2 shipped, 3 received, 5 refunded.
func orderState(p *Payment, sh *Shipment, now time.Time) int {
	switch {
	case p.Refunded == p.Total:
		return 5
	case sh == nil || sh.WholeAt.IsZero():
		return 1
	case sh.confirmed(now):
		return 3
	}
	return 2
}
