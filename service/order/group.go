package order

import (
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// fillGroups loads the small groups of those orders that have one, with one query.
func fillGroups(tx *gorm.DB, orders []*model.Order, byID map[int64]*model.Order) error {
	var ids []int64
	for _, o := range orders {
		if o.InGroup {
			ids = append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var groups []struct {
		model.OrderGroup `gorm:"embedded"`
		OrderID          int64
	}
	err := tx.Model(&model.GroupSeat{}).
		Select("group_seats.order_id, group_seats.status AS seat, small_groups.no, small_groups.status, group_campaigns.no AS campaign").
		Joins("JOIN small_groups ON small_groups.brand_id = group_seats.brand_id AND small_groups.id = group_seats.group_id").
		Joins("JOIN group_campaigns ON group_campaigns.brand_id = group_seats.brand_id AND group_campaigns.id = group_seats.campaign_id").
		Where("group_seats.order_id IN ?", ids).Scan(&groups).Error
	if err != nil {
		return fmt.Errorf("groups of orders: %w", err)
	}
	for i := range groups {
		byID[groups[i].OrderID].Group = &groups[i].OrderGroup
	}
	return nil
}

// MaySend is the step that tells whether a locked order may be sent: one for a small group not before the group has
// formed. Errors: ErrGroupNotFormed.
func MaySend(tx *gorm.DB, o *model.Order) error {
	if !o.InGroup {
		return nil
	}
	var confirmed int64
	err := tx.Model(&model.GroupSeat{}).Where("order_id = ? AND status = ?", o.ID, model.SeatConfirmed).Count(&confirmed).Error
	if err != nil {
		return fmt.Errorf("seat of order %s: %w", o.No, err)
	}
	if confirmed == 0 {
		return model.ErrGroupNotFormed
	}
	return nil
}
