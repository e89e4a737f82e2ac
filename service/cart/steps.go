package cart

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// Selected is what the user has selected in the cart, oldest first, whether or not it can be bought. It is a
// step.
func Selected(tx *gorm.DB, userID int64) ([]offer.Want, error) {
	lines, err := storedLines(tx, userID)
	if err != nil {
		return nil, err
	}
	var wants []offer.Want
	for _, l := range slices.Backward(lines) {
		if l.Selected {
			wants = append(wants, offer.Want{SKUNo: l.SKUNo, Quantity: l.Quantity})
		}
	}
	return wants, nil
}

// Bought removes the lines of what the user has bought. It is a step.
func Bought(tx *gorm.DB, userID int64, skuIDs []int64) error { return remove(tx, userID, skuIDs) }

func remove(tx *gorm.DB, userID int64, skuIDs []int64) error {
	if len(skuIDs) == 0 {
		return nil
	}
	err := tx.Where("user_id = ? AND sku_id IN ?", userID, skuIDs).Delete(&model.CartLine{}).Error
	if err != nil {
		return fmt.Errorf("remove cart lines of user %d: %w", userID, err)
	}
	return nil
}
