package model

// PaymentStatus is a state of a payment.
type PaymentStatus string

// The states of a payment.
const (
	PaymentCreated PaymentStatus = "created" // numbered here; WeChat may or may not know it
	PaymentPrepaid PaymentStatus = "prepaid" // WeChat gave a prepay id
	PaymentClosed  PaymentStatus = "closed"  // closed at WeChat; may still turn out paid
	PaymentPaid    PaymentStatus = "paid"
)

// PaymentFlow is the life of a payment. Closed leads to paid: WeChat may report a success after the close.
var PaymentFlow = Flow[PaymentStatus]{
	PaymentPrepaid: {PaymentCreated},
	PaymentClosed:  {PaymentCreated, PaymentPrepaid},
	PaymentPaid:    {PaymentCreated, PaymentPrepaid, PaymentClosed},
}

// PaymentStatuses lists the states in the order of a payment's life.
var PaymentStatuses = []PaymentStatus{PaymentCreated, PaymentPrepaid, PaymentClosed, PaymentPaid}

// PaymentsOpen are the states in which WeChat may take the consumer's money, as far as is known here.
var PaymentsOpen = []PaymentStatus{PaymentCreated, PaymentPrepaid}

// Payment is one attempt to have an order paid: one out_trade_no at WeChat.
type Payment struct {
	ID              int64
	BrandID         int64
	OrderID         int64
	Attempt         int    // 1, 2, …; another price needs another number
	No              string // out_trade_no: the order's number, from the second attempt with "-2", "-3", …
	Status          PaymentStatus
	AppID           string // the mini program and the merchant it is made with: a notification must name both
	MchID           string
	AmountFen       Fen
	PrepayID        string
	PrepayExpiresAt Millis // a prepay id lives two hours
	ExpiresAt       Millis // time_expire at WeChat, the same on every call with this number
	TransactionID   string // WeChat's
	PaidAt          Millis // WeChat's success_time
	CreatedAt       Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt       Millis `gorm:"autoUpdateTime:milli"`
}

// RefundStatus is a state of a refund.
type RefundStatus string

// The states of a refund.
const (
	RefundPending    RefundStatus = "pending"    // decided; WeChat may or may not know it
	RefundProcessing RefundStatus = "processing" // accepted by WeChat, not done
	RefundSucceeded  RefundStatus = "succeeded"
	RefundAbnormal   RefundStatus = "abnormal" // the consumer's bank refused: staff must act; not final
	RefundClosed     RefundStatus = "closed"   // WeChat gave it up, or would never take it: no money moved, it is owed still
	RefundReplaced   RefundStatus = "replaced" // another refund takes the place of one that was closed
	RefundSettled    RefundStatus = "settled"  // the brand gave back what WeChat did not, by a way of its own
)

// RefundFlow is the life of a refund.
var RefundFlow = Flow[RefundStatus]{
	RefundProcessing: {RefundPending},
	RefundSucceeded:  {RefundPending, RefundProcessing, RefundAbnormal},
	RefundAbnormal:   {RefundPending, RefundProcessing},
	RefundClosed:     {RefundPending, RefundProcessing, RefundAbnormal},
	RefundReplaced:   {RefundClosed},
	RefundSettled:    {RefundClosed},
}

// RefundStatuses lists the states in the order of a refund's life.
var RefundStatuses = []RefundStatus{
	RefundPending, RefundProcessing, RefundSucceeded, RefundAbnormal, RefundClosed, RefundReplaced, RefundSettled,
}

// RefundsBack are the states in which the money is back with the consumer.
var RefundsBack = []RefundStatus{RefundSucceeded, RefundSettled}

// RefundsOver are the states in which nothing is owed for a refund any more.
var RefundsOver = []RefundStatus{RefundSucceeded, RefundSettled, RefundReplaced}

// SettledBy is how a brand gave back what WeChat did not.
type SettledBy string

// The ways.
const (
	SettledByBank  SettledBy = "bank_transfer"
	SettledByCash  SettledBy = "cash"
	SettledByOther SettledBy = "other"
)

// RefundKind tells whose money goes back.
type RefundKind string

// The kinds of refund.
const (
	RefundLate  RefundKind = "late"  // a whole payment that no order lives on; it has no lines
	RefundOrder RefundKind = "order" // part or all of what an order was paid with
)

// Refund is money on its way back to the consumer. AmountFen = its lines' AmountFen + FreightFen + TaxFen,
// except for a late payment's, which has nothing but AmountFen.
type Refund struct {
	ID             int64
	BrandID        int64
	OrderID        int64
	PaymentID      int64
	AfterSaleID    int64  // the case that led to it; 0 for none
	ReplacesID     int64  // the closed refund whose place it takes; 0 for none
	No             string // out_refund_no, fixed before the first call and the same on every retry
	Kind           RefundKind
	Status         RefundStatus
	AmountFen      Fen
	FreightFen     Fen
	TaxFen         Fen
	Reason         string // code: "late_payment", …
	WeChatRefundID string `gorm:"column:wechat_refund_id"`
	SucceededAt    Millis // of one that was settled, when staff said so
	SettledBy      SettledBy
	SettledRef     string // what the brand's accountant finds the settlement by
	CreatedAt      Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt      Millis `gorm:"autoUpdateTime:milli"`

	Lines []RefundLine `gorm:"-"` // where they were loaded
}

// RefundLine is the part of a refund that belongs to one line of the order.
type RefundLine struct {
	ID          int64
	BrandID     int64
	RefundID    int64
	OrderLineID int64
	SKUID       int64 `gorm:"column:sku_id"`
	Quantity    int   // pieces whose money goes back; 0 for a part of the price alone
	Dropped     int   // of these, pieces that were never sent
	Restock     int   // pieces that are for sale again once the money has gone back
	AmountFen   Fen
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}

// CallbackOutcome is what became of a verified notification.
type CallbackOutcome string

// The outcomes.
const (
	CallbackApplied   CallbackOutcome = "applied"   // it changed something
	CallbackRepeated  CallbackOutcome = "repeated"  // known already
	CallbackMismatch  CallbackOutcome = "mismatch"  // amount, currency, merchant or app is not the order's
	CallbackUnknown   CallbackOutcome = "unknown"   // no such number here
	CallbackUnhandled CallbackOutcome = "unhandled" // an event we do not act on
)

// Callback is the log of verified notifications; the same notification again counts up Deliveries.
type Callback struct {
	ID             int64
	BrandID        int64
	NotificationID string // WeChat's
	Event          string // such as TRANSACTION.SUCCESS
	Number         string // out_trade_no or out_refund_no
	Outcome        CallbackOutcome
	Detail         string // which check failed; no personal data
	Deliveries     int
	CreatedAt      Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt      Millis `gorm:"autoUpdateTime:milli"`
}

// Account is an account of a brand's double-entry journal.
type Account string

// The accounts of the trade; later ways to sell post to those that are theirs.
const (
	AccountWeChatClearing      Account = "wechat_clearing"      // at WeChat, not settled yet
	AccountCustomerPrepaid     Account = "customer_prepaid"     // paid by consumers for what they have not received
	AccountRevenue             Account = "revenue"              // goods that consumers have received
	AccountFreight             Account = "freight"              // delivery of those goods
	AccountTaxPayable          Account = "tax_payable"          // collected for the state
	AccountTaxVariance         Account = "tax_variance"         // customs' own bill less what was collected
	AccountCouponExpense       Account = "coupon_expense"       // what coupons cost
	AccountFee                 Account = "fee"                  // what WeChat keeps
	AccountRefundPayable       Account = "refund_payable"       // owed back to consumers
	AccountPaidOutside         Account = "paid_outside"         // given to consumers by the brand's own bank or till, not by WeChat
	AccountCommissionPending   Account = "commission_pending"   // earned, within the time of returns
	AccountCommissionAvailable Account = "commission_available" // may be withdrawn
	AccountCommissionMoving    Account = "commission_withdrawing"
	AccountCommissionPaid      Account = "commission_paid"
	AccountClawback            Account = "clawback_receivable" // commission paid for what was returned later
)

// Accounts lists the accounts in the order of the trial balance.
var Accounts = []Account{
	AccountWeChatClearing, AccountCustomerPrepaid, AccountRevenue, AccountFreight, AccountTaxPayable,
	AccountTaxVariance, AccountCouponExpense, AccountFee, AccountRefundPayable, AccountPaidOutside,
	AccountCommissionPending, AccountCommissionAvailable, AccountCommissionMoving, AccountCommissionPaid, AccountClawback,
}

// JournalEntry is one movement of money. Its postings sum to zero; neither is ever updated or deleted.
type JournalEntry struct {
	ID        int64
	BrandID   int64
	Kind      string // "payment", "refund_due", "refund", "revenue", "fee", …
	Ref       string // number of what caused it; unique together with Kind
	OrderID   int64
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// Posting is one line of a journal entry: debit positive, credit negative.
type Posting struct {
	ID        int64
	BrandID   int64
	EntryID   int64
	Account   Account
	AmountFen Fen
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// TableName implements gorm's Tabler.
func (Posting) TableName() string { return "journal_postings" }
