package fulfilment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// Correction is what a parcel's waybill should have been.
type Correction struct {
	Carrier string `json:"carrier" maxLength:"32" doc:"Code of the carrier" example:"ZTO"`
	Waybill string `json:"waybill" maxLength:"40" example:"75312345678901"`
}

// Correct changes carrier and waybill of a parcel that is on its way. What WeChat may know it lets be changed
// once for each order; a parcel that it does not know yet can be corrected freely. Errors: ErrInvalid at the
// field; ErrParcelNotFound; ErrWrongState when it was not sent by express, is delivered, or the order is over;
// ErrWaybillUsed at "waybill"; ErrReshipUsed.
func (s *Service) Correct(ctx context.Context, parcelNo string, c Correction) (Fulfilment, error) {
	c.Carrier, c.Waybill = strings.TrimSpace(c.Carrier), strings.TrimSpace(c.Waybill)
	var errs model.Errs
	if checkWaybill(c.Carrier, c.Waybill, "", &errs); len(errs) > 0 {
		return Fulfilment{}, errs
	}
	var out Fulfilment
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, p, err := lockParcel(tx, parcelNo)
		if err != nil {
			return err
		}
		if p.Carrier != c.Carrier || p.Waybill != c.Waybill {
			if err := s.correct(ctx, tx, o, p, c); err != nil {
				return err
			}
		}
		out, err = fulfilmentOf(tx, o)
		return err
	})
	return out, err
}

// lockParcel takes the order of a parcel, and the parcel as it is then. Errors: ErrParcelNotFound.
func lockParcel(tx *gorm.DB, no string) (*model.Order, *model.Parcel, error) {
	var p model.Parcel
	err := tx.Where("no = ?", no).Take(&p).Error
	if database.IsNotFound(err) {
		return nil, nil, model.ErrParcelNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("parcel %s: %w", no, err)
	}
	o, err := order.Lock(tx, p.OrderID)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Where("no = ?", no).Take(&p).Error; err != nil {
		return nil, nil, fmt.Errorf("parcel %s: %w", no, err)
	}
	return o, &p, nil
}

func (s *Service) correct(ctx context.Context, tx *gorm.DB, o *model.Order, p *model.Parcel, c Correction) error {
	over := o.Status != model.OrderPartlyShipped && o.Status != model.OrderShipped
	if over || p.Delivery != model.DeliveryExpress {
		return model.ErrWrongState
	}
	if err := s.planCorrection(tx, o, p); err != nil {
		return err
	}
	if p.Status != model.ParcelSent { // the events so far are those of another parcel
		if err := flow.Advance[model.Parcel](tx, model.ParcelFlow, p.ID, model.ParcelSent, nil); err != nil {
			return err
		}
	}
	res := tx.Model(&model.Parcel{}).Where("id = ? AND status = ?", p.ID, model.ParcelSent).
		Updates(map[string]any{"carrier": c.Carrier, "waybill": c.Waybill, "event_at": 0})
	switch {
	case database.IsDuplicate(res.Error):
		return model.ErrWaybillUsed.At("waybill")
	case res.Error != nil:
		return fmt.Errorf("parcel %s: %w", p.No, res.Error)
	case res.RowsAffected == 0:
		return model.ErrWrongState
	}
	return trail.Write(ctx, tx, "parcel.correct", trail.Subject{Kind: "parcel", No: p.No},
		Correction{p.Carrier, p.Waybill}, c)
}

// planCorrection sees to it that WeChat hears of a change: by an upload that has not been sent yet and will
// tell the parcel as it is then, by that upload again when WeChat refused it, or by the one change that WeChat
// takes. Whatever follows an upload that tells WeChat that nothing more comes is that one change, and replaces all
// that was told: so it tells of all parcels, also where one of them was refused. Errors: ErrReshipUsed.
func (s *Service) planCorrection(tx *gorm.DB, o *model.Order, p *model.Parcel) error {
	if o.TotalFen == 0 { // WeChat knows nothing of it
		return nil
	}
	uploads, err := uploadsOf(tx, o.ID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(uploads, func(u model.ShippingUpload) bool { return u.Seq == p.UploadSeq })
	if n < 0 {
		return fmt.Errorf("parcel %s: upload %d is not there", p.No, p.UploadSeq)
	}
	waits := slices.ContainsFunc(uploads, func(u model.ShippingUpload) bool {
		return u.Seq == model.UploadSeqCorrection && u.Status == model.UploadWaiting
	})
	switch status := uploads[n].Status; {
	case waits, status == model.UploadWaiting:
		return nil
	case status == model.UploadRefused && !ended(uploads):
		return s.again(tx, o, uploads[n])
	}
	return s.change(tx, o, uploads)
}
