package fulfilment

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
)

// uploadPayload is the payload of JobUpload.
type uploadPayload struct {
	UploadID int64 `json:"upload_id"`
}

// plan writes down that WeChat is to be told something about a locked order, and leaves the call to a job. Of an order
// that cost nothing WeChat knows nothing.
func plan(tx *gorm.DB, o *model.Order, u model.ShippingUpload, at model.Millis) error {
	if o.TotalFen == 0 {
		return nil
	}
	var p model.Payment
	// Of several that were paid the order lives on the one that did not come too late.
	err := tx.Where("order_id = ? AND status = ?", o.ID, model.PaymentPaid).
		Where("id NOT IN (SELECT payment_id FROM refunds WHERE refunds.brand_id = payments.brand_id"+
			" AND refunds.order_id = payments.order_id AND refunds.kind = ?)", model.RefundLate).
		Take(&p).Error
	if err != nil {
		return fmt.Errorf("payment of order %s: %w", o.No, err)
	}
	u.OrderID, u.PaymentID, u.Status = o.ID, p.ID, model.UploadWaiting
	if err := tx.Create(&u).Error; database.IsDuplicate(err) {
		return model.ErrReshipUsed
	} else if err != nil {
		return fmt.Errorf("upload of order %s: %w", o.No, err)
	}
	return job.Enqueue(tx, JobUpload, jobKey(o, u), uploadPayload{UploadID: u.ID}, at)
}

// uploadsOf are the uploads of an order in their sequence.
func uploadsOf(tx *gorm.DB, orderID int64) (uploads []model.ShippingUpload, err error) {
	if err := tx.Where("order_id = ?", orderID).Order("seq").Find(&uploads).Error; err != nil {
		return nil, fmt.Errorf("uploads of order %d: %w", orderID, err)
	}
	return uploads, nil
}

// nextSeq is the number of the next upload of new parcels of a locked order.
func nextSeq(tx *gorm.DB, orderID int64) (int, error) {
	uploads, err := uploadsOf(tx, orderID)
	seq := 1
	for _, u := range uploads {
		if u.Seq < model.UploadSeqEnd {
			seq = u.Seq + 1
		}
	}
	return seq, err
}

// planEnd has WeChat told that nothing more comes, when no upload says so: the rest of the order was dropped.
func planEnd(tx *gorm.DB, o *model.Order, parcels []model.Parcel, at model.Millis) error {
	uploads, err := uploadsOf(tx, o.ID)
	if err != nil {
		return err
	}
	told := slices.ContainsFunc(uploads, func(u model.ShippingUpload) bool {
		return u.Whole && u.Seq <= model.UploadSeqEnd
	})
	if told || len(parcels) == 0 {
		return nil
	}
	return plan(tx, o, model.ShippingUpload{Seq: model.UploadSeqEnd, Split: true, Whole: true}, at)
}
