package model

import "database/sql/driver"

// PromotionStatus is a state of a promotion. Whether one that is active runs is told by its time.
type PromotionStatus string

// The states of a promotion.
const (
	PromotionActive  PromotionStatus = "active"
	PromotionPaused  PromotionStatus = "paused"
	PromotionStopped PromotionStatus = "stopped"
)

// PromotionFlow is the life of a promotion.
var PromotionFlow = Flow[PromotionStatus]{
	PromotionActive:  {PromotionPaused},
	PromotionPaused:  {PromotionActive},
	PromotionStopped: {PromotionActive, PromotionPaused},
}

// PromotionStatuses lists the states in the order of a promotion's life.
var PromotionStatuses = []PromotionStatus{PromotionActive, PromotionPaused, PromotionStopped}

// Channel is where an order is placed.
type Channel string

// ChannelMiniProgram is the one channel so far; others come with their ways to sell.
const ChannelMiniProgram Channel = "mini_program"

// Conditions tell when a promotion or a coupon applies. What is empty asks for nothing.
type Conditions struct {
	Products   []int64 `json:"products,omitempty"`   // what is in one of these …
	Categories []int64 `json:"categories,omitempty"` // … or below one of these counts; without either everything does
	// AmountFrom and PiecesFrom are of what counts, at the price that the steps before have left.
	AmountFrom Fen       `json:"amount_from,omitempty"`
	PiecesFrom int       `json:"pieces_from,omitempty"`
	FirstOrder bool      `json:"first_order,omitempty"` // the buyer has no other order but cancelled ones
	LevelFrom  int       `json:"level_from,omitempty"`  // the buyer is a member of this rank or a higher one
	Channels   []Channel `json:"channels,omitempty"`
}

// Value implements driver.Valuer.
func (c Conditions) Value() (driver.Value, error) { return valueJSON(c) }

// Scan implements sql.Scanner.
func (c *Conditions) Scan(src any) error { return scanJSON(src, c) }

// EffectKind is what a promotion or a coupon does.
type EffectKind string

// The effects.
const (
	EffectPercent EffectKind = "percent" // Rate off what counts, at most MostFen
	EffectAmount  EffectKind = "amount"  // AmountFen off what counts, Times times if its threshold is reached so often
	EffectPrice   EffectKind = "price"   // each piece costs PriceFen, or what Prices says of its SKU
	EffectNth     EffectKind = "nth"     // each Nth piece is cheaper by Rate, the cheapest first; at most Times of them
	EffectGift    EffectKind = "gift"    // GiftPieces of GiftSKU on top
	EffectFreight EffectKind = "freight" // the delivery costs nothing, or MostFen less
)

// EffectKinds lists the effects.
var EffectKinds = []EffectKind{EffectPercent, EffectAmount, EffectPrice, EffectNth, EffectGift, EffectFreight}

// FullRate is the whole in the unit of rates: 1/10,000.
const FullRate = 10_000

// Effect is what a promotion or a coupon does. Only the fields of its kind are set.
type Effect struct {
	Kind       EffectKind `json:"kind"`
	Rate       int64      `json:"rate,omitempty"` // what is taken off, in 1/10,000
	AmountFen  Fen        `json:"amount_fen,omitempty"`
	MostFen    Fen        `json:"most_fen,omitempty"` // 0: no limit
	Times      int64      `json:"times,omitempty"`    // 0: once for an amount, without limit for pieces
	PriceFen   Fen        `json:"price_fen,omitempty"`
	Prices     []SKUPrice `json:"prices,omitempty"`
	Nth        int64      `json:"nth,omitempty"`
	GiftSKU    int64      `json:"gift_sku,omitempty"`
	GiftPieces int        `json:"gift_pieces,omitempty"`
}

// SKUPrice is the price of one SKU.
type SKUPrice struct {
	SKU      int64 `json:"sku"`
	PriceFen Fen   `json:"price_fen"`
}

// Value implements driver.Valuer.
func (e Effect) Value() (driver.Value, error) { return valueJSON(e) }

// Scan implements sql.Scanner.
func (e *Effect) Scan(src any) error { return scanJSON(src, e) }

// Promotion makes what meets its conditions cheaper for everybody. One with a PromotionQuota is a flash sale.
type Promotion struct {
	ID        int64
	BrandID   int64
	No        string // ULID, outside
	Name      Text
	Status    PromotionStatus
	Priority  int64  // smaller first; then the older one
	GroupName string // of those of a group one applies to an order, the best; "": no group
	// Stackable promotions share a line with others; what another one has reached is closed to it, and the other
	// way round.
	Stackable  bool
	Coupons    bool // coupons may come on top of it
	FlashSale  bool // it has a PromotionQuota
	Conditions Conditions
	Effect     Effect
	StartsAt   Millis
	EndsAt     Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// PromotionQuota is how many pieces of a flash sale there are: Reserved + Sold ≤ Total. It is a row of its own,
// because many orders want it at once.
type PromotionQuota struct {
	ID          int64
	BrandID     int64
	PromotionID int64
	Total       int64
	PerUser     int64 // pieces; 0: no limit
	Reserved    int64 // by pending orders
	Sold        int64
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (PromotionQuota) TableName() string { return "promotion_quotas" }

// PromotionUse is how many pieces of a flash sale a consumer has, in pending orders and paid ones.
type PromotionUse struct {
	ID          int64
	BrandID     int64
	PromotionID int64
	UserID      int64
	Taken       int64
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// CouponStatus is a state of a coupon's definition.
type CouponStatus string

// The states of a definition. Of one that is paused or stopped nobody gets any more; those that consumers have stay
// good.
const (
	CouponActive  CouponStatus = "active"
	CouponPaused  CouponStatus = "paused"
	CouponStopped CouponStatus = "stopped"
)

// CouponFlow is the life of a definition.
var CouponFlow = Flow[CouponStatus]{
	CouponActive:  {CouponPaused},
	CouponPaused:  {CouponActive},
	CouponStopped: {CouponActive, CouponPaused},
}

// CouponStatuses lists the states in the order of a definition's life.
var CouponStatuses = []CouponStatus{CouponActive, CouponPaused, CouponStopped}

// CouponAccess is how consumers come by a coupon. Staff may issue any.
type CouponAccess string

// The ways.
const (
	CouponPublic CouponAccess = "public" // everybody sees it in the mini program and claims it
	CouponByCode CouponAccess = "code"   // who has the code, or a code
	CouponIssued CouponAccess = "issued" // staff alone hand it out
)

// CouponAccesses lists the ways.
var CouponAccesses = []CouponAccess{CouponPublic, CouponByCode, CouponIssued}

// CouponBack tells when a coupon that was used is given back. In any other refund its share stays with the brand:
// what goes back is what was paid.
type CouponBack string

// The rules.
const (
	CouponBackNever  CouponBack = "never"
	CouponBackUnsent CouponBack = "unsent" // when all the money has gone back before anything was sent
)

// CouponBacks lists the rules.
var CouponBacks = []CouponBack{CouponBackNever, CouponBackUnsent}

// Coupon is a definition: what each of the coupons does that consumers have of it.
type Coupon struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside
	Name       Text
	Status     CouponStatus
	Access     CouponAccess
	CodeHash   string // of a code that all share, SHA-256 in hex; "" without
	Conditions Conditions
	Effect     Effect
	Stackable  bool // it counts what a promotion has made cheaper, too
	Back       CouponBack
	Total      int64 // 0: no limit
	Claimed    int64 // of these; it never goes down
	PerUser    int64
	ClaimFrom  Millis // until when, and from when on, it can be had
	ClaimUntil Millis
	// It is good from ValidFrom to ValidUntil, or for ValidDays from the moment a consumer has it.
	ValidFrom  Millis
	ValidUntil Millis
	ValidDays  int64
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// ClaimStatus is a state of a coupon that a consumer has.
type ClaimStatus string

// The states of a claim.
const (
	ClaimHeld    ClaimStatus = "claimed" // it can be used while it is good
	ClaimLocked  ClaimStatus = "locked"  // a pending order uses it
	ClaimUsed    ClaimStatus = "used"
	ClaimExpired ClaimStatus = "expired"
)

// ClaimFlow is the life of a claim: back to claimed when the order closes unpaid, or is refunded and the coupon's
// rule gives it back.
var ClaimFlow = Flow[ClaimStatus]{
	ClaimHeld:    {ClaimLocked, ClaimUsed},
	ClaimLocked:  {ClaimHeld},
	ClaimUsed:    {ClaimLocked},
	ClaimExpired: {ClaimHeld},
}

// ClaimStatuses lists the states in the order of a claim's life.
var ClaimStatuses = []ClaimStatus{ClaimHeld, ClaimLocked, ClaimUsed, ClaimExpired}

// CouponClaim is one coupon of one consumer.
type CouponClaim struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside
	CouponID   int64
	UserID     int64
	N          int64 // the consumer's 1st, 2nd, … of this coupon
	Status     ClaimStatus
	Access     CouponAccess // how they came by it
	IssueID    int64        // of the issue to a segment that it came with; 0 for none
	OrderID    int64        // that has it locked or used it; 0 for none
	ValidFrom  Millis
	ValidUntil Millis // exclusive
	UsedAt     Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// CouponCode is one code of many that each are good for one coupon. Only its hash is kept.
type CouponCode struct {
	ID        int64
	BrandID   int64
	CouponID  int64
	Hash      string // SHA-256, hex
	ClaimID   int64  // what was had for it; 0: nothing yet
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}
