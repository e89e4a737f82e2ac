package identity

import (
	"time"

	"hutong/model"
)

// Mask masks a phone number.
var Mask = model.MaskPhone

// Sign makes a token.
func (k Keys) Sign(brandID int64, userNo string, now time.Time, ttl time.Duration) (string, error) {
	return k.sign(brandID, userNo, now, ttl)
}

// Verify reads one.
func (k Keys) Verify(brandID int64, token string, now model.Clock) (string, error) {
	return k.verify(brandID, token, now)
}
