package model

// The figures of a day are kept in tables of their own, so that nobody who looks at a year adds up its orders. They
// follow from the orders, the refunds and the journal, and can be counted anew at any time; a day is Shanghai's.

// DailySales is what was sold on a day in one way to those who came by one channel.
type DailySales struct {
	ID           int64
	BrandID      int64
	Day          Day
	Way          string
	Channel      string
	Placed       int64  // orders placed
	Orders       int64  // orders paid
	GMVFen       Fen    `gorm:"column:gmv_fen"` // paid for them, without tax
	Refunds      int64  // refunds whose money has gone back
	RefundFen    Fen    // of these, without tax
	NewBuyers    int64  // consumers who paid their first order ever
	SecondBuyers int64  // consumers who paid their second
	UpdatedAt    Millis `gorm:"autoUpdateTime:milli"`
}

// DailyPeople is how many different consumers got how far on a day. It has a row for each day that was counted.
type DailyPeople struct {
	ID        int64
	BrandID   int64
	Day       Day
	Seen      int64 // looked at a product, or got further; what was counted while the day lasted, for no log is kept
	Carted    int64 // put something into the cart, or got further
	Ordered   int64
	Paid      int64 // of those who ordered that day
	Received  int64 // of these
	CountedAt Millis
}

// DailyGoods is what was sold of a product on a day.
type DailyGoods struct {
	ID        int64
	BrandID   int64
	Day       Day
	ProductID int64
	Quantity  int64  // pieces paid
	GMVFen    Fen    `gorm:"column:gmv_fen"` // paid for them, without delivery and tax
	Returned  int64  // pieces whose money has gone back
	RefundFen Fen    // for them
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// DailyBooks is what the journal has booked on a day in entries of one kind to one account.
type DailyBooks struct {
	ID        int64
	BrandID   int64
	Day       Day
	Kind      string
	Account   Account
	Entries   int64
	DebitFen  Fen
	CreditFen Fen    // not negative
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (DailySales) TableName() string { return "daily_sales" }

// TableName implements gorm's Tabler.
func (DailyPeople) TableName() string { return "daily_people" }

// TableName implements gorm's Tabler.
func (DailyGoods) TableName() string { return "daily_goods" }

// TableName implements gorm's Tabler.
func (DailyBooks) TableName() string { return "daily_books" }
