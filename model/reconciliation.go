package model

// ReconciliationStatus is a state of a reconciliation.
type ReconciliationStatus string

// The states of a reconciliation.
const (
	ReconciliationRunning  ReconciliationStatus = "running"
	ReconciliationFinished ReconciliationStatus = "finished" // what differs has an exception
	ReconciliationFailed   ReconciliationStatus = "failed"   // the bill was not there, or not whole
)

// ReconciliationFlow is the life of a reconciliation. Any day may be run again.
var ReconciliationFlow = Flow[ReconciliationStatus]{
	ReconciliationRunning:  {ReconciliationFinished, ReconciliationFailed},
	ReconciliationFinished: {ReconciliationRunning},
	ReconciliationFailed:   {ReconciliationRunning},
}

// ReconciliationStatuses lists the states in the order of a reconciliation's life.
var ReconciliationStatuses = []ReconciliationStatus{ReconciliationRunning, ReconciliationFinished, ReconciliationFailed}

// Reconciliation is one day of a brand compared with WeChat's bills of it. The figures are the bills'.
type Reconciliation struct {
	ID         int64
	BrandID    int64
	Day        Day
	DayFrom    Millis // the day's first instant
	Status     ReconciliationStatus
	Fence      int64  // grows with each run; a step of a run must carry the one it began with
	LeaseUntil Millis // a run that is older has died, and another may begin
	MchID      string // the merchant whose bills these are; "" when none were loaded, or before this was kept
	TradeHash  string // SHA-1 of the trade bill; "" when WeChat had none
	FlowHash   string // of the fund flow bill
	Payments   int
	PaymentFen Fen
	Refunds    int
	RefundFen  Fen
	FeeFen     Fen // less what was given back
	InFen      Fen // movements of the account, withdrawals and the like included
	OutFen     Fen
	OtherFen   Fen    // of these, what is not of trade: in less out
	BookedFen  Fen    // by how much the journal has moved wechat_clearing for the numbers in the trade bill
	Problem    string // why the last run failed
	StartedAt  Millis
	FinishedAt Millis // of the last run that did not fail
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// BillKind tells what a row of a trade bill is about.
type BillKind string

// The kinds of row; an exception may also be about a movement that belongs to neither.
const (
	BillPayment  BillKind = "payment"
	BillRefund   BillKind = "refund"
	BillMovement BillKind = "movement"
)

// TradeBillRow is a row of WeChat's trade bill of a day.
type TradeBillRow struct {
	ID         int64
	BrandID    int64
	Day        Day
	Line       int // in the bill
	Kind       BillKind
	No         string // out_trade_no or out_refund_no
	WeChatNo   string `gorm:"column:wechat_no"` // transaction id or refund id
	State      string // SUCCESS of a payment; SUCCESS, PROCESSING, CHANGE or FAIL of a refund
	AmountFen  Fen
	SettledFen Fen // what moves on the merchant's account: less when WeChat's own coupons paid
	FeeFen     Fen // negative is given back
	TradedAt   Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
}

// MovedFen is by how much the row changes the merchant's account.
func (r *TradeBillRow) MovedFen() Fen {
	switch {
	case r.Kind == BillPayment:
		return r.SettledFen - r.FeeFen
	case r.State == "FAIL":
		return 0
	}
	return -r.SettledFen - r.FeeFen
}

// FlowBillRow is a row of WeChat's fund flow bill of a day.
type FlowBillRow struct {
	ID        int64
	BrandID   int64
	Day       Day
	Line      int
	WeChatNo  string `gorm:"column:wechat_no"` // transaction id or refund id, of trade
	FlowNo    string
	Type      string // as WeChat writes it
	OfTrade   bool
	MovedFen  Fen // positive comes in
	MovedAt   Millis
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// ExceptionStatus is a state of an exception.
type ExceptionStatus string

// The states of an exception.
const (
	ExceptionOpen     ExceptionStatus = "open"
	ExceptionCleared  ExceptionStatus = "cleared" // a later run found no difference any more
	ExceptionResolved ExceptionStatus = "resolved"
	ExceptionIgnored  ExceptionStatus = "ignored"
)

// ExceptionFlow is the life of an exception. It opens again when the difference is back, or another.
var ExceptionFlow = Flow[ExceptionStatus]{
	ExceptionOpen:     {ExceptionCleared, ExceptionResolved, ExceptionIgnored},
	ExceptionCleared:  {ExceptionOpen},
	ExceptionResolved: {ExceptionOpen},
	ExceptionIgnored:  {ExceptionOpen},
}

// ExceptionStatuses lists the states in the order of an exception's life.
var ExceptionStatuses = []ExceptionStatus{ExceptionOpen, ExceptionCleared, ExceptionResolved, ExceptionIgnored}

// ExceptionKind is in what a bill and we differ.
type ExceptionKind string

// The kinds of exception.
const (
	ExceptionUnknown     ExceptionKind = "unknown_here"     // in the bill, not here
	ExceptionMissing     ExceptionKind = "missing_in_bill"  // here, not in any bill
	ExceptionAmount      ExceptionKind = "amount"           // not the same amount
	ExceptionState       ExceptionKind = "state"            // done there and not here, or the other way round
	ExceptionRepeated    ExceptionKind = "repeated"         // more than once in the bills
	ExceptionFee         ExceptionKind = "fee"              // another fee than the one that was booked
	ExceptionUnsettled   ExceptionKind = "unsettled"        // nothing has moved on the account yet
	ExceptionMoved       ExceptionKind = "moved"            // the account moved by another amount
	ExceptionUnexplained ExceptionKind = "unexplained_move" // a movement of trade that no trade bill has
)

// ExceptionKinds lists the kinds.
var ExceptionKinds = []ExceptionKind{
	ExceptionUnknown, ExceptionMissing, ExceptionAmount, ExceptionState, ExceptionRepeated, ExceptionFee,
	ExceptionUnsettled, ExceptionMoved, ExceptionUnexplained,
}

// BillException is one difference between WeChat's bills and us, for staff to look at. There is one for each
// day, kind and number, however often the day is run.
type BillException struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside
	Day        Day
	Kind       ExceptionKind
	Subject    BillKind
	Number     string // out_trade_no or out_refund_no; of a movement WeChat's number
	Status     ExceptionStatus
	OursFen    Fen
	TheirsFen  Fen
	Ours       string // state here, where it differs
	Theirs     string // state in the bill
	SeenBy     int64  // fence of the last run that found it
	Note       string // of staff
	ResolvedBy string // actor, as in an order's events
	ResolvedAt Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}
