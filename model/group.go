package model

// CampaignStatus is a state of a group campaign.
type CampaignStatus string

// The states of a campaign. Whether its window is open, the window tells.
const (
	CampaignRunning   CampaignStatus = "running"
	CampaignPaused    CampaignStatus = "paused"    // no group is opened for now; those that are open go on
	CampaignCancelled CampaignStatus = "cancelled" // no group is opened any more, and those that are open are cancelled
)

// CampaignFlow is the life of a campaign.
var CampaignFlow = Flow[CampaignStatus]{
	CampaignRunning: {CampaignPaused}, CampaignPaused: {CampaignRunning}, CampaignCancelled: {CampaignRunning, CampaignPaused},
}

// CampaignStatuses lists the states in the order of a campaign's life.
var CampaignStatuses = []CampaignStatus{CampaignRunning, CampaignPaused, CampaignCancelled}

// The limits of small groups.
const (
	LeastGroupSize = 2
	MostGroupSize  = 100
)

// GroupCampaign lets a product be bought by small groups at a lower price. A group keeps its own copy of what
// decides about it, and an order its own price: a change concerns what comes after it.
type GroupCampaign struct {
	ID        int64
	BrandID   int64
	No        string // ULID, outside
	ProductID int64
	Status    CampaignStatus
	Size      int    // members of a group
	MinSize   int    // so many at the end of a group's life are enough too; 0: all are needed. Consumers are told
	Life      int64  // of a group, in seconds
	StartsAt  Millis // groups are opened from here …
	EndsAt    Millis // … to here, exclusive
	UserLimit int    // pieces for one consumer in all; 0: any number
	NewOnly   bool   // for those who have bought nothing yet
	EndedAt   Millis // when it was cancelled
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`

	Prices []GroupPrice `gorm:"-"` // by id, where they were loaded
}

// GroupPrice is what one SKU costs in a campaign's groups.
type GroupPrice struct {
	ID         int64
	BrandID    int64
	CampaignID int64
	SKUID      int64  `gorm:"column:sku_id"`
	PriceFen   Fen    // ≤ the SKU's own
	LeaderFen  Fen    // what who opens a group pays instead; 0: the same as the others
	Active     bool   // false when the campaign has it no more
	Quota      int64  // pieces that the campaign may sell; 0: as many as there are
	Taken      int64  // pieces of orders that are neither cancelled nor wholly refunded
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// GroupStatus is a state of a group.
type GroupStatus string

// The states of a group.
const (
	GroupOpen      GroupStatus = "open"
	GroupFormed    GroupStatus = "formed"    // all seats are paid, or at the end enough of them
	GroupExpired   GroupStatus = "expired"   // too few had paid when its time was up: all get their money back
	GroupCancelled GroupStatus = "cancelled" // by the brand, or because nobody is left in it
)

// GroupFlow is the life of a group. A group that has formed stays: a refund afterwards is the member's alone.
var GroupFlow = Flow[GroupStatus]{
	GroupFormed: {GroupOpen}, GroupExpired: {GroupOpen}, GroupCancelled: {GroupOpen},
}

// GroupStatuses lists the states in the order of a group's life.
var GroupStatuses = []GroupStatus{GroupOpen, GroupFormed, GroupExpired, GroupCancelled}

// Group is consumers who buy a product together. Paid + Reserved ≤ Size; both are moved by conditional UPDATEs,
// under which its seats are moved.
type Group struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside; the scene of its mini-program code
	CampaignID int64
	ProductID  int64
	LeaderID   int64 // the user who opened it
	Status     GroupStatus
	Size       int
	MinSize    int // 0: all are needed
	NewOnly    bool
	Reserved   int    // seats whose orders are not paid yet
	Paid       int    // seats that are paid; of a group that has ended, those that were when it did
	ExpiresAt  Millis // a payment counts when WeChat had it before this instant
	EndedAt    Millis // when it formed, expired or was cancelled
	Reason     string // code: why it was cancelled
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler: GROUPS is a word of MySQL's own.
func (Group) TableName() string { return "small_groups" }

// SeatStatus is a state of a seat.
type SeatStatus string

// The states of a seat.
const (
	SeatReserved  SeatStatus = "reserved" // its order is placed, and not paid
	SeatPaid      SeatStatus = "paid"     // paid; the group is not complete yet
	SeatConfirmed SeatStatus = "confirmed"
	SeatReleased  SeatStatus = "released" // not paid in time, or left before the payment
	SeatRefunding SeatStatus = "refunding"
	SeatRefunded  SeatStatus = "refunded"
)

// SeatFlow is the life of a seat. Released leads to paid when the money comes late and a seat is free, and to
// refunding when none is.
var SeatFlow = Flow[SeatStatus]{
	SeatPaid:      {SeatReserved, SeatReleased},
	SeatConfirmed: {SeatPaid},
	SeatReleased:  {SeatReserved},
	SeatRefunding: {SeatReserved, SeatReleased, SeatPaid},
	SeatRefunded:  {SeatPaid, SeatConfirmed, SeatRefunding},
}

// SeatStatuses lists the states in the order of a seat's life.
var SeatStatuses = []SeatStatus{
	SeatReserved, SeatPaid, SeatConfirmed, SeatReleased, SeatRefunding, SeatRefunded,
}

// GroupSeat is one member's place in a group, together with the order that pays for it.
type GroupSeat struct {
	ID         int64
	BrandID    int64
	GroupID    int64
	CampaignID int64
	PriceID    int64 // the campaign's price
	UserID     int64
	OrderID    int64
	Quantity   int // pieces
	Status     SeatStatus
	Leader     bool
	Name       string // the member's, masked, for the others
	InviterID  int64  // the seat through whose link the member came; 0: none
	Depth      int    // members between it and one who came by themselves
	// Holder is the user as long as the seat is live, else the order's id with a minus: unique in its group, so that
	// nobody has two.
	Holder int64
	// Newcomer is the user of a paid seat for new customers alone, else the order's id with a minus: unique, so that
	// nobody is new twice.
	Newcomer    int64
	Holding     bool   // its pieces count in the campaign's price and for the user's limit
	Counted     bool   // it counts in the group's Paid
	ExpiresAt   Millis // unpaid at this instant, somebody else may have it
	PaidAt      Millis // WeChat's success_time
	ConfirmedAt Millis
	Reason      string // code: why the money goes back
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// GroupEvent is one move of a group, or of a seat when SeatID is not 0.
type GroupEvent struct {
	ID        int64
	BrandID   int64
	GroupID   int64
	SeatID    int64
	FromState string // "" where it began
	ToState   string
	Reason    string
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// GroupVisit is that a consumer has looked at a group, by whose link first and how often. It earns nobody anything.
type GroupVisit struct {
	ID        int64
	BrandID   int64
	GroupID   int64
	UserID    int64
	InviterID int64 // seat whose link it was; 0: by no link
	Views     int64
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// GroupWish is with which campaign an order is placed, and in which group; without one it opens another.
type GroupWish struct {
	Campaign string `json:"campaign" minLength:"26" maxLength:"26" doc:"Number of the campaign"`
	Group    string `json:"group,omitempty" minLength:"26" maxLength:"26" doc:"Number of the group to join; without it a group is opened"`
	From     int    `json:"from,omitempty" minimum:"0" maximum:"100000" doc:"Whose link it was, as the link says"`
}

// OrderGroup is the group of an order.
type OrderGroup struct {
	Campaign string
	No       string
	Status   GroupStatus
	Seat     SeatStatus
}
