package model

// ReviewStatus is a state of what a consumer wrote about something they bought.
type ReviewStatus string

// The states of a review, and of what was added to it later.
const (
	ReviewChecking  ReviewStatus = "checking"  // nobody but its author sees it
	ReviewHeld      ReviewStatus = "held"      // staff have to look
	ReviewPublished ReviewStatus = "published" // everybody sees it
	ReviewRefused   ReviewStatus = "refused"   // WeChat or staff say that nobody may see it
	ReviewHidden    ReviewStatus = "hidden"    // staff took it off
	ReviewRemoved   ReviewStatus = "removed"   // its author did, and nothing is left of it
)

// ReviewFlow is the life of a review.
var ReviewFlow = Flow[ReviewStatus]{
	ReviewHeld:      {ReviewChecking},
	ReviewPublished: {ReviewChecking, ReviewHeld, ReviewHidden},
	ReviewRefused:   {ReviewChecking, ReviewHeld, ReviewPublished, ReviewHidden}, // WeChat's verdict may come late
	ReviewHidden:    {ReviewPublished},
	ReviewRemoved:   {ReviewChecking, ReviewHeld, ReviewPublished, ReviewRefused, ReviewHidden},
}

// ReviewStatuses lists the states in the order of a review's life.
var ReviewStatuses = []ReviewStatus{ReviewChecking, ReviewHeld, ReviewPublished, ReviewRefused, ReviewHidden, ReviewRemoved}

// Review is what a consumer says of one line of an order, once.
type Review struct {
	ID          int64
	BrandID     int64
	No          string // ULID, outside
	UserID      int64
	OrderLineID int64 // one review each
	ProductID   int64
	Choice      Text   // what exactly they bought, as it was then
	Author      string // how others see who wrote it, masked; "" when they do not want to be seen
	Rating      int    // 1 to 5 stars
	Words       string
	Pictures    List[string] // numbers of the consumer's photos
	Status      ReviewStatus
	Reply       string // the shop's
	RepliedAt   Millis
	AddedWords  string // said later, once
	AddedStatus ReviewStatus
	AddedAt     Millis
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}
