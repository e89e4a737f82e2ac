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
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/service/order"
	"hutong/wechat"
)

const (
	// notKnownYet is the least wait for a payment that WeChat's order management does not know: it takes it
	// some seconds from the payment on.
	notKnownYet = 30 * time.Second
	// giveUpAfter is when a payment that is still not known there never will be.
	giveUpAfter = 3 * 24 * time.Hour
	// inTurn is the wait for an upload that has to come first.
	inTurn = time.Minute
	// tooOften is the wait after WeChat asked for one.
	tooOften = time.Minute
)

// upload is the job that tells WeChat what was sent. When a former run may have reached WeChat, it is asked
// first what it knows, so that the one change of a payment's shipping is not used up by repeating.
func (s *Service) upload(ctx context.Context, j model.Job) error {
	var payload uploadPayload
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return err
	}
	b, err := s.begin(ctx, payload.UploadID)
	u := b.upload
	if err != nil || u.Status != model.UploadSending {
		return err
	}
	client, err := s.brands.Client(ctx, u.BrandID)
	if err != nil {
		return err
	}
	known := false
	if b.again {
		var state wechat.ShippingState
		if state, err = client.ShippingState(ctx, b.says.MchID, b.says.OutTradeNo); err == nil {
			known = b.knownTo(state)
		}
	}
	if err == nil && !known {
		err = client.UploadShipping(ctx, b.says)
	}
	now := s.now.Now()
	age := now.Time().Sub(u.CreatedAt.Time())
	switch {
	case err == nil:
		return s.settle(ctx, u, model.UploadDone, done(model.At(b.says.At)))
	case errors.Is(err, model.ErrPayNotFound) && age < giveUpAfter:
		return job.Later(now.Add(min(max(notKnownYet, age), time.Hour)))
	case errors.Is(err, model.ErrRateLimited):
		return job.Later(now.Add(tooOften))
	}
	if code := refusal(err); code != "" {
		return s.settle(ctx, u, model.UploadRefused, map[string]any{"refused_for": code})
	}
	return err
}

// refusal is the code of an error that stays the same however often WeChat is told; "" for others.
func refusal(err error) string {
	for _, final := range []*model.Error{
		model.ErrPayNotFound, model.ErrReshipUsed, model.ErrWrongState, model.ErrInvalid,
	} {
		if errors.Is(err, final) {
			return final.Code
		}
	}
	return ""
}

// begun is an upload that WeChat may know from now on.
type begun struct {
	upload    model.ShippingUpload
	says      wechat.Shipping
	again     bool // it had been begun before; of what WeChat refused then, the brand may have told it otherwise
	corrected bool // the change follows, which tells of all parcels
}

// begin marks an upload as one that WeChat may know, before it does, and tells what it says. An upload that is at
// its end comes back as it is; one that is not in turn is put off.
func (s *Service) begin(ctx context.Context, id int64) (b begun, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		b = begun{}
		u := &b.upload
		if err := tx.Where("id = ?", id).Take(u).Error; err != nil {
			return fmt.Errorf("upload %d: %w", id, err)
		}
		o, err := order.Lock(tx, u.OrderID)
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Take(u).Error; err != nil { // as it is under the lock
			return fmt.Errorf("upload %d: %w", id, err)
		}
		b.again = u.Status == model.UploadSending || u.RefusedFor != ""
		uploads, err := uploadsOf(tx, o.ID)
		if err != nil {
			return err
		}
		if u.Status == model.UploadWaiting {
			if err := s.inTurn(o, *u, uploads); err != nil {
				return err
			}
			if err := flow.Advance[model.ShippingUpload](tx, model.UploadFlow, u.ID, model.UploadSending, nil); err != nil {
				return err
			}
			u.Status = model.UploadSending
		}
		if u.Status != model.UploadSending {
			return nil
		}
		b.corrected = slices.ContainsFunc(uploads, func(v model.ShippingUpload) bool {
			return u.Seq < v.Seq && v.Seq == model.UploadSeqCorrection && isOpen(v.Status)
		})
		b.says, err = shippingOf(tx, o, *u, after(uploads, s.now.Now()))
		return err
	})
	return b, err
}

// inTurn puts an upload off that must wait for those before it; the change of what was shipped waits until
// all is shipped.
func (s *Service) inTurn(o *model.Order, u model.ShippingUpload, uploads []model.ShippingUpload) error {
	now := s.now.Now()
	if slices.ContainsFunc(uploads, func(v model.ShippingUpload) bool { return v.Seq < u.Seq && isOpen(v.Status) }) {
		return job.Later(now.Add(inTurn))
	}
	if u.Seq == model.UploadSeqCorrection && o.Status == model.OrderPartlyShipped {
		return job.Later(now.Add(10 * inTurn))
	}
	return nil
}

// after is now, or an instant later than that of every upload so far: WeChat goes by them.
func after(uploads []model.ShippingUpload, now model.Millis) model.Millis {
	for _, u := range uploads {
		now = max(now, u.DoneAt+1)
	}
	return now
}

func isOpen(s model.UploadStatus) bool { return s == model.UploadWaiting || s == model.UploadSending }

// knownTo tells whether WeChat knows all that an upload says. When the change follows, it need not know a waybill that
// was corrected since, only that nothing more comes: to tell that again would use the change up, and lose all parcels
// but those of this upload.
func (b begun) knownTo(state wechat.ShippingState) bool {
	w := b.says
	if b.corrected && w.Whole && state.Whole {
		return true
	}
	if state.Delivery != w.Delivery || w.Whole && !state.Whole {
		return false
	}
	if b.upload.Seq == model.UploadSeqCorrection && len(state.Parcels) != len(w.Parcels) {
		return false
	}
	for _, p := range w.Parcels {
		has := slices.ContainsFunc(state.Parcels, func(q wechat.ShippedParcel) bool {
			return q.Carrier == p.Carrier && q.Waybill == p.Waybill
		})
		if !has {
			return false
		}
	}
	return true
}

// settle brings an upload to its end, unless another run has.
func (s *Service) settle(ctx context.Context, u model.ShippingUpload, to model.UploadStatus, also map[string]any) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.Lock(tx, u.OrderID) // before its uploads, as whoever has them told again
		if err != nil {
			return err
		}
		err = flow.Advance[model.ShippingUpload](tx, model.UploadFlow, u.ID, to, also)
		if err == nil && to == model.UploadDone && u.Seq == model.UploadSeqCorrection {
			err = toldWithAll(tx, o, also)
		}
		return err
	})
	if errors.Is(err, model.ErrWrongState) {
		return nil
	}
	return err
}
