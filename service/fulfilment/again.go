package fulfilment

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// TellAgain has WeChat told once more what it refused to hear of an order, however it was sent and also when it has come:
// WeChat keeps the money until then. When nothing is refused, because it is on its way again, nothing happens. Errors:
// ErrOrderNotFound.
func (s *Service) TellAgain(ctx context.Context, orderNo string) (Fulfilment, error) {
	var out Fulfilment
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.LockAny(tx, orderNo)
		if err != nil {
			return err
		}
		if err := s.tellAgain(ctx, tx, o); err != nil {
			return err
		}
		out, err = fulfilmentOf(tx, o)
		return err
	})
	return out, err
}

// tellAgain is the step that brings what WeChat refused of a locked order back to its job. A parcel that WeChat is to
// hear of after the end is part of the one change, which tells of all.
func (s *Service) tellAgain(ctx context.Context, tx *gorm.DB, o *model.Order) error {
	uploads, err := uploadsOf(tx, o.ID)
	if err != nil {
		return err
	}
	changed := slices.ContainsFunc(uploads, func(u model.ShippingUpload) bool { return u.Seq == model.UploadSeqCorrection })
	told := []UploadView{}
	for _, u := range uploads {
		switch {
		case u.Status != model.UploadRefused:
			continue
		case u.Seq == model.UploadSeqCorrection || !ended(uploads):
			err = s.again(tx, o, u)
		case changed: // which is on its way, or among those that were refused
			continue
		default:
			changed = true
			err = s.change(tx, o, uploads)
		}
		if err != nil {
			return err
		}
		told = append(told, uploadView(u))
	}
	if len(told) == 0 {
		return nil
	}
	return trail.Write(ctx, tx, "order.tell_again", trail.Subject{Kind: "order", No: o.No}, map[string]any{"uploads": told}, nil)
}

// again makes a refused upload of a locked order wait once more, in its turn. Errors: ErrWrongState when it is not
// refused.
func (s *Service) again(tx *gorm.DB, o *model.Order, u model.ShippingUpload) error {
	err := flow.Advance[model.ShippingUpload](tx, model.UploadFlow, u.ID, model.UploadWaiting, nil)
	if err != nil {
		return err
	}
	return job.Afresh(tx, JobUpload, jobKey(o, u), uploadPayload{UploadID: u.ID}, s.now.Now())
}

// change plans the one change that WeChat takes of a locked order. Errors: ErrReshipUsed.
func (s *Service) change(tx *gorm.DB, o *model.Order, uploads []model.ShippingUpload) error {
	split := slices.ContainsFunc(uploads, func(u model.ShippingUpload) bool { return u.Split })
	return plan(tx, o, model.ShippingUpload{Seq: model.UploadSeqCorrection, Split: split, Whole: true}, s.now.Now())
}

// ended tells whether WeChat may know that nothing more comes.
func ended(uploads []model.ShippingUpload) bool {
	return slices.ContainsFunc(uploads, func(u model.ShippingUpload) bool {
		return u.Whole && (u.Status == model.UploadSending || u.Status == model.UploadDone)
	})
}

// toldWithAll brings what WeChat refused of a locked order to its end, once the change has told of all parcels.
func toldWithAll(tx *gorm.DB, o *model.Order, also map[string]any) error {
	uploads, err := uploadsOf(tx, o.ID)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		if u.Status != model.UploadRefused {
			continue
		}
		err := flow.Advance[model.ShippingUpload](tx, model.UploadFlow, u.ID, model.UploadDone, also)
		if err != nil {
			return err
		}
	}
	return nil
}

// done is what is written of an upload that WeChat has taken.
func done(at model.Millis) map[string]any { return map[string]any{"done_at": at, "refused_for": ""} }

// jobKey is the key of the job of an upload.
func jobKey(o *model.Order, u model.ShippingUpload) string { return fmt.Sprintf("%s/%d", o.No, u.Seq) }
