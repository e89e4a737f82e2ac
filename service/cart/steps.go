package cart

import (
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// Selected is what the user has selected in the cart, oldest first, whether or not it can be bought. It is a
// step.
func Selected(tx *gorm.DB, userID int64) ([]offer.Want, error) {
	var wants []offer.Want
	err := tx.Model(&model.CartLine{}).
		Select("skus.no AS sku_no, cart_lines.quantity").
		Joins("JOIN skus ON skus.id = cart_lines.sku_id AND skus.brand_id = cart_lines.brand_id").
		Where("cart_lines.user_id = ? AND cart_lines.selected = ?", userID, true).
		Order("cart_lines.id").Scan(&wants).Error
	if err != nil {
		return nil, fmt.Errorf("selected lines of user %d: %w", userID, err)
	}
	return wants, nil
}

// Bought removes the lines of what the user has bought. It is a step.
func Bought(tx *gorm.DB, userID int64, skuIDs []int64) error {
	if len(skuIDs) == 0 {
		return nil
	}
	err := tx.Where("user_id = ? AND sku_id IN ?", userID, skuIDs).Delete(&model.CartLine{}).Error
	if err != nil {
		return fmt.Errorf("remove what user %d bought: %w", userID, err)
	}
	return nil
}
