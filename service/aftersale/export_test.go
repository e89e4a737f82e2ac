package aftersale

import (
	"gorm.io/gorm"

	"hutong/model"
)

// What the tests try by itself.
var (
	Claim   = claim
	SetHeld = setHeld
)

// Release is release of a case with these lines.
func Release(tx *gorm.DB, lines ...model.AfterSaleLine) error {
	return release(tx, &file{c: &model.AfterSale{Lines: lines}})
}
