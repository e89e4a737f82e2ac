package model

//go:generate go run hutong/internal/statesdoc ../docs/states.md

// Flow maps a state to the states it may be entered from. The same table guards the SQL and draws
// docs/states.md. A state with no entry is where things begin.
type Flow[S ~string] map[S][]S

// Allows tells whether the flow leads from one state straight to another.
func (f Flow[S]) Allows(from, to S) bool {
	for _, s := range f[to] {
		if s == from {
			return true
		}
	}
	return false
}

// OrderStatus is a state of an order.
type OrderStatus string

// The states of an order.
const (
	OrderPending       OrderStatus = "pending"        // placed, stock reserved, not paid
	OrderPaid          OrderStatus = "paid"           // paid, nothing sent yet
	OrderPartlyShipped OrderStatus = "partly_shipped" // some parcels are on their way
	OrderShipped       OrderStatus = "shipped"        // all is on its way
	OrderReceived      OrderStatus = "received"       // the consumer has it
	OrderClosed        OrderStatus = "closed"         // over: the time for after-sale has passed, or nothing is left of it
	OrderCancelled     OrderStatus = "cancelled"      // never paid in time; what was reserved is given back
)

// OrderFlow is the life of an order.
var OrderFlow = Flow[OrderStatus]{
	OrderPaid:          {OrderPending},
	OrderPartlyShipped: {OrderPaid},
	OrderShipped:       {OrderPaid, OrderPartlyShipped},
	OrderReceived:      {OrderShipped},
	OrderClosed:        {OrderReceived, OrderPaid, OrderPartlyShipped, OrderShipped}, // the latter when all money went back
	OrderCancelled:     {OrderPending},
}

// OrderStatuses lists the states in the order of an order's life.
var OrderStatuses = []OrderStatus{
	OrderPending, OrderPaid, OrderPartlyShipped, OrderShipped, OrderReceived, OrderClosed, OrderCancelled,
}

// Order is what a consumer bought in one go. Its amounts add up:
// GoodsFen + the sum of its adjustments = TotalFen. One of nothing is paid as soon as it is placed, without a Payment.
type Order struct {
	ID          int64
	BrandID     int64
	No          string // ULID, outside
	UserID      int64
	Status      OrderStatus
	Currency    string
	GoodsFen    Fen // list price of all lines
	DiscountFen Fen // every adjustment but freight and tax; > 0 only when staff have made it dearer
	FreightFen  Fen
	TaxFen      Fen
	TotalFen    Fen    // what is to be paid
	HasOffers   bool   // promotions or a coupon made it cheaper: what they hold follows its life
	Place       Place  `gorm:"column:place"`
	Recipient   string // Place's name and phone once more, by which staff find the order
	Phone       string
	Way         string // to sell: "shop", or the one whose price the lines have, such as "group"
	Channel     string // that the consumer came by, one of Channels; "" when it is not known
	Remark      string
	InGroup     bool   // it is for a small group: a seat has its id
	PlacedFrom  string // address that the request came from: with who, what and when, the order is its own audit row
	PurgedAt    Millis // when what is personal was taken out: Place, Recipient, Phone, Remark, PlacedFrom
	ExpiresAt   Millis // unpaid at this instant, it is cancelled
	PaidAt      Millis
	CancelledAt Millis
	ShippedAt   Millis // when the last of it was sent
	ReceivedAt  Millis // the time for after-sale counts from here
	ClosedAt    Millis

	// What has been given or promised back of the order's own money; a late payment's refund is not counted
	// here. RefundedFen = the lines' RefundedFen + RefundedFreightFen + RefundedTaxFen ≤ TotalFen.
	RefundedFen        Fen
	RefundedFreightFen Fen
	RefundedTaxFen     Fen
	RefundCount        int    // WeChat allows 50 per payment
	LastRefundAt       Millis // when WeChat is asked for the last one; it wants a minute between two

	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`

	Lines       []OrderLine  `gorm:"-"` // by position, where they were loaded
	Adjustments []Adjustment `gorm:"-"` // in the order of the price's steps, where they were loaded
	GroupWish   *GroupWish   `gorm:"-"` // of an order that is being placed: the small group that it is for
	Group       *OrderGroup  `gorm:"-"` // the small group that it is for, where it was loaded
}

// WayShop is the way to sell of what is bought in the shop at the shop's price.
const WayShop = "shop"

// Channels are the ways by which a consumer comes to the mini program.
var Channels = []string{"search", "share", "qrcode", "message", "article", "ad", "live", "chat", "web", "other"}

// OrderNote is a word that staff leave at an order for each other.
type OrderNote struct {
	ID        int64
	BrandID   int64
	OrderID   int64
	StaffNo   string
	Words     string
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// OrderLine is one SKU of an order, with its own copy of what was shown when it was bought.
type OrderLine struct {
	ID          int64
	BrandID     int64
	OrderID     int64
	Position    int // 0, 1, … as shown
	ProductID   int64
	SKUID       int64  `gorm:"column:sku_id"`
	SKUNo       string `gorm:"column:sku_no"`
	Handle      string
	Title       Text
	Choice      Text // the chosen option values, joined
	Picture     string
	WeightGrams int64
	Quantity    int
	UnitFen     Fen  // list price of one piece
	TotalFen    Fen  // UnitFen × Quantity + its share of the adjustments without freight and tax
	NoReturn    bool // the consumer was told, and confirmed, that it is not taken back without a reason

	// Where its pieces are. Each figure is moved by one conditional UPDATE under the order's lock:
	// Shipped + Dropped ≤ Quantity and Dropped ≤ Refunded and Refunded + Claimed ≤ Quantity and
	// RefundedFen ≤ TotalFen.
	Shipped     int // pieces in parcels
	Dropped     int // pieces refunded before they were sent; they never will be
	Refunded    int // pieces whose money went back or is promised back, dropped ones included
	Restocked   int // pieces put back into stock: dropped ones, and goods that came back whole
	Claimed     int // pieces that open after-sale cases are about and that are not refunded yet
	RefundedFen Fen

	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// AdjustmentKind is a step of the price. The steps apply in the order of the constants.
type AdjustmentKind string

// The steps of the price after the list price.
const (
	AdjustModel     AdjustmentKind = "model" // the price of the way to sell: group, member, live
	AdjustPromotion AdjustmentKind = "promotion"
	AdjustCoupon    AdjustmentKind = "coupon"
	AdjustDesk      AdjustmentKind = "desk" // staff have changed the price of an order that was not paid yet
	AdjustFreight   AdjustmentKind = "freight"
	AdjustTax       AdjustmentKind = "tax"
)

// Adjustment is one reason why an order costs more or less than its list prices.
type Adjustment struct {
	ID        int64
	BrandID   int64
	OrderID   int64
	Position  int // the line it belongs to, or −1 for the order as a whole
	Kind      AdjustmentKind
	Source    string // what caused it, such as "freight_template:3"
	Label     string // code of its text in the catalogue of messages
	Words     string // what staff call it; "" for all others
	AmountFen Fen    // negative makes it cheaper
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// TableName implements gorm's Tabler.
func (Adjustment) TableName() string { return "order_adjustments" }

// OrderEvent is one move of an order through its states. That it was placed is no move: the order itself
// tells when.
type OrderEvent struct {
	ID        int64
	BrandID   int64
	OrderID   int64
	FromState OrderStatus
	ToState   OrderStatus
	Actor     string // "consumer", "wechat", "job", "staff:NO"
	Reason    string
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}
