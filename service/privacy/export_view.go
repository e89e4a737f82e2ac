package privacy

import (
	"hutong/model"
	"hutong/service/identity"
)

// AccountExport is the account, with the names that WeChat gives to who has it.
type AccountExport struct {
	identity.Me
	OpenID  string `json:"openid" doc:"At the shop's mini program"`
	UnionID string `json:"unionid,omitempty" doc:"At all that the shop runs in WeChat"`
}

// OriginExport is where an order came from.
type OriginExport struct {
	OrderNo string `json:"order"`
	Channel string `json:"channel,omitempty" doc:"By which the consumer came to the mini program"`
	Address string `json:"address,omitempty" doc:"In the network"`
}

// PaymentExport is an attempt to pay.
type PaymentExport struct {
	OrderNo       string              `json:"order"`
	No            string              `json:"no"`
	Status        model.PaymentStatus `json:"status"`
	AmountFen     model.Fen           `json:"amount_fen"`
	TransactionID string              `json:"transaction_id,omitempty" doc:"WeChat's"`
	PaidAt        model.Millis        `json:"paid_at,omitempty"`
}

// RefundExport is money on its way back.
type RefundExport struct {
	OrderNo     string             `json:"order"`
	No          string             `json:"no"`
	Status      model.RefundStatus `json:"status"`
	Reason      string             `json:"reason" doc:"Code"`
	AmountFen   model.Fen          `json:"amount_fen"`
	SucceededAt model.Millis       `json:"succeeded_at,omitempty"`
	SettledBy   model.SettledBy    `json:"settled_by,omitempty" doc:"How the shop gave back what WeChat did not"`
	SettledRef  string             `json:"settled_ref,omitempty"`
}

// ParcelExport is a parcel, with what its carrier told.
type ParcelExport struct {
	OrderNo string       `json:"order"`
	Carrier string       `json:"carrier,omitempty" doc:"WeChat's code"`
	Waybill string       `json:"waybill,omitempty"`
	SentAt  model.Millis `json:"sent_at"`
	Way     []WayExport  `json:"way"`
}

// WayExport is something a carrier told.
type WayExport struct {
	Status model.ParcelStatus `json:"status"`
	Place  string             `json:"place,omitempty"`
	Remark string             `json:"remark,omitempty"`
	At     model.Millis       `json:"at"`
}

// LeaveExport is how many messages of one template are still allowed.
type LeaveExport struct {
	Template  string `json:"template"`
	Remaining int64  `json:"remaining"`
}

// CaseExport is an after-sale case.
type CaseExport struct {
	No        string                `json:"no"`
	Kind      model.AfterSaleKind   `json:"kind"`
	Status    model.AfterSaleStatus `json:"status"`
	Reason    string                `json:"reason"`
	Words     string                `json:"words,omitempty"`
	AmountFen model.Fen             `json:"amount_fen"`
	At        model.Millis          `json:"at"`
	Log       []CaseEventExport     `json:"log" doc:"Its life so far"`
}

// CaseEventExport is one move of an after-sale case.
type CaseEventExport struct {
	To    model.AfterSaleStatus `json:"to"`
	By    string                `json:"by" doc:"consumer, staff or job"`
	Words string                `json:"words,omitempty"`
	At    model.Millis          `json:"at"`
}

// ThingExport is a product, or a SKU of one, that somebody has kept.
type ThingExport struct {
	Product  string       `json:"product" doc:"Its name in addresses"`
	Quantity int          `json:"quantity,omitempty"`
	At       model.Millis `json:"at"`
}

// MessageExport is a message that was sent through WeChat, or was to be.
type MessageExport struct {
	Event  model.MessageEvent  `json:"event"`
	Status model.MessageStatus `json:"status"`
	At     model.Millis        `json:"at"`
}

// FlashSaleExport is how many pieces of an offer somebody has taken.
type FlashSaleExport struct {
	Promotion string       `json:"promotion" doc:"Its number"`
	Pieces    int64        `json:"pieces"`
	At        model.Millis `json:"at" doc:"The first time"`
}

// SeatExport is a place in a small group.
type SeatExport struct {
	Group   string           `json:"group"`
	OrderNo string           `json:"order"`
	Name    string           `json:"name,omitempty" doc:"As the others see it"`
	Invited bool             `json:"invited,omitempty" doc:"By the link of another member"`
	Status  model.SeatStatus `json:"status"`
	At      model.Millis     `json:"at"`
}

// VisitExport is that somebody looked at a small group.
type VisitExport struct {
	Group string       `json:"group"`
	Views int64        `json:"views"`
	At    model.Millis `json:"at" doc:"The first time"`
}

// LogExport is a row of the audit log.
type LogExport struct {
	Action  string       `json:"action"`
	Subject string       `json:"subject"`
	Address string       `json:"address,omitempty"`
	At      model.Millis `json:"at"`
}
