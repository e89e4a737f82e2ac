package privacy

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// trade is where a consumer's orders came from, their money, their seats in groups, and where their parcels went.
func (e *Export) trade(tx *gorm.DB, userID int64) error {
	e.Payments, e.Refunds, e.Parcels = []PaymentExport{}, []RefundExport{}, []ParcelExport{}
	e.Origins, e.Seats, e.FlashSales = []OriginExport{}, []SeatExport{}, []FlashSaleExport{}
	brandID, _ := model.BrandID(tx.Statement.Context)
	var parcels []parcelRow
	for _, k := range []struct {
		table, columns string
		into           any
	}{
		{"payments", "t.no, t.status, t.amount_fen, t.transaction_id, t.paid_at", &e.Payments},
		{"refunds", "t.no, t.status, t.reason, t.amount_fen, t.succeeded_at, t.settled_by, t.settled_ref", &e.Refunds},
		{
			"group_seats", "t.name, t.inviter_id > 0 AS invited, t.status, t.created_at AS at, " +
				"(SELECT g.no FROM small_groups g WHERE g.brand_id = t.brand_id AND g.id = t.group_id) AS `group`", &e.Seats,
		},
		{"parcels", "t.id, t.carrier, t.waybill, t.created_at AS sent_at", &parcels},
	} {
		err := tx.Raw("SELECT o.no AS order_no, "+k.columns+" FROM orders o JOIN "+k.table+
			" t ON t.brand_id = o.brand_id AND t.order_id = o.id WHERE o.brand_id = ? AND o.user_id = ? ORDER BY t.id LIMIT ?",
			brandID, userID, mostExported).Scan(k.into).Error
		if err != nil {
			return fmt.Errorf("%s: %w", k.table, err)
		}
	}
	err := tx.Model(&model.Order{}).Select("no AS order_no, channel, placed_from AS address").Where("user_id = ?", userID).
		Order("id").Limit(mostExported).Scan(&e.Origins).Error
	if err != nil {
		return fmt.Errorf("origins: %w", err)
	}
	err = tx.Raw("SELECT p.no AS promotion, t.taken AS pieces, t.created_at AS at FROM promotion_uses t JOIN promotions p "+
		"ON p.brand_id = t.brand_id AND p.id = t.promotion_id WHERE t.brand_id = ? AND t.user_id = ? ORDER BY t.id LIMIT ?",
		brandID, userID, mostExported).Scan(&e.FlashSales).Error
	if err != nil {
		return fmt.Errorf("flash sales: %w", err)
	}
	for some := range slices.Chunk(parcels, onePage) {
		if err := e.ways(tx, some); err != nil {
			return err
		}
	}
	return nil
}

// parcelRow is a parcel with the number of its order.
type parcelRow struct {
	ID               int64
	OrderNo          string
	Carrier, Waybill string
	SentAt           model.Millis
}

// ways adds parcels with what their carriers told.
func (e *Export) ways(tx *gorm.DB, parcels []parcelRow) error {
	ids := make([]int64, len(parcels))
	for i, p := range parcels {
		ids[i] = p.ID
	}
	var told []model.ParcelEvent
	if err := tx.Where("parcel_id IN ?", ids).Order("happened_at, id").Find(&told).Error; err != nil {
		return fmt.Errorf("ways of parcels: %w", err)
	}
	ways := map[int64][]WayExport{}
	for _, t := range told {
		ways[t.ParcelID] = append(ways[t.ParcelID], WayExport{t.Status, t.Place, t.Remark, t.HappenedAt})
	}
	for _, p := range parcels {
		way := append([]WayExport{}, ways[p.ID]...)
		e.Parcels = append(e.Parcels, ParcelExport{p.OrderNo, p.Carrier, p.Waybill, p.SentAt, way})
	}
	return nil
}
