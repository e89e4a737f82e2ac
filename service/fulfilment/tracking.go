package fulfilment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/trail"
)

// MostEvents bounds the events that are pushed in at once.
const MostEvents = 200

const (
	// ahead is by how much a carrier's clock may be fast.
	ahead = time.Hour
	// reusedAfter is how long a waybill's number is one parcel's: customs want a carrier not to use it again within six
	// months (message CEB511), and carriers do afterwards.
	reusedAfter = 180 * 24 * time.Hour
	// enteredLate is how long after its first event a parcel may be entered here.
	enteredLate = 7 * 24 * time.Hour
)

// Event is what a carrier, or the brand's system, tells about a waybill.
type Event struct {
	Carrier string             `json:"carrier" maxLength:"32" doc:"Code of the carrier" example:"SF"`
	Waybill string             `json:"waybill" maxLength:"40" example:"SF1234567890123"`
	Status  model.ParcelStatus `json:"status" enum:"picked_up,in_transit,out_for_delivery,exception,delivered"`
	At      model.Millis       `json:"at" minimum:"1" doc:"When it happened; UTC milliseconds"`
	Place   string             `json:"place,omitempty" maxLength:"60" doc:"Such as a city or a station"`
	Remark  string             `json:"remark,omitempty" maxLength:"200" doc:"In the carrier's words; the consumer reads it"`
}

// Track takes the events of carriers, one by one, each for every parcel of the brand that has the waybill and
// was entered in the half year before the event, or soon after it: any other is not the one that the carrier speaks of.
// The same event again changes nothing, and an old one does not move a parcel back. It returns for each event nil, or why
// it was refused: ErrInvalid and ErrTooLong at its fields, ErrParcelNotFound when no such parcel has the waybill.
// Errors: ErrTooMany at "events"; else the database's: then the events before it are kept.
func (s *Service) Track(ctx context.Context, events []Event) (refused []error, err error) {
	if len(events) > MostEvents {
		return nil, model.ErrTooMany.At("events").With("max", fmt.Sprint(MostEvents))
	}
	refused = make([]error, len(events))
	for i, e := range events {
		if refused[i], err = meant(s.track(ctx, e)); err != nil {
			return nil, fmt.Errorf("event %d: %w", i, err)
		}
	}
	return refused, nil
}

func (s *Service) track(ctx context.Context, e Event) error {
	e.Carrier, e.Waybill = strings.TrimSpace(e.Carrier), strings.TrimSpace(e.Waybill)
	if err := e.check(s.now.Now()); err != nil {
		return err
	}
	var nos []string
	err := s.db.Read(ctx).Model(&model.Parcel{}).Where("carrier = ? AND waybill = ?", e.Carrier, e.Waybill).
		Where("created_at BETWEEN ? AND ?", e.At.Add(-reusedAfter), e.At.Add(enteredLate)).
		Where("order_id NOT IN (SELECT id FROM orders WHERE orders.brand_id = parcels.brand_id AND purged_at > 0)"). // nobody's any more
		Order("order_id").Pluck("no", &nos).Error
	if err != nil {
		return fmt.Errorf("waybill %s: %w", e.Waybill, err)
	}
	if len(nos) == 0 {
		return model.ErrParcelNotFound
	}
	for _, no := range nos {
		if err := s.db.InTx(ctx, func(tx *gorm.DB) error { return s.happened(ctx, tx, no, e) }); err != nil {
			return err
		}
	}
	return nil
}

func (e Event) check(now model.Millis) error {
	switch {
	case e.Status == model.ParcelSent || len(model.ParcelFlow[e.Status]) == 0:
		return model.ErrInvalid.At("status")
	case e.At <= 0 || e.At > now.Add(ahead):
		return model.ErrInvalid.At("at")
	case utf8.RuneCountInString(e.Place) > 60 || !utf8.ValidString(e.Place):
		return model.ErrTooLong.At("place").With("max", "60")
	case utf8.RuneCountInString(e.Remark) > 200 || !utf8.ValidString(e.Remark):
		return model.ErrTooLong.At("remark").With("max", "200")
	}
	return nil
}

// happened is the step that keeps an event of a parcel, unless it is known, and moves the parcel on.
func (s *Service) happened(ctx context.Context, tx *gorm.DB, parcelNo string, e Event) error {
	o, p, err := lockParcel(tx, parcelNo)
	if err != nil || p.Carrier != e.Carrier || p.Waybill != e.Waybill { // corrected meanwhile
		return err
	}
	row := model.ParcelEvent{
		ParcelID: p.ID, Waybill: p.Waybill, Status: e.Status, HappenedAt: e.At, Place: e.Place, Remark: e.Remark,
	}
	known, err := keep(tx, row)
	if err != nil || known {
		return err
	}
	err = trail.Write(ctx, tx, "parcel.track", trail.Subject{Kind: "parcel", No: p.No},
		map[string]any{"status": p.Status}, map[string]any{"event": e.Status, "at": e.At})
	if err != nil {
		return err
	}
	also := map[string]any{"event_at": e.At}
	if e.Status == model.ParcelDelivered {
		also["delivered_at"] = e.At
	}
	if p.Status == e.Status {
		return tx.Model(&model.Parcel{}).Where("id = ? AND event_at < ?", p.ID, e.At).Update("event_at", e.At).Error
	}
	err = flow.Advance[model.Parcel](tx.Where("event_at <= ?", e.At), model.ParcelFlow, p.ID, e.Status, also)
	if errors.Is(err, model.ErrWrongState) { // old news
		return nil
	}
	if err != nil || e.Status != model.ParcelDelivered || o.Status != model.OrderShipped {
		return err
	}
	parcels, err := parcelsOf(tx, o.ID)
	if err != nil {
		return err
	}
	return planReminder(tx, o, parcels, s.now.Now())
}

// keep writes an event and tells whether it was known.
func keep(tx *gorm.DB, e model.ParcelEvent) (known bool, err error) {
	err = tx.Create(&e).Error
	if database.IsDuplicate(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("event of parcel %d: %w", e.ParcelID, err)
	}
	return false, nil
}
