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

// PageDraft is a page of a brand's storefront as its staff write it; Page is what consumers see. While
// Version is PublishedVersion there is nothing that is not published, and Page has the content.
type PageDraft struct {
	ID               int64
	BrandID          int64
	Slug             string
	Title            Text
	Blocks           List[Block]
	Version          int64  // grows with every change
	PublishedVersion int64  // 0: never published
	CreatedAt        Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt        Millis `gorm:"autoUpdateTime:milli"`
}

// PageVersion is a page as it was published. The last KeepPageVersions of a page are kept.
type PageVersion struct {
	ID          int64
	BrandID     int64
	Slug        string
	Version     int64 // of the draft that it was
	Title       Text
	Blocks      List[Block]
	PublishedBy string // number of a member of staff; empty for what was there before
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}

// KeepPageVersions is how many published versions of a page are kept.
const KeepPageVersions = 20

// SecretMark tells since when a brand has a secret at WeChat, for those who may know that and not the secret.
type SecretMark struct {
	ID      int64
	BrandID int64
	Secret  string // column of Credentials without its ending, such as app_secret
	SetAt   Millis
}
