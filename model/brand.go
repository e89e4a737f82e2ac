package model

import "database/sql/driver"

// BrandStatus tells whether a brand's shop is open.
type BrandStatus string

// The states of a brand.
const (
	BrandActive    BrandStatus = "active"
	BrandSuspended BrandStatus = "suspended" // the storefront answers 404; callbacks still work
)

// Brand is a tenant: one shop with its own mini program and its own merchant at WeChat Pay.
type Brand struct {
	ID               int64
	Slug             string // in addresses: ^[a-z0-9][a-z0-9-]{1,30}$
	Status           BrandStatus
	Name             Text
	Currency         string // of account; always CNY, the currency WeChat Pay settles in
	DefaultLanguage  string
	Languages        List[string]
	Theme            Theme
	OrderTTL         int64  // seconds an order may stay unpaid
	FreeOrders       bool   // promotions and coupons may bring an order down to nothing; it is paid without WeChat then
	CatalogueVersion int64  // grows with every change of what the storefront shows; caches and the search index follow it
	CreatedAt        Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt        Millis `gorm:"autoUpdateTime:milli"`
}

// Theme is how a brand's shop looks.
type Theme struct {
	Accent string `json:"accent" yaml:"accent"`                 // #RRGGBB
	Logo   string `json:"logo,omitempty" yaml:"logo,omitempty"` // address of a picture
}

// Value implements driver.Valuer.
func (t Theme) Value() (driver.Value, error) { return valueJSON(t) }

// Scan implements sql.Scanner.
func (t *Theme) Scan(src any) error { return scanJSON(src, t) }

// PayVerification is how WeChat Pay's own signatures are checked for a merchant.
type PayVerification string

// The two ways. New merchants have a public key; older ones platform certificates that are downloaded
// from WeChat, and both while they migrate.
const (
	PayPublicKey           PayVerification = "public_key"
	PayPlatformCertificate PayVerification = "platform_certificate"
)

// Credentials are a brand's settings at WeChat. The fields ending in Sealed are AEAD ciphertexts with the
// brand as associated data; they are opened only in memory, in service/brand.
type Credentials struct {
	ID               int64
	BrandID          int64
	AppID            string
	AppSecretSealed  []byte
	MchID            string
	APIv3KeySealed   []byte `gorm:"column:apiv3_key_sealed"`
	CertSerial       string // of the merchant's API certificate
	PrivateKeySealed []byte // PEM, PKCS#8
	Verification     PayVerification
	PublicKeyID      string // PUB_KEY_ID_…, in public-key mode
	PublicKey        string // PEM, in public-key mode
	PushTokenSealed  []byte // of the mini program's message push
	PushKeySealed    []byte // its EncodingAESKey
	CreatedAt        Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt        Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (Credentials) TableName() string { return "brand_credentials" }

// Page is a page of a brand's storefront, made of blocks, and what staff are making of it.
type Page struct {
	ID        int64
	BrandID   int64
	Slug      string // HomePage is the first page
	Title     Text
	Blocks    List[Block]
	Published bool
	Version   int64 // number of the PageVersion that consumers see, or saw last; 0 before the first

	DraftTitle   Text
	DraftBlocks  List[Block]
	DraftVersion int64  // grows with each change of the draft: whoever changes it names the one they have seen
	DraftOpen    bool   // the draft counts; otherwise staff begin with what is published
	DraftBase    int64  // Version when the draft was opened
	DraftBy      string // number of the member of staff who changed it last
	DraftAt      Millis

	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// HomePage is the slug of a shop's first page, which every shop can have.
const HomePage = "home"

// PageVersion is a page as it was published once.
type PageVersion struct {
	ID        int64
	BrandID   int64
	Slug      string
	Number    int64
	Title     Text
	Blocks    List[Block]
	ActorKind ActorKind // who published it
	ActorNo   string    // of a member of staff; "" of the others
	CreatedAt Millis    `gorm:"autoCreateTime:milli"`
}

// BlockKind is what a block of a page shows.
type BlockKind string

// The kinds of block.
const (
	BlockBanner     BlockKind = "banner"
	BlockCategories BlockKind = "category_row"
	BlockShelf      BlockKind = "product_shelf"
	BlockRichText   BlockKind = "rich_text"
	BlockNotice     BlockKind = "notice"
	BlockGroups     BlockKind = "group_shelf" // what can be bought in groups now
	BlockFlash      BlockKind = "flash_shelf" // flash sales that run, or are about to
)

// BlockKinds lists the kinds of block.
var BlockKinds = []BlockKind{
	BlockBanner, BlockCategories, BlockShelf, BlockGroups, BlockFlash, BlockRichText, BlockNotice,
}

// Block is one block of a page; which fields count depends on its kind.
type Block struct {
	Kind       BlockKind `json:"kind" yaml:"kind"`
	Title      Text      `json:"title,omitempty" yaml:"title,omitempty"`
	Text       Text      `json:"text,omitempty" yaml:"text,omitempty"`             // rich_text: sanitised HTML; notice: plain text
	Picture    string    `json:"picture,omitempty" yaml:"picture,omitempty"`       // banner
	Link       string    `json:"link,omitempty" yaml:"link,omitempty"`             // banner: product:HANDLE, category:SLUG or page:SLUG
	Categories []string  `json:"categories,omitempty" yaml:"categories,omitempty"` // category_row: slugs
	Products   []string  `json:"products,omitempty" yaml:"products,omitempty"`     // product_shelf: handles …
	Category   string    `json:"category,omitempty" yaml:"category,omitempty"`     // … or the newest of one category
	Limit      int       `json:"limit,omitempty" yaml:"limit,omitempty"`           // product_shelf: at most so many, 1–20
	Campaign   string    `json:"campaign,omitempty" yaml:"campaign,omitempty"`     // group_shelf: number of a campaign; "" for all
	Promotion  string    `json:"promotion,omitempty" yaml:"promotion,omitempty"`   // flash_shelf: number of a flash sale; "" for all
}

// FreightBasis is what a freight template counts.
type FreightBasis string

// The bases.
const (
	FreightByPiece  FreightBasis = "piece"
	FreightByWeight FreightBasis = "weight" // in grams
)

// FreightTemplate is one way to price delivery. A product without a template of its own uses the brand's
// default; without one, delivery is free.
type FreightTemplate struct {
	ID        int64
	BrandID   int64
	Name      string
	IsDefault bool
	Basis     FreightBasis
	FreeFrom  Fen // goods of this template from this amount are delivered free; 0 never
	Rules     List[FreightRule]
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// FreightRule is the price for some provinces. The rule with no provinces serves all that no other names.
type FreightRule struct {
	Provinces []string `json:"provinces,omitempty" yaml:"provinces,omitempty"` // GB/T 2260 codes, two digits
	Refused   bool     `json:"refused,omitempty" yaml:"refused,omitempty"`     // not delivered there
	First     int64    `json:"first" yaml:"first"`                             // pieces or grams in the first price
	FirstFen  Fen      `json:"first_fen" yaml:"first_fen"`
	Next      int64    `json:"next" yaml:"next"` // each further so many pieces or grams, begun ones counted whole …
	NextFen   Fen      `json:"next_fen" yaml:"next_fen"`
}
