package model

import "database/sql/driver"

// MemberLevel is a level that customers of a brand may have. What is for members "from a level on" names its rank,
// which never changes: a promotion means tomorrow what it means today.
type MemberLevel struct {
	ID        int64
	BrandID   int64
	No        string // ULID, outside
	Rank      int    `gorm:"column:level_rank"` // 1 is the lowest; unique in the brand
	Name      Text
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// Member is a consumer who has a level, or had one.
type Member struct {
	ID        int64
	BrandID   int64
	UserID    int64
	LevelID   int64  // 0: none any more
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// Segment is a filter over the customers of a brand that was kept under a name. Who is in it is found out when
// somebody asks.
type Segment struct {
	ID        int64
	BrandID   int64
	No        string // ULID, outside
	Name      string // for staff
	Rule      SegmentRule
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// SegmentRule chooses customers; what is zero asks for nothing. Spent is what was paid and has not gone back.
type SegmentRule struct {
	LevelFrom      int      `json:"level_from,omitempty"`
	LevelTo        int      `json:"level_to,omitempty"`
	PaidFrom       int64    `json:"paid_from,omitempty"` // paid orders, at least …
	PaidTo         *int64   `json:"paid_to,omitempty"`   // … and at most; 0 is who has never bought
	SpentFrom      Fen      `json:"spent_from,omitempty"`
	SpentTo        Fen      `json:"spent_to,omitempty"`
	LastPaidFrom   Millis   `json:"last_paid_from,omitempty"`   // inclusive
	LastPaidBefore Millis   `json:"last_paid_before,omitempty"` // exclusive
	PaidWithinDays int64    `json:"paid_within_days,omitempty"`
	QuietDays      int64    `json:"quiet_days,omitempty"` // the last paid order is so old, or older
	CameFrom       Millis   `json:"came_from,omitempty"`  // came first, inclusive …
	CameBefore     Millis   `json:"came_before,omitempty"`
	FirstChannels  []string `json:"first_channels,omitempty"` // the first paid order came by one of these
	Reachable      bool     `json:"reachable,omitempty"`      // allows a message more
}

// Value implements driver.Valuer.
func (r SegmentRule) Value() (driver.Value, error) { return valueJSON(r) }

// Scan implements sql.Scanner.
func (r *SegmentRule) Scan(src any) error { return scanJSON(src, r) }

// IssueStatus is a state of an issue of coupons to a segment.
type IssueStatus string

// The states of an issue.
const (
	IssueRunning IssueStatus = "running"
	IssueStopped IssueStatus = "stopped" // by staff, or because there are no more: Reason
	IssueDone    IssueStatus = "done"
)

// IssueFlow is the life of an issue.
var IssueFlow = Flow[IssueStatus]{
	IssueRunning: {IssueStopped},
	IssueStopped: {IssueRunning},
	IssueDone:    {IssueRunning},
}

// IssueStatuses lists the states in the order of an issue's life.
var IssueStatuses = []IssueStatus{IssueRunning, IssueStopped, IssueDone}

// CouponIssue gives one coupon to each of a segment: of those who were customers when it began, in the order of their
// ids, some in each transaction. AfterID is how far it has come, so nobody gets two of one issue.
type CouponIssue struct {
	ID          int64
	BrandID     int64
	No          string // ULID, outside
	CouponID    int64
	SegmentNo   string // a copy, like its name and rule: the segment may change, and go
	SegmentName string
	Rule        SegmentRule
	Status      IssueStatus
	Reason      string // code: why it stopped
	AsOf        Millis // days of the rule count from here
	UptoID      int64
	AfterID     int64
	Matched     int64 // in the segment when it began
	Issued      int64
	Skipped     int64 // have as many as they may
	StaffNo     string
	DoneAt      Millis
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}
