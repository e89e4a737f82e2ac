package model

import "database/sql/driver"

// MessageEvent is something of which consumers may have asked to be told.
type MessageEvent string

// The events.
const (
	MessageOrderPaid    MessageEvent = "order_paid"
	MessageOrderShipped MessageEvent = "order_shipped"
	MessageRefundDone   MessageEvent = "refund_done"
	MessageAfterSaleDue MessageEvent = "after_sale_due" // a step of an after-sale case ends soon
	MessageGroupFormed  MessageEvent = "group_formed"   // the small group is complete
	MessageGroupFailed  MessageEvent = "group_failed"   // it did not form, or had no seat left: the money goes back
)

// MessageMoment is when a mini program asks its user for leave to send messages.
type MessageMoment string

// The moments.
const (
	MomentOrder     MessageMoment = "order"      // when buying, before wx.requestPayment
	MomentAfterSale MessageMoment = "after_sale" // when applying for after-sale
	MomentGroup     MessageMoment = "group"      // when buying in a small group, instead of MomentOrder
)

// MessageEvents lists the events in the order in which they are shown.
var MessageEvents = []MessageEvent{
	MessageOrderPaid, MessageOrderShipped, MessageRefundDone, MessageAfterSaleDue,
	MessageGroupFormed, MessageGroupFailed,
}

// Moment is when leave for the event's messages is asked for; "" for an event that does not exist.
func (e MessageEvent) Moment() MessageMoment {
	switch e {
	case MessageOrderPaid, MessageOrderShipped:
		return MomentOrder
	case MessageRefundDone, MessageAfterSaleDue:
		return MomentAfterSale
	case MessageGroupFormed, MessageGroupFailed:
		return MomentGroup
	}
	return ""
}

// MessageTemplate is what a brand sends on an event: a template that it has chosen at WeChat, and what goes
// into its fields.
type MessageTemplate struct {
	ID         int64
	BrandID    int64
	Event      MessageEvent
	TemplateID string // WeChat's
	Page       string // of the mini program, opened by a tap; "" for none; {no} and {order} are filled in
	Fields     List[MessageField]
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// MessageField is one field of a template. Either Value or Text says what goes into it.
type MessageField struct {
	Name  string      `json:"name" yaml:"name"`                       // WeChat's: its kind and a number, such as thing1
	Value MessageFact `json:"value,omitempty" yaml:"value,omitempty"` // what is known of the event …
	Text  Text        `json:"text,omitempty" yaml:"text,omitempty"`   // … or always the same words
}

// MessageFact names something that a message may say.
type MessageFact string

// The facts. Not every event has all of them; what is not known is written as a hyphen.
const (
	FactShop     MessageFact = "shop"     // the brand's name
	FactOrder    MessageFact = "order"    // number of the order
	FactNo       MessageFact = "no"       // number of what the message is about
	FactGoods    MessageFact = "goods"    // what was bought first
	FactAmount   MessageFact = "amount"   // in yuan
	FactTime     MessageFact = "time"     // of the event, in China
	FactDeadline MessageFact = "deadline" // until when something can be done, in China
	FactCarrier  MessageFact = "carrier"
	FactWaybill  MessageFact = "waybill"
)

// MessageFacts are what is known of an event, and nothing about a person.
type MessageFacts struct {
	Order    string `json:"order,omitempty"`
	Goods    Text   `json:"goods,omitempty"`
	Amount   Fen    `json:"amount_fen,omitempty"`
	At       Millis `json:"at,omitempty"`
	Deadline Millis `json:"deadline,omitempty"`
	Carrier  Text   `json:"carrier,omitempty"`
	Waybill  string `json:"waybill,omitempty"`
}

// Value implements driver.Valuer.
func (f MessageFacts) Value() (driver.Value, error) { return valueJSON(f) }

// Scan implements sql.Scanner.
func (f *MessageFacts) Scan(src any) error { return scanJSON(src, f) }

// MessageGrant counts how often a consumer has allowed one message of a template: each leave is good for
// one. 0 ≤ Remaining ≤ Granted.
type MessageGrant struct {
	ID         int64
	BrandID    int64
	UserID     int64
	TemplateID string // WeChat's
	Granted    int64  // ever
	Remaining  int64
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// MessageStatus is a state of a message.
type MessageStatus string

// The states of a message. It is sent at most once: when WeChat's answer is lost, it is not tried again.
const (
	MessageWaiting MessageStatus = "waiting" // written, nothing tried yet
	MessageSending MessageStatus = "sending" // a leave is taken, WeChat is being asked
	MessageHeld    MessageStatus = "held"    // the leave is kept: WeChat has surely not sent it and is asked again
	MessageSent    MessageStatus = "sent"
	MessageUnasked MessageStatus = "unasked" // there is no leave, here or at WeChat
	MessageFailed  MessageStatus = "failed"  // WeChat does not take it as it is, or it is too late
	MessageUnclear MessageStatus = "unclear" // nobody knows whether WeChat has sent it
)

// MessageFlow is the life of a message.
var MessageFlow = Flow[MessageStatus]{
	MessageSending: {MessageWaiting, MessageHeld},
	MessageHeld:    {MessageSending},
	MessageSent:    {MessageSending},
	MessageUnasked: {MessageWaiting, MessageSending, MessageHeld},
	MessageFailed:  {MessageWaiting, MessageSending, MessageHeld},
	MessageUnclear: {MessageSending},
}

// MessageStatuses lists the states in the order of a message's life.
var MessageStatuses = []MessageStatus{
	MessageWaiting, MessageSending, MessageHeld, MessageSent, MessageUnasked, MessageFailed, MessageUnclear,
}

// Message is one subscribe message to one consumer. Its words are made when it is sent.
type Message struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside
	UserID     int64
	Event      MessageEvent
	Subject    string // number of what it is about; once per user and event
	Facts      MessageFacts
	TemplateID string // WeChat's, with which it was tried last
	Status     MessageStatus
	Reason     string // code: why it was not sent
	SentAt     Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}
