package simulation_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/fulfilment"
)

// carry lets a carrier tell of a parcel, in whatever order; staff correct its waybill; or the consumer confirm the
// receipt in WeChat.
func (h *history) carry(t *rapid.T) {
	p, ok := h.someParcel(t)
	if !ok {
		return
	}
	switch rapid.IntRange(0, 5).Draw(t, "what happens to a parcel") {
	case 0, 1, 2:
		e := fulfilment.Event{
			Carrier: p.Carrier, Waybill: p.Waybill, Place: "上海",
			Status: pick(t, []model.ParcelStatus{model.ParcelPickedUp, model.ParcelInTransit, model.ParcelOutForDelivery, model.ParcelException, model.ParcelDelivered}, "event"),
			At:     model.At(h.Clock.Now().Add(-pick(t, []time.Duration{0, time.Minute, time.Hour, 24 * time.Hour, -30 * time.Minute}, "ago"))),
		}
		before := p
		_, err := h.Fulfilment.Track(h.staffCtx(), []fulfilment.Event{e})
		h.movedBack(t, before, e, err)
	case 3, 4:
		c := fulfilment.Correction{Carrier: "SF", Waybill: fmt.Sprintf("SFRIGHT%06d", rapid.IntRange(1, 3).Draw(t, "right waybill"))}
		h.known(t, errOf(h.Fulfilment.Correct(h.staffCtx(), p.No, c)))
	case 5:
		if payments := h.Sim.Payments(); len(payments) > 0 {
			_ = h.Sim.ConfirmReceipt(pick(t, payments, "payment that is confirmed").OutTradeNo)
		}
	}
}

// movedBack proves that what happened before has not moved a parcel.
func (h *history) movedBack(t *rapid.T, before model.Parcel, e fulfilment.Event, err error) {
	if h.crasher.Crashed() || err != nil {
		return
	}
	defer h.aside()()
	var now model.Parcel
	if err := h.DB.Read(h.Ctx).Where("no = ?", before.No).Take(&now).Error; err != nil {
		t.Fatal(err)
	}
	if now.Waybill == before.Waybill && now.EventAt == before.EventAt && e.At < before.EventAt && now.Status != before.Status {
		t.Errorf("parcel %s: an event of %d, before that of %d, has moved it from %s to %s", now.No, e.At, before.EventAt, before.Status, now.Status)
	}
	if now.EventAt < before.EventAt && now.Waybill == before.Waybill {
		t.Errorf("parcel %s went back in time from %d to %d", now.No, before.EventAt, now.EventAt)
	}
}

// someParcel is one of the last parcels.
func (h *history) someParcel(t *rapid.T) (p model.Parcel, ok bool) {
	if h.crasher.Crashed() {
		return p, false
	}
	defer h.aside()()
	var parcels []model.Parcel
	h.readable(&parcels, "1 = 1")
	if len(parcels) == 0 {
		return p, false
	}
	return pick(t, parcels, "parcel"), true
}
