package model

// Photo is a picture that a consumer has sent: for a review, or as evidence. Nobody finds it without its address,
// which holds 256 random bits.
type Photo struct {
	ID        int64
	BrandID   int64
	UserID    int64
	No        string // ULID, outside
	URL       string
	Width     int    // pixels
	Height    int    // pixels
	UsedAt    Millis // since when something shows it; 0: nothing does, and it is removed after a day
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}
