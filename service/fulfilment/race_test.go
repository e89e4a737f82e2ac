package fulfilment_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/order"
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
		results := testdb.Race(16, func(int) fulfilment.Result {
			r, err := w.Fulfilment.ShipAll(w.staff, []fulfilment.Row{{OrderNo: v.No, Box: box(v, "ZTO0000001", 1)}})
			if err != nil {
				return fulfilment.Result{Code: err.Error()}
			}
			return r[0]
		})
		got := map[string]int{}
		for _, r := range results {
			got[r.Code]++
		}
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

// drop refunds pieces that were not sent, as far as the lines are concerned, and moves the order on as service
// payment does.
func drop(w *warehouse, orderNo string, pieces int) error {
	return w.DB.InTx(w.Ctx, func(tx *gorm.DB) error {
		o, err := order.LockByNo(tx, orderNo)
		if err != nil {
			return err
		}
		res := tx.Model(&model.OrderLine{}).Where("order_id = ? AND shipped + dropped + ? <= quantity", o.ID, pieces).
			Updates(map[string]any{"dropped": gorm.Expr("dropped + ?", pieces), "refunded": gorm.Expr("refunded + ?", pieces)})
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return model.ErrNotLeftToSend
		}
		if o.Status != model.OrderPartlyShipped {
			return nil
		}
		var l model.OrderLine
		if err := tx.Where("order_id = ?", o.ID).Take(&l).Error; err != nil || l.Shipped+l.Dropped < l.Quantity {
			return err
		}
		return w.Order.Sent(tx, o, true, "staff:01STAFF")
	})
}

// The last piece is sent and refunded at the same time: one of the two.
func TestLastPieceIsSentOrDropped(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		for n := range 8 {
			v, _ := w.paid(3)
			w.mustShip(v.No, box(v, "ZTO0000001", 2))
			got := tally(testdb.Race(2, func(i int) error {
				if i == 0 {
					_, err := w.Fulfilment.Ship(w.staff, fmt.Sprintf("race-key-%d", n), v.No, fulfilment.Shipment{
						Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box(v, "ZTO0000002", 1)},
					})
					return err
				}
				return drop(w, v.No, 1)
			}))
			if got[""] != 1 || w.State(v.No).Status != model.OrderShipped {
				t.Errorf("%v, %s", got, w.State(v.No).Status)
			}
		}
		w.told()
		w.told()
		for _, sh := range w.Sim.Shipments() {
			if sh.WholeAt.IsZero() || sh.Reships > 0 {
				t.Errorf("WeChat knows %+v", sh)
			}
		}
	})
}
