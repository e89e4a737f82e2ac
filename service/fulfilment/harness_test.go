package fulfilment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// warehouse is a shop with a member of staff who sends things.
type warehouse struct {
	*testshop.Shop
	t     *testing.T
	staff context.Context
	keys  int
}

// each runs a test in an open shop on both databases, and audits it at the end.
func each(t *testing.T, test func(t *testing.T, w *warehouse), options ...func(*simulator.Options)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, testshop.NewWorld(t, db, clock, options...))
		test(t, w)
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

func open(t *testing.T, world *testshop.World) *warehouse {
	t.Helper()
	s := world.Shop()
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF", Address: "10.0.0.7"})
	return &warehouse{Shop: s, t: t, staff: staff}
}

// paid is an order of so many pieces of one SKU, or of one SKU for each number, that is paid.
func (w *warehouse) paid(quantities ...int) (order.View, *testshop.Buyer) {
	w.t.Helper()
	b := w.Buyer()
	var basket order.Basket
	for _, q := range quantities {
		one := b.Wants(w.SKU(10_00, 1000), q)
		basket.AddressNo, basket.Lines = one.AddressNo, append(basket.Lines, one.Lines...)
	}
	v := b.MustOrder(basket)
	if err := b.Pay(v.No); err != nil {
		w.t.Fatal(err)
	}
	w.Deliver()
	return v, b
}

// box is a parcel by express of all that is left, or of so many pieces of the lines, in their order.
func box(v order.View, waybill string, pieces ...int) fulfilment.Box {
	b := fulfilment.Box{Carrier: "ZTO", Waybill: waybill}
	for i, n := range pieces {
		if n > 0 {
			b.Lines = append(b.Lines, fulfilment.Piece{SKUNo: v.Lines[i].SKUNo, Quantity: n})
		}
	}
	return b
}

// ship sends parcels by express.
func (w *warehouse) ship(orderNo string, boxes ...fulfilment.Box) (fulfilment.Fulfilment, error) {
	return w.send(orderNo, fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: boxes})
}

func (w *warehouse) send(orderNo string, in fulfilment.Shipment) (fulfilment.Fulfilment, error) {
	w.keys++
	return w.Fulfilment.Ship(w.staff, fmt.Sprintf("ship-key-%d", w.keys), orderNo, in)
}

func (w *warehouse) mustShip(orderNo string, boxes ...fulfilment.Box) fulfilment.Fulfilment {
	w.t.Helper()
	f, err := w.ship(orderNo, boxes...)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// of is how far an order has got.
func (w *warehouse) of(orderNo string) fulfilment.Fulfilment {
	w.t.Helper()
	f, err := w.Fulfilment.Of(w.Ctx, orderNo)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// states are the uploads of an order: number and state, and why it was refused.
func (w *warehouse) states(orderNo string) (all string) {
	for _, u := range w.of(orderNo).Uploads {
		all += fmt.Sprintf("%d:%s:%s ", u.Seq, u.Status, u.RefusedFor)
	}
	return all
}

// known is what WeChat was told of an order's payment.
func (w *warehouse) known(orderNo string) simulator.Shipment {
	for _, sh := range w.Sim.Shipments() {
		if sh.OutTradeNo == orderNo {
			return sh
		}
	}
	return simulator.Shipment{}
}

// told turns the clock until WeChat has heard everything.
func (w *warehouse) told() { w.Later(2 * time.Minute); w.Later(2 * time.Minute) }

func (w *warehouse) fault(op simulator.Op, kind simulator.FaultKind, times int) {
	w.t.Helper()
	if err := w.Sim.AddFault(simulator.Fault{Op: op, Kind: kind, Times: times, Delay: 6 * time.Second}); err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an error with this code and field.
func refused(t *testing.T, err error, want *model.Error, field string) {
	t.Helper()
	var got *model.Error
	if !errors.As(err, &got) || got.Code != want.Code || got.Field != field {
		t.Errorf("%v, want %s: %s", err, field, want.Code)
	}
}

// codes are the codes and fields of errors, in one line; "-" is none.
func codes(errs []error) string {
	all := make([]string, len(errs))
	for i, err := range errs {
		var known *model.Error
		switch {
		case err == nil:
			all[i] = "-"
		case errors.As(err, &known):
			all[i] = strings.TrimSuffix(known.Code+":"+known.Field, ":")
		default:
			all[i] = err.Error()
		}
	}
	return strings.Join(all, " ")
}

// tally counts the errors of a race by code; "" is success.
func tally(errs []error) map[string]int {
	out := map[string]int{}
	for _, err := range errs {
		var known *model.Error
		switch {
		case err == nil:
			out[""]++
		case errors.As(err, &known):
			out[known.Code]++
		default:
			out[err.Error()]++
		}
	}
	return out
}

// revive lets a job run once more, as when its ack was lost.
func revive(w *warehouse, key string) error {
	return w.DB.InTx(w.Ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Job{}).Where("job_key = ?", key).
			Updates(map[string]any{"status": model.JobQueued, "run_at": w.Clock.Now().UnixMilli()}).Error
	})
}
