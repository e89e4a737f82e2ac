package model

import "database/sql/driver"

// User is a consumer of one brand, known by the openid that WeChat gives for the brand's mini program.
type User struct {
	ID               int64
	BrandID          int64
	No               string // ULID, outside
	AppID            string
	OpenID           string `gorm:"column:openid"`
	UnionID          string `gorm:"column:unionid"` // only when the brand has bound an Open Platform account
	SessionKeySealed []byte // never leaves the server
	PhoneSealed      []byte
	PhoneMasked      string // 138****5678
	Language         string
	HistoryPaused    bool   // what they look at is not written down
	CreatedAt        Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt        Millis `gorm:"autoUpdateTime:milli"`
	LastSeenAt       Millis
	// DeletedAt is when the consumer had the account deleted: what was personal is gone, and the openid is free
	// for whoever signs in with it next. 0: they have not.
	DeletedAt Millis
}

// Address is where a consumer wants things delivered.
type Address struct {
	ID        int64
	BrandID   int64
	UserID    int64
	No        string // ULID, outside
	Place     Place
	IsDefault bool
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// Place is an address in China together with who receives there; an order keeps its own copy.
type Place struct {
	Name         string `json:"name"`
	Phone        string `json:"phone"`
	ProvinceCode string `json:"province_code"` // GB/T 2260, two digits
	Province     string `json:"province"`
	City         string `json:"city"`
	District     string `json:"district"`
	Detail       string `json:"detail"`
	Postcode     string `json:"postcode,omitempty"`
}

// Value implements driver.Valuer.
func (p Place) Value() (driver.Value, error) { return valueJSON(p) }

// Scan implements sql.Scanner.
func (p *Place) Scan(src any) error { return scanJSON(src, p) }

// CartLine is one SKU in a consumer's cart.
type CartLine struct {
	ID        int64
	BrandID   int64
	UserID    int64
	SKUID     int64 `gorm:"column:sku_id"`
	Quantity  int
	Selected  bool
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}
