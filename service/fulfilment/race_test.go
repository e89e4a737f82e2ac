package fulfilment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/payment"
	"hutong/service/testdb"
)

// The last piece, sixteen members of staff at once: it is sent once.
func TestLastPieceIsSentOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(3)
		w.mustShip(v.No, box(v, "ZTO0000001", 2))
		got := tally(testdb.Race(16, func(i int) error {
			_, err := w.Fulfilment.Ship(w.staff, fmt.Sprintf("race-key-%d", i), v.No, fulfilment.Shipment{
				Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box(v, fmt.Sprintf("ZTO00001%02d", i), 1)},
			})
			return err
		}))
		if got[""] != 1 || got["wrong_state"] != 15 {
			t.Errorf("%v", got)
		}
		w.told()
		if sh := w.known(v.No); len(sh.Parcels) != 2 || sh.WholeAt.IsZero() {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

// Three pieces, sixteen parcels of one piece at once: three are sent.
func TestPiecesAreSentOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(3)
		got := tally(testdb.Race(16, func(i int) error {
			_, err := w.Fulfilment.ShipAll(w.staff, []fulfilment.Row{{OrderNo: v.No, Box: box(v, fmt.Sprintf("ZTO00001%02d", i), 1)}})
			return err
		}))
		if got[""] != 16 || w.Count(&model.Parcel{}, "1 = 1") != 3 || w.State(v.No).Status != model.OrderShipped {
			t.Errorf("%v, %s", got, w.State(v.No).Status)
		}
		w.told()
		if sh := w.known(v.No); len(sh.Parcels) != 3 {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

// One waybill, sixteen at once: it is taken once.
func TestWaybillIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(20)
		got := tally(testdb.Race(16, func(int) error {
			refused, err := w.Fulfilment.ShipAll(w.staff, []fulfilment.Row{{OrderNo: v.No, Box: box(v, "ZTO0000001", 1)}})
			if err != nil {
				return err
			}
			return refused[0]
		}))
		if got[""] != 1 || got["waybill_used"] != 15 {
			t.Errorf("%v", got)
		}
	})
}

// The one change that WeChat takes, sixteen at once: one is made.
func TestOneCorrectionIsTaken(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		f := w.mustShip(v.No, box(v, "ZTO0000001", 1), box(v, "ZTO0000002"))
		w.told()
		if _, err := w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF00000001"}); err != nil {
			t.Fatal(err)
		}
		w.told()
		got := tally(testdb.Race(16, func(i int) error {
			_, err := w.Fulfilment.Correct(w.staff, f.Parcels[i%2].No,
				fulfilment.Correction{Carrier: "SF", Waybill: fmt.Sprintf("SF000002%02d", i)})
			return err
		}))
		if got["reship_used"] != 16 {
			t.Errorf("%v", got)
		}
	})
}

// The consumer confirms just when it is done by itself, and both many times: it is received once.
func TestReceivedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.told()
		w.Clock.Turn(10 * 24 * time.Hour)
		got := tally(testdb.Race(16, func(i int) error {
			if i%2 == 0 {
				_, err := w.Fulfilment.Confirm(w.Ctx, b.Buyer, v.No)
				return err
			}
			_, err := w.RunJob(w.Ctx)
			return err
		}))
		if got[""] != 16 || w.State(v.No).Status != model.OrderReceived {
			t.Errorf("%v, %s", got, w.State(v.No).Status)
		}
		if n := w.Count(&model.OrderEvent{}, "to_state = ?", model.OrderReceived); n != 1 {
			t.Errorf("received %d times", n)
		}
	})
}

// The same event, sixteen at once: it is kept once.
func TestEventIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		e := w.happens("ZTO0000001", model.ParcelDelivered)
		got := tally(testdb.Race(16, func(int) error {
			_, err := w.Fulfilment.Track(w.staff, []fulfilment.Event{e})
			return err
		}))
		if got[""] != 16 || w.Count(&model.ParcelEvent{}, "1 = 1") != 1 {
			t.Errorf("%v", got)
		}
	})
}

// refund gives back a piece of an order's first line; one that was not sent never will be.
func (w *warehouse) refund(orderNo string) error {
	_, err := w.Payment.RefundByStaff(w.staff, "refund-key-"+orderNo, orderNo, payment.StaffRefund{
		Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}},
	})
	return err
}

// The last piece is sent and refunded at the same time: it is sent, and staff who meant to keep it back hear of it,
// or it is refunded and never sent.
func TestLastPieceIsSentOrDropped(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		for n := range 8 {
			v, _ := w.paid(3)
			w.mustShip(v.No, box(v, "ZTO0000001", 2))
			errs := testdb.Race(2, func(i int) error {
				if i == 0 {
					_, err := w.Fulfilment.Ship(w.staff, fmt.Sprintf("race-key-%d", n), v.No, fulfilment.Shipment{
						Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box(v, "ZTO0000002", 1)},
					})
					return err
				}
				return w.refund(v.No)
			})
			var l model.OrderLine
			if err := w.DB.Read(w.Ctx).Where("order_id = ?", w.State(v.No).ID).Take(&l).Error; err != nil {
				t.Fatal(err)
			}
			sent := errs[0] == nil
			dropped := errs[1] == nil
			told := errors.Is(errs[0], model.ErrWrongState) || errors.Is(errs[1], model.ErrConflict)
			if sent == dropped || !told || dropped != (l.Dropped == 1 && l.Refunded == 1) || w.State(v.No).Status != model.OrderShipped {
				t.Errorf("%v, %+v, %s", errs, l, w.State(v.No).Status)
			}
		}
		for range 4 {
			w.told()
		}
		for _, sh := range w.Sim.Shipments() {
			if sh.WholeAt.IsZero() || sh.Reships > 0 {
				t.Errorf("WeChat knows %+v", sh)
			}
		}
	})
}
