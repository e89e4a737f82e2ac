package model

// Category is a node of a brand's category tree.
type Category struct {
	ID        int64
	BrandID   int64
	ParentID  int64  // 0 at the root
	Slug      string // unique within the brand
	Name      Text
	Picture   string
	Sort      int64 // smaller first
	Published bool
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// Product is an SPU: what a page of the shop describes. What is bought is one of its SKUs.
type Product struct {
	ID                int64
	BrandID           int64
	Handle            string // unique within the brand; in addresses
	Title             Text
	Summary           Text
	Body              Text // sanitised HTML
	Vendor            string
	Tags              List[string]
	Pictures          List[Picture]
	Options           List[Option]
	FreightTemplateID int64 // 0: the brand's default
	NoReturn          bool  // not taken back without a reason: the consumer has to confirm that when buying it
	Published         bool
	PublishedAt       Millis
	PublishAt         Millis // when it shall be published by itself; 0: not
	Archived          bool   // put away: neither consumers nor staff see it unless they look for it
	Sort              int64  // smaller first
	PriceFen          Fen    // the lowest price of its active SKUs, kept in step by service/catalogue
	CompareAtFen      Fen    // that SKU's price before, or 0
	Source            string // what it was imported from, such as "shopify"; "" if made here
	Words             string // what staff find it by: lower-case handle, titles and vendor, cut to MaxWords
	CatalogueVersion  int64  // the brand's, made by its last change: the search index follows it
	CreatedAt         Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt         Millis `gorm:"autoUpdateTime:milli"`
}

// MaxWords bounds Product.Words, in characters: an index has to hold all of it.
const MaxWords = 700

// Picture is a picture of a product.
type Picture struct {
	URL    string `json:"url"`
	Alt    Text   `json:"alt,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Small  string `json:"small,omitempty"`  // a small one of it, for lists; "": there is none
	Source string `json:"source,omitempty"` // the address it was fetched from, so that it is not fetched twice
}

// Option is one thing to choose, such as colour, and its values in order.
type Option struct {
	Name   Text   `json:"name"`
	Values []Text `json:"values"`
}

// ProductCategory puts a product into a category.
type ProductCategory struct {
	ID         int64
	BrandID    int64
	ProductID  int64
	CategoryID int64
}

// ProductTag is the index of Product.Tags, for filters.
type ProductTag struct {
	ID        int64
	BrandID   int64
	ProductID int64
	Tag       string
}

// SKU is one choice of a product's options: what has a price and a stock.
// Available to buy is OnHand − Reserved; both move only by service/stock's conditional updates. What moves
// OnHand leaves a StockMovement; Reserved is what pending orders hold.
type SKU struct {
	ID           int64
	BrandID      int64
	ProductID    int64
	No           string    // ULID, outside
	Code         string    // the brand's own article number; may be empty
	Choice       List[int] // for each of the product's options the index of its value
	ChoiceKey    string    // Choice joined by ",": unique within the product; "gone:" and No when its options are gone
	PriceFen     Fen
	CompareAtFen Fen // 0: none
	Barcode      string
	WeightGrams  int64
	Picture      string
	OnHand       int64
	Reserved     int64
	LowAt        int64 // so few available are an alert; 0: as many as the brand says, LowNever: none are
	// Scarcity is kept by the database alone, from OnHand, Reserved and LowAt, for lists of what is low: -1 and 0 when
	// nothing is available, without and with an alert, 1 when it is low by its own threshold, one more than what is
	// available when the brand's decides, and ScarcityMost at most; beyond that when it is not low by its own.
	Scarcity  int64 `gorm:"->"`
	Active    bool
	Sort      int64
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (SKU) TableName() string { return "skus" }

// ScarcityMost is where SKU.Scarcity stops to tell how many are available: what has plenty changes in no index when it
// is sold.
const ScarcityMost = 51

// LowNever is the LowAt of a SKU that never alerts.
const LowNever = -1

// StockSetting is what a brand says of its stock; without one DefaultLow counts.
type StockSetting struct {
	ID        int64
	BrandID   int64
	LowAt     int64  // so few available of a SKU are an alert; 0: none are
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// DefaultLow is the LowAt of a brand that has not said any.
const DefaultLow = 5

// Available is how many may be bought now.
func (s SKU) Available() int64 { return s.OnHand - s.Reserved }

// MovementKind says why stock moved.
type MovementKind string

// The kinds of movement, with what they do to what is on hand.
const (
	MoveReceive MovementKind = "receive" // + first stock, delivery
	MoveCorrect MovementKind = "correct" // ± counted
	MoveSell    MovementKind = "sell"    // − order paid
	MoveReturn  MovementKind = "return"  // + goods came back
	MoveReplace MovementKind = "replace" // ± taken to be exchanged for others, put back if they are not
	MoveRegain  MovementKind = "regain"  // + goods came back in an exchange
)

// StockMovement explains one change of what is on hand of a SKU; the sum of its deltas is the SKU's OnHand.
// What is reserved needs no movement: the pending orders that hold it explain it.
type StockMovement struct {
	ID          int64
	BrandID     int64
	SKUID       int64 `gorm:"column:sku_id"`
	Kind        MovementKind
	OnHandDelta int64
	OrderID     int64 // 0: no order
	Reason      string
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}
