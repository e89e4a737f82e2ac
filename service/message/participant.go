package message

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/order"
)

// Participant tells consumers of the turns in an order's life.
type Participant struct {
	order.Bystander
	Messages *Service
}

// Paid implements order.Participant.
func (p Participant) Paid(ctx context.Context, tx *gorm.DB, o *model.Order) error {
	return p.Messages.Tell(ctx, tx, Note{
		UserID: o.UserID, Event: model.MessageOrderPaid, Subject: o.No,
		Facts: model.MessageFacts{Order: o.No, Goods: goods(o.Lines), Amount: o.TotalFen, At: o.PaidAt},
	})
}

// Shipped implements order.Participant.
func (p Participant) Shipped(ctx context.Context, tx *gorm.DB, o *model.Order) error {
	facts := model.MessageFacts{Order: o.No, Goods: goods(o.Lines), Amount: o.TotalFen, At: o.ShippedAt}
	var last model.Parcel
	err := tx.Where("order_id = ?", o.ID).Order("id DESC").Take(&last).Error
	if err != nil && !database.IsNotFound(err) { // none when what was left of the order was refunded
		return fmt.Errorf("parcel of order %s: %w", o.No, err)
	}
	facts.Carrier, facts.Waybill = fulfilment.CarrierName(last.Carrier), last.Waybill
	return p.Messages.Tell(ctx, tx, Note{UserID: o.UserID, Event: model.MessageOrderShipped, Subject: o.No, Facts: facts})
}

// Refunded implements order.Participant.
func (p Participant) Refunded(ctx context.Context, tx *gorm.DB, r *model.Refund) error {
	if r.AmountFen == 0 { // of what cost nothing: no money is there to look for
		return nil
	}
	var o model.Order
	if err := tx.Select("id", "no", "user_id").Where("id = ?", r.OrderID).Take(&o).Error; err != nil {
		return fmt.Errorf("order of refund %s: %w", r.No, err)
	}
	if err := tx.Where("order_id = ?", o.ID).Order("position").Limit(1).Find(&o.Lines).Error; err != nil {
		return fmt.Errorf("order lines of refund %s: %w", r.No, err)
	}
	return p.Messages.Tell(ctx, tx, Note{
		UserID: o.UserID, Event: model.MessageRefundDone, Subject: r.No,
		Facts: model.MessageFacts{Order: o.No, Goods: goods(o.Lines), Amount: r.AmountFen, At: r.SucceededAt},
	})
}

// goods is what was bought first.
func goods(lines []model.OrderLine) model.Text {
	if len(lines) == 0 {
		return nil
	}
	return lines[0].Title
}
