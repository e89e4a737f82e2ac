package privacy

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/picture"
)

// Purge takes what is personal from the orders of all brands that are over for three years and whose buyers have had
// their accounts deleted, at most so many, and tells how many. Goods and money stay: the books need them. ctx must be
// across brands.
func (s *Service) Purge(ctx context.Context, most int) (purged int64, err error) {
	before := s.now.Now().Add(-Keep)
	var old []model.Order
	err = s.db.Read(ctx).Model(&model.Order{}).Select("orders.id", "orders.brand_id").
		Joins("JOIN users u ON u.brand_id = orders.brand_id AND u.id = orders.user_id").
		Where("u.deleted_at > 0 AND orders.purged_at = 0").
		Where("orders.closed_at > 0 AND orders.closed_at < ? OR orders.cancelled_at > 0 AND orders.cancelled_at < ?", before, before).
		Limit(most).Scan(&old).Error
	if err != nil {
		return 0, fmt.Errorf("orders to purge: %w", err)
	}
	for _, o := range old {
		err := s.db.InTx(model.WithPurge(model.WithBrand(ctx, o.BrandID)), func(tx *gorm.DB) error { return s.purge(tx, o.ID) })
		if err != nil {
			return 0, err
		}
	}
	return int64(len(old)), nil
}

func (s *Service) purge(tx *gorm.DB, orderID int64) error {
	res := tx.Model(&model.Order{}).Where("id = ? AND purged_at = 0", orderID).Updates(map[string]any{
		"place": model.Place{}, "recipient": "", "phone": "", "remark": "", "placed_from": "", "purged_at": s.now.Now(),
	})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	if err := tx.Where("order_id = ?", orderID).Delete(&model.OrderNote{}).Error; err != nil {
		return fmt.Errorf("notes of order %d: %w", orderID, err)
	}
	if err := forgetWay(tx, orderID); err != nil {
		return err
	}
	var cases []model.AfterSale
	if err := tx.Where("order_id = ?", orderID).Find(&cases).Error; err != nil {
		return fmt.Errorf("cases of order %d: %w", orderID, err)
	}
	for _, c := range cases {
		if err := eraseEvidence(tx, c); err != nil {
			return err
		}
		err := tx.Model(&model.AfterSale{}).Where("id = ?", c.ID).
			Updates(map[string]any{"words": "", "pictures": model.List[string]{}}).Error
		if err == nil {
			err = tx.Model(&model.AfterSaleEvent{}).Where("after_sale_id = ?", c.ID).
				Updates(map[string]any{"words": "", "pictures": model.List[string]{}}).Error
		}
		if err != nil {
			return fmt.Errorf("case %s: %w", c.No, err)
		}
	}
	return nil
}

// forgetWay takes out of what carriers told of an order's parcels where these were, and the carrier's own words: they
// like to name who signed for a parcel, and their phone.
func forgetWay(tx *gorm.DB, orderID int64) error {
	var parcels []int64
	if err := tx.Model(&model.Parcel{}).Where("order_id = ?", orderID).Pluck("id", &parcels).Error; err != nil {
		return fmt.Errorf("parcels of order %d: %w", orderID, err)
	}
	if len(parcels) == 0 {
		return nil
	}
	err := tx.Model(&model.ParcelEvent{}).Where("parcel_id IN ?", parcels).Updates(map[string]any{"place": "", "remark": ""}).Error
	if err != nil {
		return fmt.Errorf("way of the parcels of order %d: %w", orderID, err)
	}
	return nil
}

// eraseEvidence removes the photos of a case: what it was opened with, and what was added on the way.
func eraseEvidence(tx *gorm.DB, c model.AfterSale) error {
	var events []model.AfterSaleEvent
	if err := tx.Where("after_sale_id = ?", c.ID).Find(&events).Error; err != nil {
		return fmt.Errorf("events of case %s: %w", c.No, err)
	}
	nos := append([]string{}, c.Pictures...)
	for _, e := range events {
		nos = append(nos, e.Pictures...)
	}
	return picture.Erase(tx, nos)
}
