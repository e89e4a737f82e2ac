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

// KeptPicture is a file of the shops' own pictures, by the name that its content gives it: whoever sends the same one
// again has the same file, of whatever brand. What nothing shows any more is removed after a while.
type KeptPicture struct {
	ID          int64
	Name        string // of the file
	SentAt      Millis // last
	LookedAt    Millis // when it was last looked for
	UnusedSince Millis // since when nothing has shown it; 0: something has, or it was not looked for yet
	GoneAt      Millis // since when it is being removed; 0: it is not
}
