package simulation_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/wechat/simulator"
)

// parcelScenes are of parcels and receipts.
func (h *history) parcelScenes() []scene {
	return []scene{
		{"WeChat is told of two parcels in turn", h.toldInTurn},
		{"a waybill is corrected before all is sent", h.correctedEarly},
		{"a carrier tells of a parcel in any order", h.toldInAnyOrder},
		{"a receipt is told of again and again", h.receivedAgain},
		{"a file of waybills comes twice", h.fileTwice},
	}
}

// deal is an order of goods of its own, which is paid, and what is sent of it.
type deal struct{ bid }

// deal lets somebody buy so many pieces of new goods.
func (h *history) deal(t *rapid.T, pieces int) deal {
	t.Helper()
	return deal{h.ordered(t, pieces).paid()}
}

// rows are the order and its line, as they stand.
func (d deal) rows() (model.Order, model.OrderLine) {
	o := d.h.State(d.no)
	return o, d.h.linesOf(o)[0]
}

// count wants so many rows of a model that belong to the order.
func (d deal) count(want int64, m any, condition string, args ...any) {
	d.t.Helper()
	if got := d.h.Count(m, "order_id = ? AND "+condition, append([]any{d.h.State(d.no).ID}, args...)...); got != want {
		d.t.Errorf("order %s: %d of %T where %s %v, not %d", d.no, got, m, condition, args, want)
	}
}

// send lets a parcel leave, with so many pieces or with all that are left, and tells it.
func (d deal) send(pieces ...fulfilment.Piece) (p model.Parcel) {
	d.t.Helper()
	d.h.ship(d.t, d.placed, pieces...)
	d.must(d.h.DB.Read(d.h.Ctx).Where("order_id = ?", d.h.State(d.no).ID).Order("position DESC").Take(&p).Error)
	return p
}

func (d deal) pieces(n int) fulfilment.Piece { return fulfilment.Piece{SKUNo: d.sku.No, Quantity: n} }

// atWeChat is what WeChat knows of the order's shipping.
func (d deal) atWeChat() simulator.Shipment {
	all := d.h.Sim.Shipments()
	if n := slices.IndexFunc(all, func(s simulator.Shipment) bool { return s.OutTradeNo == d.no }); n >= 0 {
		return all[n]
	}
	return simulator.Shipment{}
}

// knows wants WeChat to know these waybills, and whether that is all, by so many uploads and changes.
func (d deal) knows(whole bool, uploads, changes int, waybills ...string) {
	d.t.Helper()
	s := d.atWeChat()
	var got []string
	for _, p := range s.Parcels {
		got = append(got, p.TrackingNo)
	}
	if !slices.Equal(got, waybills) || whole == s.WholeAt.IsZero() || s.Uploads != uploads || s.Reships != changes {
		d.t.Errorf("of order %s WeChat was told %d times, with %d changes, of %v (whole since %v), not %d, %d, %v (%t)",
			d.no, s.Uploads, s.Reships, got, s.WholeAt, uploads, changes, waybills, whole)
	}
}

// pass lets time pass, and all happen that is due then.
func (h *history) pass(t *rapid.T, d time.Duration) {
	t.Helper()
	h.Clock.Turn(d)
	h.settle(t)
}

// toldInTurn: WeChat has no time for the first parcel, so that the second waits.
func (h *history) toldInTurn(t *rapid.T) {
	d := h.deal(t, 2)
	h.settle(t)
	d.must(h.Sim.AddFault(simulator.Fault{Op: simulator.OpShipping, Kind: simulator.RateLimit}))
	first := d.send(d.pieces(1))
	second := d.send()
	h.settle(t)
	d.knows(false, 0, 0)
	h.pass(t, 2*time.Minute)
	h.pass(t, 2*time.Minute)
	d.knows(true, 2, 0, first.Waybill, second.Waybill)
	d.count(2, &model.ShippingUpload{}, "status = ?", model.UploadDone)
}

// correctedEarly: what WeChat knows of the first parcel is wrong. It is told when the second has left too, and not again.
func (h *history) correctedEarly(t *rapid.T) {
	d := h.deal(t, 2)
	first := d.send(d.pieces(1))
	h.pass(t, time.Minute)
	d.knows(false, 1, 0, first.Waybill)
	correct := func(waybill string) error {
		return errOf(h.Fulfilment.Correct(h.staffCtx(), first.No, fulfilment.Correction{Carrier: "SF", Waybill: waybill}))
	}
	d.must(correct("SFRIGHT00001"))
	h.pass(t, time.Minute)
	d.knows(false, 1, 0, first.Waybill)
	second := d.send()
	for range 3 {
		h.pass(t, 11*time.Minute)
	}
	d.knows(true, 3, 1, "SFRIGHT00001", second.Waybill)
	h.refused(t, "a second change of what WeChat knows", correct("SFRIGHT00002"), model.ErrReshipUsed)
	h.pass(t, 11*time.Minute)
	d.knows(true, 3, 1, "SFRIGHT00001", second.Waybill)
	d.count(1, &model.ShippingUpload{}, "seq = ?", model.UploadSeqCorrection)
}

// toldInAnyOrder: what happened before stays in the parcel's history, once however often it is told, and does not move it back.
func (h *history) toldInAnyOrder(t *rapid.T) {
	d := h.deal(t, 1)
	p := d.send()
	h.Clock.Turn(3 * time.Hour)
	now := model.At(h.Clock.Now())
	for _, e := range []struct {
		told, is model.ParcelStatus
		ago      time.Duration
	}{
		{model.ParcelInTransit, model.ParcelInTransit, time.Hour},
		{model.ParcelException, model.ParcelInTransit, 2 * time.Hour},
		{model.ParcelPickedUp, model.ParcelInTransit, 3 * time.Hour},
		{model.ParcelOutForDelivery, model.ParcelOutForDelivery, time.Minute},
		{model.ParcelDelivered, model.ParcelDelivered, time.Second},
		{model.ParcelException, model.ParcelDelivered, 0},
	} {
		event := fulfilment.Event{Carrier: p.Carrier, Waybill: p.Waybill, Status: e.told, At: now.Add(-e.ago)}
		refused, err := h.Fulfilment.Track(h.staffCtx(), []fulfilment.Event{event, event})
		d.must(err)
		d.must(errors.Join(refused...))
		d.must(h.DB.Read(h.Ctx).Where("id = ?", p.ID).Take(&p).Error)
		if p.Status != e.is {
			t.Errorf("after %s, %v ago, the parcel is %s, not %s", e.told, e.ago, p.Status, e.is)
		}
	}
	if n := h.Count(&model.ParcelEvent{}, "parcel_id = ?", p.ID); n != 6 {
		t.Errorf("%d events are kept, not 6", n)
	}
}

// receivedAgain: WeChat tells of a receipt too early and too often, and the consumer taps twice.
func (h *history) receivedAgain(t *rapid.T) {
	d := h.deal(t, 2)
	settled := func(want model.CallbackOutcome, is model.OrderStatus) {
		t.Helper()
		content := fmt.Sprintf(
			`{"CreateTime":1,"MsgType":"event","Event":"trade_manage_order_settlement","merchant_trade_no":%q,"confirm_receive_time":1}`, d.no)
		address, body, err := h.Sim.SealPush(h.Merchant.AppID, "", []byte(content), h.Clock.Now())
		d.must(err)
		query, err := url.ParseQuery(strings.TrimPrefix(address, "?"))
		d.must(err)
		outcome, err := h.Push.Pushed(h.Ctx, query, body)
		if err != nil || outcome != want {
			t.Errorf("WeChat's word of an order that is %s: %s, %v, not %s", h.State(d.no).Status, outcome, err, want)
		}
		d.is(is)
	}
	settled(model.CallbackUnhandled, model.OrderPaid)
	d.send(d.pieces(1))
	settled(model.CallbackUnhandled, model.OrderPartlyShipped)
	d.send()
	settled(model.CallbackApplied, model.OrderReceived)
	settled(model.CallbackRepeated, model.OrderReceived)
	for range 2 {
		d.must(errOf(h.Fulfilment.Confirm(h.Ctx, d.buyer.Buyer, d.no)))
	}
	d.count(1, &model.OrderEvent{}, "to_state = ?", model.OrderReceived)
}

// fileTwice: the file of waybills is tried, sent, and sent again with a row more. Each parcel leaves once.
func (h *history) fileTwice(t *rapid.T) {
	d, other := h.deal(t, 3), h.deal(t, 1)
	file := func(dry bool, rows string, want ...fulfilment.FileOutcome) {
		t.Helper()
		got, err := h.Fulfilment.ShipFile(h.staffCtx(), []byte("order,carrier,waybill,sku,quantity\n"+rows), dry)
		d.must(err)
		var outcomes []fulfilment.FileOutcome
		for _, r := range got {
			outcomes = append(outcomes, r.Outcome)
		}
		if !slices.Equal(outcomes, want) {
			t.Errorf("rows of a file of waybills (dry %t) came to %v, not %v", dry, outcomes, want)
		}
	}
	rows := fmt.Sprintf("%s,SF,SFFILE00001,%s,1\n%s,SF,SFFILE00001,%s,9\n%s,SF,SFFILE00002\n", d.no, d.sku.No, other.no, other.sku.No, other.no)
	file(true, rows, fulfilment.FileToSend, fulfilment.FileRefused, fulfilment.FileToSend)
	for _, o := range []deal{d, other} {
		o.is(model.OrderPaid)
		o.count(0, &model.Parcel{}, "1 = 1")
	}
	file(false, rows, fulfilment.FileSent, fulfilment.FileRefused, fulfilment.FileSent)
	rows += d.no + ",SF,SFFILE00003\n"
	file(true, rows, fulfilment.FileKnown, fulfilment.FileRefused, fulfilment.FileKnown, fulfilment.FileToSend)
	d.is(model.OrderPartlyShipped)
	file(false, rows, fulfilment.FileKnown, fulfilment.FileRefused, fulfilment.FileKnown, fulfilment.FileSent)
	file(false, rows, fulfilment.FileKnown, fulfilment.FileRefused, fulfilment.FileKnown, fulfilment.FileKnown)
	d.is(model.OrderShipped)
	d.count(2, &model.Parcel{}, "1 = 1")
	other.count(1, &model.Parcel{}, "1 = 1")
}
