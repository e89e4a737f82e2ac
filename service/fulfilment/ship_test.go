package fulfilment_test

import (
	"fmt"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/wechat/simulator"
)

func TestShipWhole(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(2, 1)
		f := w.mustShip(v.No, box(v, "ZTO0000001"))
		if f.Status != model.OrderShipped || len(f.Left) != 0 || len(f.Parcels) != 1 || len(f.Parcels[0].Lines) != 2 {
			t.Fatalf("%+v", f)
		}
		w.told()
		sh := w.known(v.No)
		if sh.Mode != 1 || sh.WholeAt.IsZero() || sh.Uploads != 1 || len(sh.Parcels) != 1 || sh.Parcels[0].TrackingNo != "ZTO0000001" {
			t.Errorf("WeChat knows %+v", sh)
		}
		if d := sh.Parcels[0].ItemDesc; !strings.Contains(d, "×2") || !strings.Contains(d, "；") {
			t.Errorf("in it: %s", d)
		}
		if f := w.of(v.No); len(f.Uploads) != 1 || f.Uploads[0].Status != model.UploadDone {
			t.Errorf("%+v", f.Uploads)
		}
		parcels, err := w.Fulfilment.Parcels(w.Ctx, b.Buyer, v.No)
		if err != nil || len(parcels) != 1 || parcels[0].Carrier.Name["zh-CN"] != "中通快递" {
			t.Errorf("%+v, %v", parcels, err)
		}
		_, err = w.Fulfilment.Parcels(w.Ctx, w.Buyer().Buyer, v.No)
		refused(t, err, model.ErrOrderNotFound, "")
		if n := w.Count(&model.AuditEntry{}, "action = ? AND subject_no = ? AND actor_no = ?", "order.ship", v.No, "01STAFF"); n != 1 {
			t.Errorf("%d rows in the audit log", n)
		}
		if o := w.State(v.No); o.ShippedAt == 0 {
			t.Error("it is not noted when the last of it was sent")
		}
	})
}

func TestShipInParcels(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2, 3)
		f := w.mustShip(v.No, box(v, "ZTO0000001", 1, 0))
		if f.Status != model.OrderPartlyShipped || len(f.Left) != 2 {
			t.Fatalf("%+v", f)
		}
		w.told()
		if sh := w.known(v.No); sh.Mode != 2 || !sh.WholeAt.IsZero() || len(sh.Parcels) != 1 {
			t.Errorf("after the first WeChat knows %+v", sh)
		}
		w.mustShip(v.No, box(v, "ZTO0000002", 0, 2))
		f = w.mustShip(v.No, box(v, "ZTO0000003", 1), box(v, "ZTO0000004"))
		if f.Status != model.OrderShipped || len(f.Parcels) != 4 {
			t.Fatalf("%+v", f)
		}
		w.told()
		if sh := w.known(v.No); sh.Mode != 2 || sh.WholeAt.IsZero() || len(sh.Parcels) != 4 || sh.Reships != 0 || sh.Uploads != 3 {
			t.Errorf("at the end WeChat knows %+v", sh)
		}
		if n := w.Count(&model.OrderEvent{}, "to_state = ?", model.OrderPartlyShipped); n != 1 {
			t.Errorf("%d times partly shipped", n)
		}
	})
}

func TestShipRefusesWhatIsNotLeft(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2, 3)
		_, err := w.ship(v.No, box(v, "ZTO0000001", 2, 0), box(v, "ZTO0000002", 0, 4))
		refused(t, err, model.ErrNotLeftToSend, "parcels[1].lines[0]")
		stranger, _ := w.paid(1)
		_, err = w.ship(v.No, box(stranger, "ZTO0000001", 1))
		refused(t, err, model.ErrInvalid, "parcels[0].lines[0].sku")
		_, err = w.ship(v.No, box(v, "ZTO0000001"), box(v, "ZTO0000002"))
		refused(t, err, model.ErrNotLeftToSend, "parcels[1]")
		if o := w.State(v.No); o.Status != model.OrderPaid || w.Count(&model.Parcel{}, "1 = 1") != 0 {
			t.Fatalf("%s", o.Status)
		}
		w.mustShip(v.No, box(v, "ZTO0000001"))
		_, err = w.ship(v.No, box(v, "ZTO0000002"))
		refused(t, err, model.ErrWrongState, "")
	})
}

func TestShipRefusesTheInput(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(20)
		express := func(boxes ...fulfilment.Box) fulfilment.Shipment {
			return fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: boxes}
		}
		good := box(v, "ZTO0000001", 1)
		for name, c := range map[string]struct {
			in    fulfilment.Shipment
			want  *model.Error
			field string
		}{
			"nothing":           {express(), model.ErrRequired, "parcels"},
			"sixteen":           {express(make([]fulfilment.Box, 16)...), model.ErrParcelLimit, "parcels"},
			"unknown carrier":   {express(fulfilment.Box{Carrier: "NOBODY", Waybill: "123456"}), model.ErrInvalid, "parcels[0].carrier"},
			"no waybill":        {express(fulfilment.Box{Carrier: "SF"}), model.ErrInvalid, "parcels[0].waybill"},
			"waybill of a kind": {express(fulfilment.Box{Carrier: "SF", Waybill: "'; DROP"}), model.ErrInvalid, "parcels[0].waybill"},
			"one waybill twice": {express(good, good), model.ErrWaybillUsed, "parcels[1].waybill"},
			"one line twice":    {express(fulfilment.Box{Carrier: "SF", Waybill: "123456", Lines: []fulfilment.Piece{good.Lines[0], good.Lines[0]}}), model.ErrInvalid, "parcels[0].lines[1].sku"},
			"no pieces":         {express(fulfilment.Box{Carrier: "SF", Waybill: "123456", Lines: []fulfilment.Piece{{SKUNo: v.Lines[0].SKUNo}}}), model.ErrOutOfRange, "parcels[0].lines[0].quantity"},
			"pickup, by parts":  {fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{Lines: good.Lines}}}, model.ErrOneDelivery, "parcels[0].lines"},
			"pickup, twice":     {fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: make([]fulfilment.Box, 2)}, model.ErrOneDelivery, "parcels"},
			"pickup, a waybill": {fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{Waybill: "123456"}}}, model.ErrInvalid, "parcels[0].waybill"},
			"another order":     {express(good), model.ErrOrderNotFound, ""},
		} {
			no := v.No
			if name == "another order" {
				no = "01JZQ4T7M9S8X5N2K6V3B1C0DE"
			}
			_, err := w.send(no, c.in)
			t.Run(name, func(t *testing.T) { refused(t, err, c.want, c.field) })
		}
		for i := range 14 {
			w.mustShip(v.No, box(v, fmt.Sprintf("ZTO00001%02d", i), 1))
		}
		_, err := w.ship(v.No, box(v, "ZTO0000001", 1), box(v, "ZTO0000002", 1))
		refused(t, err, model.ErrParcelLimit, "parcels")
		_, err = w.ship(v.No, box(v, "ZTO0000100", 1))
		refused(t, err, model.ErrWaybillUsed, "parcels[0].waybill")
		_, err = w.send(v.No, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: make([]fulfilment.Box, 1)})
		refused(t, err, model.ErrOneDelivery, "")
		w.mustShip(v.No, box(v, "ZTO0000099"))
		w.told()
		if sh := w.known(v.No); len(sh.Parcels) != 15 {
			t.Errorf("WeChat knows %d parcels", len(sh.Parcels))
		}
	})
}

func TestShipOtherwise(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		for d, logistics := range map[model.Delivery]int{
			model.DeliveryCity: 2, model.DeliveryVirtual: 3, model.DeliveryPickup: 4,
		} {
			v, _ := w.paid(2, 1)
			f, err := w.send(v.No, fulfilment.Shipment{Delivery: d, Parcels: make([]fulfilment.Box, 1)})
			if err != nil || f.Status != model.OrderShipped {
				t.Fatalf("%s: %+v, %v", d, f, err)
			}
			w.told()
			if sh := w.known(v.No); sh.Logistics != logistics || sh.Mode != 1 || sh.WholeAt.IsZero() {
				t.Errorf("%s: WeChat knows %+v", d, sh)
			}
		}
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		_, err := w.send(v.No, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: make([]fulfilment.Box, 1)})
		refused(t, err, model.ErrOneDelivery, "") // WeChat knows one way of delivery for a payment
	})
}

// The same key is the same shipment.
func TestShipOncePerKey(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		in := fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box(v, "ZTO0000001", 1)}}
		for range 2 {
			f, err := w.Fulfilment.Ship(w.staff, "the-same-key", v.No, in)
			if err != nil || len(f.Parcels) != 1 {
				t.Fatalf("%+v, %v", f, err)
			}
		}
		in.Parcels[0].Waybill = "ZTO0000002"
		_, err := w.Fulfilment.Ship(w.staff, "the-same-key", v.No, in)
		refused(t, err, model.ErrKeyReused, "Idempotency-Key")
	})
}

// An order that is not paid, and one of another shop, are not sent.
func TestShipOnlyOnesOwnPaidOrders(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		b := w.Buyer()
		v := b.MustOrder(b.Wants(w.SKU(100, 5), 1))
		_, err := w.ship(v.No, box(v, "ZTO0000001"))
		refused(t, err, model.ErrWrongState, "")
		theirs := open(t, w.World)
		foreign, _ := theirs.paid(1)
		_, err = w.ship(foreign.No, box(foreign, "ZTO0000001"))
		refused(t, err, model.ErrOrderNotFound, "")
		f := theirs.mustShip(foreign.No, box(foreign, "ZTO0000001"))
		_, err = w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF000001"})
		refused(t, err, model.ErrParcelNotFound, "")
		_, err = w.Fulfilment.Of(w.Ctx, foreign.No)
		refused(t, err, model.ErrOrderNotFound, "")
	})
}

func TestShipAList(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		a, _ := w.paid(2)
		b, _ := w.paid(1)
		rows := []fulfilment.Row{
			{OrderNo: a.No, Box: box(a, "ZTO0000001", 1)},
			{OrderNo: a.No, Box: box(a, "ZTO0000002", 2)},
			{OrderNo: b.No, Box: box(b, "ZTO0000003")},
			{OrderNo: "01JZQ4T7M9S8X5N2K6V3B1C0DE", Box: box(b, "ZTO0000004")},
			{OrderNo: a.No, Box: fulfilment.Box{Carrier: "ZTO", Waybill: "?"}},
		}
		for _, want := range []string{
			"- not_left_to_send:parcels[0].lines[0] - order_not_found invalid:parcels[0].waybill",
			"waybill_used:parcels[0].waybill not_left_to_send:parcels[0].lines[0] wrong_state order_not_found invalid:parcels[0].waybill",
		} {
			errs, err := w.Fulfilment.ShipAll(w.staff, rows)
			if got := codes(errs); err != nil || got != want {
				t.Errorf("%s, want %s; %v", got, want, err)
			}
		}
		if s := w.State(b.No).Status; s != model.OrderShipped {
			t.Errorf("%s", s)
		}
		_, err := w.Fulfilment.ShipAll(w.staff, make([]fulfilment.Row, fulfilment.MostRows+1))
		refused(t, err, model.ErrTooMany, "rows")
	})
}

// The rest of an order is refunded: it is shipped, and WeChat hears that nothing more comes.
func TestTheRestIsDropped(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		w.track(t, w.happens("ZTO0000001", model.ParcelDelivered))
		w.fault(simulator.OpShipping, simulator.ErrorBefore, 1)
		if err := w.refund(v.No); err != nil {
			t.Fatal(err)
		}
		f := w.of(v.No)
		if f.Status != model.OrderShipped || len(f.Left) != 0 || len(f.Uploads) != 2 {
			t.Fatalf("%+v", f)
		}
		for range 8 {
			w.told()
		}
		sh := w.known(v.No)
		if sh.WholeAt.IsZero() || len(sh.Parcels) != 1 || sh.Reships != 0 || sh.RemindedAt.IsZero() {
			t.Errorf("WeChat knows %+v", sh)
		}
		w.Later(10 * day)
		if s := w.State(v.No).Status; s != model.OrderReceived {
			t.Errorf("%s", s)
		}
	})
}

// What was refunded before it was sent is not sent.
func TestDroppedPiecesAreNotLeft(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(3)
		if err := w.refund(v.No); err != nil {
			t.Fatal(err)
		}
		_, err := w.ship(v.No, box(v, "ZTO0000001", 3))
		refused(t, err, model.ErrNotLeftToSend, "parcels[0].lines[0]")
		f := w.mustShip(v.No, box(v, "ZTO0000001"))
		if f.Status != model.OrderShipped || f.Parcels[0].Lines[0].Quantity != 2 {
			t.Errorf("%+v", f)
		}
	})
}
