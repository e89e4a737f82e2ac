package model

// Platform is the tenant of those who run the installation: its administrators are its staff, and it has no shop. It
// is no row of brands. See docs/adr/0023.
const Platform int64 = -1

// StaffLogin is how a member of staff who is a person signs in. Machines have tokens instead.
type StaffLogin struct {
	ID           int64
	BrandID      int64
	StaffID      int64
	Email        string // lower case; one person of a brand
	PasswordHash string // argon2id, with its parameters
	// TOTPSealed is the secret of the second factor, TOTPPending one that is being set up; empty for none.
	TOTPSealed  []byte `gorm:"column:totp_sealed"`
	TOTPPending []byte `gorm:"column:totp_pending"`
	TOTPStep    int64  `gorm:"column:totp_step"` // of the last code that was taken: older ones and the same are not any more
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// StaffRecoveryCode replaces a code of the second factor, once.
type StaffRecoveryCode struct {
	ID        int64
	BrandID   int64
	StaffID   int64
	Hash      string // SHA-256, hex
	UsedAt    Millis
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
}

// StaffSession is a browser in which a member of staff is signed in. Only the hash of its cookie is kept.
type StaffSession struct {
	ID        int64
	BrandID   int64
	StaffID   int64
	No        string // ULID, outside
	Hash      string // SHA-256 of the cookie, hex
	Address   string // that it was begun from
	Agent     string // the browser, in a few words
	ExpiresAt Millis // whatever is done in it
	// LastUsedAt is when it was used last, give or take five minutes. Without use it ends.
	LastUsedAt Millis
	EndedAt    Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
}

// InvitationKind is what a link to somebody is for.
type InvitationKind string

// The kinds of invitation.
const (
	InvitationJoin  InvitationKind = "join"  // makes a member of staff
	InvitationReset InvitationKind = "reset" // gives one a new password
)

// StaffInvitation is a link by which somebody chooses a password, once.
type StaffInvitation struct {
	ID         int64
	BrandID    int64
	No         string // ULID, outside
	Kind       InvitationKind
	StaffID    int64  // whose password it is; 0 of InvitationJoin
	Name       string // of who is invited
	Email      string
	Role       Role
	RemoveTOTP bool   `gorm:"column:remove_totp"` // a reset takes the second factor away too
	InvitedBy  string // number of the member of staff; "" from the command line
	Hash       string // SHA-256 of the token, hex
	ExpiresAt  Millis
	UsedAt     Millis
	RevokedAt  Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
}

// StaffPolicy is what a brand asks of its staff's sign-in. A brand without one asks for a password.
type StaffPolicy struct {
	ID          int64
	BrandID     int64
	RequireTOTP bool   `gorm:"column:require_totp"`
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (StaffPolicy) TableName() string { return "staff_policies" }

// SignInThrottle counts the failures to sign in of one account, whether it exists or not, and of one network address.
// It is of no brand: an address guesses at all of them.
type SignInThrottle struct {
	ID          int64
	Subject     string // SHA-256, hex, of what is guarded
	Failures    int64
	LockedUntil Millis
	LastAt      Millis
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}
