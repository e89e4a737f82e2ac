package fulfilment_test

import (
	"slices"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// happens is an event of a waybill now.
func (w *warehouse) happens(waybill string, status model.ParcelStatus) fulfilment.Event {
	return fulfilment.Event{
		Carrier: "ZTO", Waybill: waybill, Status: status, At: model.At(w.Clock.Now()), Place: "上海", Remark: "已揽收",
	}
}

func (w *warehouse) track(t *testing.T, events ...fulfilment.Event) string {
	t.Helper()
	errs, err := w.Fulfilment.Track(w.staff, events)
	if err != nil {
		t.Fatal(err)
	}
	return codes(errs)
}

func TestTrack(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1), box(v, "ZTO0000002"))
		w.told()
		early := w.happens("ZTO0000001", model.ParcelPickedUp)
		w.Clock.Turn(time.Hour)
		moving := w.happens("ZTO0000001", model.ParcelInTransit)
		if got := w.track(t, moving, early, moving, moving); got != "- - - -" {
			t.Error(got)
		}
		parcels, err := w.Fulfilment.Parcels(w.Ctx, b.Buyer, v.No)
		if err != nil || parcels[0].Status != model.ParcelInTransit || len(parcels[0].Events) != 2 ||
			parcels[0].Events[0].Status != model.ParcelInTransit || parcels[1].Status != model.ParcelSent {
			t.Fatalf("%+v, %v", parcels, err)
		}
		w.Clock.Turn(time.Hour)
		stopped := w.happens("ZTO0000001", model.ParcelException)
		w.track(t, stopped)
		old := stopped
		old.Status, old.At = model.ParcelOutForDelivery, old.At-1000
		w.track(t, old) // known late: it moves nothing
		if p := w.of(v.No).Parcels[0]; p.Status != model.ParcelException || len(p.Events) != 4 {
			t.Errorf("%+v", p)
		}
		future, sent, unknown := stopped, stopped, stopped
		future.At += 2 * 3_600_000
		sent.Status = model.ParcelSent
		unknown.Waybill = "ZTO9999999"
		if got := w.track(t, future, sent, unknown); got != "invalid:at invalid:status parcel_not_found" {
			t.Error(got)
		}
		if _, err := w.Fulfilment.Track(w.staff, make([]fulfilment.Event, 201)); err == nil {
			t.Error("201 events were taken")
		}
	})
}

// A carrier uses a number again for somebody else's parcel: neither consumer reads of the other's.
func TestWaybillIsUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		old, first := w.paid(1)
		w.mustShip(old.No, box(old, "ZTO0000001"))
		w.told()
		late := w.happens("ZTO0000001", model.ParcelOutForDelivery)
		w.Clock.Turn(time.Hour)
		w.track(t, w.happens("ZTO0000001", model.ParcelDelivered))
		w.Later(200 * 24 * time.Hour)
		fresh, second := w.paid(1)
		w.mustShip(fresh.No, box(fresh, "ZTO0000001"))
		w.told()
		if got := w.track(t, w.happens("ZTO0000001", model.ParcelInTransit), late); got != "- -" {
			t.Error(got)
		}
		reads := func(b *testshop.Buyer, orderNo string, want ...model.ParcelStatus) {
			t.Helper()
			parcels, err := w.Fulfilment.Parcels(w.Ctx, b.Buyer, orderNo)
			if err != nil {
				t.Fatal(err)
			}
			var got []model.ParcelStatus
			for _, e := range parcels[0].Events {
				got = append(got, e.Status)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
		reads(first, old.No, model.ParcelDelivered, model.ParcelOutForDelivery)
		reads(second, fresh.No, model.ParcelInTransit)
		w.Set(&model.Order{}, map[string]any{"purged_at": w.Clock.Now().UnixMilli()}, "no = ?", old.No)
		before := late
		before.At--
		if got := w.track(t, before); got != "parcel_not_found" {
			t.Error(got)
		}
		reads(first, old.No, model.ParcelDelivered, model.ParcelOutForDelivery)
		w.Set(&model.Order{}, map[string]any{"purged_at": 0}, "no = ?", old.No)
		w.Later(200 * 24 * time.Hour)
		if got := w.track(t, w.happens("ZTO0000001", model.ParcelPickedUp)); got != "parcel_not_found" {
			t.Error(got)
		}
	})
}

// When every parcel is delivered WeChat asks for the receipt, once, also when the answer was lost.
func TestDeliveredReminds(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		w.track(t, w.happens("ZTO0000001", model.ParcelDelivered))
		w.mustShip(v.No, box(v, "ZTO0000002"))
		w.told()
		if sh := w.known(v.No); !sh.RemindedAt.IsZero() {
			t.Error("reminded while a parcel is on its way")
		}
		w.fault(simulator.OpReminder, simulator.ErrorAfter, 1)
		delivered := w.happens("ZTO0000002", model.ParcelDelivered)
		w.track(t, delivered, delivered)
		w.told()
		if sh := w.known(v.No); sh.RemindedAt.IsZero() {
			t.Error("not reminded")
		}
		if n := w.Count(&model.Job{}, "kind = ? AND status = ?", fulfilment.JobRemind, model.JobDone); n != 1 {
			t.Errorf("%d reminders", n)
		}
		_, err := w.Fulfilment.Correct(w.staff, w.of(v.No).Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF00000001"})
		refused(t, err, model.ErrWrongState, "")
	})
}

// Delivered before WeChat has heard of the parcel: the reminder waits.
func TestReminderWaitsForTheUpload(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		w.fault(simulator.OpShipping, simulator.ErrorBefore, 4)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.track(t, w.happens("ZTO0000001", model.ParcelDelivered))
		for range 6 {
			w.Later(10 * time.Minute)
		}
		if sh := w.known(v.No); sh.RemindedAt.IsZero() {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

// A corrected waybill starts anew: what was told of the other one is not this parcel's.
func TestCorrectionForgetsTheEvents(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		f := w.mustShip(v.No, box(v, "ZTO0000001"))
		w.track(t, w.happens("ZTO0000001", model.ParcelInTransit))
		f, err := w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "ZTO", Waybill: "ZTO0000002"})
		if err != nil || f.Parcels[0].Status != model.ParcelSent || len(f.Parcels[0].Events) != 0 {
			t.Fatalf("%+v, %v", f, err)
		}
		if got := w.track(t, w.happens("ZTO0000001", model.ParcelDelivered)); got != "parcel_not_found" {
			t.Error(got)
		}
		w.track(t, w.happens("ZTO0000002", model.ParcelPickedUp))
		if p := w.of(v.No).Parcels[0]; p.Status != model.ParcelPickedUp || len(p.Events) != 1 {
			t.Errorf("%+v", p)
		}
	})
}
