package fulfilment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/job"
)

// planReminder has WeChat ask the consumer for the receipt once every parcel of a shipped order is delivered;
// WeChat does so for express alone.
func planReminder(tx *gorm.DB, o *model.Order, parcels []model.Parcel, at model.Millis) error {
	waiting := slices.ContainsFunc(parcels, func(p model.Parcel) bool {
		return p.Delivery != model.DeliveryExpress || p.Status != model.ParcelDelivered
	})
	if waiting || len(parcels) == 0 || o.TotalFen == 0 {
		return nil
	}
	return job.Enqueue(tx, JobRemind, o.No, orderPayload{OrderID: o.ID}, at)
}

// remind is the job that lets WeChat ask the consumer for the receipt. It is a courtesy that WeChat grants
// once: when it says no, that is the end of it.
func (s *Service) remind(ctx context.Context, j model.Job) error {
	var payload orderPayload
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return err
	}
	paid, at, err := s.delivered(ctx, payload.OrderID)
	if err != nil || paid.No == "" {
		return err
	}
	brandID, _ := model.BrandID(ctx)
	client, err := s.brands.Client(ctx, brandID)
	if err != nil {
		return err
	}
	err = client.RemindReceipt(ctx, paid.MchID, paid.No, at.Time())
	switch {
	case errors.Is(err, model.ErrRateLimited):
		return job.Later(s.now.Now().Add(tooOften))
	case refusal(err) != "":
		return nil
	}
	return err
}

// delivered is the payment of a shipped order that WeChat knows all about, and when the last of it was
// delivered, which for WeChat is after it was told. The payment has no number when there is nothing to remind of.
func (s *Service) delivered(ctx context.Context, orderID int64) (paid model.Payment, at model.Millis, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		paid, at = model.Payment{}, 0
		var o model.Order
		if err := tx.Where("id = ?", orderID).Take(&o).Error; err != nil {
			return fmt.Errorf("order %d: %w", orderID, err)
		}
		uploads, err := uploadsOf(tx, orderID)
		if err != nil || o.Status != model.OrderShipped || len(uploads) == 0 {
			return err
		}
		for _, u := range uploads {
			switch {
			case isOpen(u.Status):
				return job.Later(s.now.Now().Add(10 * inTurn))
			case u.Status == model.UploadRefused && u.Whole:
				return nil
			}
			at = max(at, u.DoneAt.Add(time.Second))
		}
		parcels, err := parcelsOf(tx, orderID)
		if err != nil {
			return err
		}
		for _, p := range parcels {
			at = max(at, p.DeliveredAt)
		}
		if at > s.now.Now() {
			return job.Later(at)
		}
		if err := tx.Select("no", "mch_id").Where("id = ?", uploads[0].PaymentID).Take(&paid).Error; err != nil {
			return fmt.Errorf("payment %d: %w", uploads[0].PaymentID, err)
		}
		return nil
	})
	return paid, at, err
}
