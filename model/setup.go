package model

import "database/sql/driver"

// BrandProfile is what a brand says about itself beside its row in brands. A brand without one has said nothing.
type BrandProfile struct {
	ID            int64
	BrandID       int64
	LegalName     string // of the company that sells
	LegalAddress  string // where it is registered
	Contact       Contact
	Service       Text   // how customer service is reached, and when
	TimeZone      string // of the staff, such as Europe/Rome
	ClosedByStaff bool   // the brand's own staff have closed the shop, and so may open it again
	CreatedAt     Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt     Millis `gorm:"autoUpdateTime:milli"`
}

// Contact is whom the platform reaches at a brand.
type Contact struct {
	Name  string `json:"name,omitempty" maxLength:"64"`
	Phone string `json:"phone,omitempty" maxLength:"32"`
	Email string `json:"email,omitempty" maxLength:"254"`
}

// Value implements driver.Valuer.
func (c Contact) Value() (driver.Value, error) { return valueJSON(c) }

// Scan implements sql.Scanner.
func (c *Contact) Scan(src any) error { return scanJSON(src, c) }

// SecretMark tells since when a brand has a secret at WeChat, for those who may know that and not the secret.
type SecretMark struct {
	ID      int64
	BrandID int64
	Secret  string // column of Credentials without its ending, such as app_secret
	SetAt   Millis
}
