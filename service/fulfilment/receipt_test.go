package fulfilment_test

import (
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/fulfilment"
)

const day = 24 * time.Hour

func TestConfirm(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(2)
		_, err := w.Fulfilment.Confirm(w.Ctx, b.Buyer, v.No)
		refused(t, err, model.ErrWrongState, "")
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		_, err = w.Fulfilment.Confirm(w.Ctx, b.Buyer, v.No)
		refused(t, err, model.ErrWrongState, "")
		w.mustShip(v.No, box(v, "ZTO0000002"))
		_, err = w.Fulfilment.Confirm(w.Ctx, w.Buyer().Buyer, v.No)
		refused(t, err, model.ErrOrderNotFound, "")
		for range 2 {
			got, err := w.Fulfilment.Confirm(w.Ctx, b.Buyer, v.No)
			if err != nil || got.Status != model.OrderReceived {
				t.Fatalf("%s, %v", got.Status, err)
			}
		}
		if n := w.Count(&model.OrderEvent{}, "to_state = ?", model.OrderReceived); n != 1 {
			t.Errorf("received %d times", n)
		}
		w.Later(11 * day)
		if n := w.Count(&model.Job{}, "kind = ? AND status = ?", fulfilment.JobReceive, model.JobDone); n != 1 {
			t.Errorf("%d jobs have found nothing to do", n)
		}
		if n := w.Count(&model.AuditEntry{}, "action = ?", "order.receive"); n != 1 {
			t.Errorf("%d rows in the audit log", n)
		}
	})
}

// The receipt is taken for confirmed ten days after the last parcel, or two days after anything else.
func TestReceivedByItself(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.Later(3 * day)
		w.mustShip(v.No, box(v, "ZTO0000002"))
		pickup, _ := w.paid(1)
		if _, err := w.send(pickup.No, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: make([]fulfilment.Box, 1)}); err != nil {
			t.Fatal(err)
		}
		states := func(express, other model.OrderStatus) {
			t.Helper()
			if a, b := w.State(v.No).Status, w.State(pickup.No).Status; a != express || b != other {
				t.Errorf("%s and %s", a, b)
			}
		}
		w.Later(2*day - time.Second)
		states(model.OrderShipped, model.OrderShipped)
		w.Later(time.Second)
		states(model.OrderShipped, model.OrderReceived)
		w.Later(8*day - time.Second)
		states(model.OrderShipped, model.OrderReceived)
		w.Later(time.Second)
		states(model.OrderReceived, model.OrderReceived)
		w.Later(16 * day)
		states(model.OrderClosed, model.OrderClosed)
		if o := w.State(v.No); o.ClosedAt == 0 || o.ReceivedAt == 0 {
			t.Errorf("%+v", o)
		}
	})
}

// The seven days count from the day after the receipt, in China.
func TestReturnsEndByTheCalendarOfChina(t *testing.T) {
	for received, want := range map[string]string{
		"2026-06-01T00:00:00+08:00": "2026-06-09T00:00:00+08:00",
		"2026-06-01T23:59:59+08:00": "2026-06-09T00:00:00+08:00",
		"2026-05-31T18:00:00Z":      "2026-06-09T00:00:00+08:00",
		"2026-02-28T12:00:00+08:00": "2026-03-08T00:00:00+08:00",
	} {
		at := func(text string) model.Millis {
			parsed, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			return model.At(parsed)
		}
		if got := fulfilment.ReturnsEnd(at(received)); got != at(want) {
			t.Errorf("%s: %s, want %s", received, got.Time(), want)
		}
	}
}

// cases is after-sale's word in a test.
type cases struct {
	open bool
	err  error
}

func (c *cases) OpenFor(*gorm.DB, *model.Order) (bool, error) { return c.open, c.err }

// An open case puts off the receipt and the end.
func TestAnOpenCasePutsOff(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		word := &cases{open: true}
		w.Fulfilment.WithCases(word)
		v, _ := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		want := func(s model.OrderStatus) {
			t.Helper()
			if got := w.State(v.No).Status; got != s {
				t.Errorf("%s, want %s", got, s)
			}
		}
		w.Later(12 * day)
		want(model.OrderShipped)
		word.err = errors.New("cannot say")
		w.Later(day)
		want(model.OrderShipped)
		word.open, word.err = false, nil
		w.Later(2 * day)
		want(model.OrderReceived)
		word.open = true
		w.Later(16 * day)
		want(model.OrderReceived)
		word.open = false
		w.Later(day)
		want(model.OrderClosed)
	})
}
