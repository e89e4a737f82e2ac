package model

// AfterSaleStatus is a state of an after-sale case.
type AfterSaleStatus string

// The states of a case. Those with a deadline move on by themselves when it has passed.
const (
	AfterSaleApplied   AfterSaleStatus = "applied"   // staff have to answer, else it is agreed
	AfterSaleAgreed    AfterSaleStatus = "agreed"    // the consumer has to send the goods back, else it is withdrawn
	AfterSaleSending   AfterSaleStatus = "sending"   // staff have to confirm that they came, else they count as received
	AfterSaleReceived  AfterSaleStatus = "received"  // staff have to send the replacement, else the money goes back
	AfterSaleResending AfterSaleStatus = "resending" // the consumer has to confirm that it came, or say that it is not right, else it counts as received
	AfterSaleRefunding AfterSaleStatus = "refunding" // the money is on its way
	AfterSaleDone      AfterSaleStatus = "done"
	AfterSaleRefused   AfterSaleStatus = "refused"   // until its deadline the consumer may have it decided again
	AfterSaleWithdrawn AfterSaleStatus = "withdrawn" // by the consumer, or because nothing was sent back
	AfterSaleEscalated AfterSaleStatus = "escalated" // the brand's owner has to decide
)

// AfterSaleFlow is the life of a case.
var AfterSaleFlow = Flow[AfterSaleStatus]{
	AfterSaleAgreed:    {AfterSaleApplied, AfterSaleEscalated},
	AfterSaleSending:   {AfterSaleAgreed, AfterSaleEscalated},                   // the owner grants it, and the goods are here
	AfterSaleReceived:  {AfterSaleAgreed, AfterSaleSending, AfterSaleEscalated}, // agreed: they came without a waybill
	AfterSaleResending: {AfterSaleReceived},
	AfterSaleRefunding: {AfterSaleApplied, AfterSaleReceived, AfterSaleEscalated},
	AfterSaleDone:      {AfterSaleResending, AfterSaleRefunding},
	AfterSaleRefused:   {AfterSaleApplied, AfterSaleSending, AfterSaleEscalated},
	AfterSaleWithdrawn: {AfterSaleApplied, AfterSaleAgreed, AfterSaleEscalated},
	AfterSaleEscalated: {AfterSaleApplied, AfterSaleSending, AfterSaleReceived, AfterSaleResending, AfterSaleRefused},
}

// AfterSaleStatuses lists the states in the order of a case's life.
var AfterSaleStatuses = []AfterSaleStatus{
	AfterSaleApplied, AfterSaleAgreed, AfterSaleSending, AfterSaleReceived, AfterSaleResending, AfterSaleRefunding,
	AfterSaleDone, AfterSaleRefused, AfterSaleWithdrawn, AfterSaleEscalated,
}

// AfterSaleClaiming are the states in which a case holds the pieces it is about: no other case can be opened
// for them. While it is refunding, the refund itself counts them.
var AfterSaleClaiming = []AfterSaleStatus{
	AfterSaleApplied, AfterSaleAgreed, AfterSaleSending, AfterSaleReceived, AfterSaleResending, AfterSaleEscalated,
}

// AfterSaleOpen are the states in which a case is not over.
var AfterSaleOpen = append([]AfterSaleStatus{AfterSaleRefunding}, AfterSaleClaiming...)

// AfterSaleKind is what the consumer asks for.
type AfterSaleKind string

// The kinds of case.
const (
	AfterSaleRefund   AfterSaleKind = "refund"   // the money, and nothing is sent back
	AfterSaleReturn   AfterSaleKind = "return"   // the money for goods that are sent back
	AfterSaleExchange AfterSaleKind = "exchange" // other goods for those that are sent back
)

// AfterSaleKinds lists the kinds.
var AfterSaleKinds = []AfterSaleKind{AfterSaleRefund, AfterSaleReturn, AfterSaleExchange}

// AfterSaleReason is why, as a code.
type AfterSaleReason struct {
	Code   string
	Fault  bool            // it is the brand's: more time, and the brand pays the way back
	Unsent bool            // it can be given for what has not been sent yet …
	Sent   bool            // … and for what has
	Kinds  []AfterSaleKind // that it can be given for
}

// AfterSaleReasons lists the reasons in the order they are offered.
var AfterSaleReasons = []AfterSaleReason{
	{Code: "unwanted", Unsent: true, Sent: true, Kinds: AfterSaleKinds}, // the right of seven days
	{Code: "late_delivery", Fault: true, Unsent: true, Kinds: []AfterSaleKind{AfterSaleRefund}},
	{Code: "not_arrived", Fault: true, Sent: true, Kinds: []AfterSaleKind{AfterSaleRefund}},
	{Code: "missing_pieces", Fault: true, Sent: true, Kinds: []AfterSaleKind{AfterSaleRefund}},
	{Code: "damaged", Fault: true, Sent: true, Kinds: AfterSaleKinds},
	{Code: "faulty", Fault: true, Sent: true, Kinds: AfterSaleKinds},
	{Code: "wrong_item", Fault: true, Sent: true, Kinds: AfterSaleKinds},
	{Code: "not_as_described", Fault: true, Sent: true, Kinds: AfterSaleKinds},
}

// AfterSale is a consumer's wish to have money or other goods for some pieces of an order.
type AfterSale struct {
	ID      int64
	BrandID int64
	No      string // ULID, outside
	OrderID int64
	UserID  int64
	Kind    AfterSaleKind
	Status  AfterSaleStatus
	// DeadlineAt is when the case moves on by itself; 0: never. Of a refused case it is until when the consumer
	// may have it decided again.
	DeadlineAt Millis
	Reason     string       // code: AfterSaleReasons
	Words      string       // the consumer's own
	Pictures   List[string] // numbers of the consumer's pictures
	AmountFen  Fen          // what would go back, as computed when it was asked for; then what does go back
	// CompensationFen is what the brand promises for the way back besides. WeChat gives back at most what was
	// paid, so staff give it by other means and note it.
	CompensationFen Fen
	CompensatedAt   Millis
	Appealed        bool        // decided after a refusal: a refusal now is the last word
	ReturnPlace     ReturnPlace // where the goods are to be sent; known from agreed on
	ReturnParcel    ParcelLabel `gorm:"embedded;embeddedPrefix:return_"`
	ResentParcel    ParcelLabel `gorm:"embedded;embeddedPrefix:resent_"`
	CreatedAt       Millis      `gorm:"autoCreateTime:milli"`
	UpdatedAt       Millis      `gorm:"autoUpdateTime:milli"`

	Lines []AfterSaleLine `gorm:"-"` // by id, where they were loaded
}

// AfterSaleLine is the part of a case that belongs to one line of the order.
type AfterSaleLine struct {
	ID          int64
	BrandID     int64
	AfterSaleID int64
	OrderLineID int64
	Quantity    int
	Unsent      bool   // they had not been sent when the case was opened; never a part of them
	AmountFen   Fen    // what the pieces would bring, as computed when it was asked for; without freight and tax
	NewSKUID    int64  `gorm:"column:new_sku_id"` // of an exchange: what is wanted instead
	Held        int    // of an exchange: pieces of it that were taken from stock, and have been sent or are to be
	Restock     int    // pieces that came back and are for sale again
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// ParcelLabel is what is written on a parcel.
type ParcelLabel struct {
	Carrier string // WeChat's code, such as SF
	Waybill string
}

// AfterSaleEvent is one move of a case, which consumer and staff both see. A correction leaves the state as it
// is.
type AfterSaleEvent struct {
	ID          int64
	BrandID     int64
	AfterSaleID int64
	FromState   AfterSaleStatus // "" when the case was opened
	ToState     AfterSaleStatus
	Actor       string // "consumer", "job", "staff:NO"
	Reason      string // code
	Words       string
	Pictures    List[string]
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}
