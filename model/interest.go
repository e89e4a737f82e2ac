package model

// Favourite is a product that a consumer wants to find again.
type Favourite struct {
	ID        int64
	BrandID   int64
	UserID    int64
	ProductID int64
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// Seen is a product that a consumer has looked at, once however often that was.
type Seen struct {
	ID        int64
	BrandID   int64
	UserID    int64
	ProductID int64
	SeenAt    Millis // the last time
}

// TableName implements gorm's Tabler.
func (Seen) TableName() string { return "seen_products" }
