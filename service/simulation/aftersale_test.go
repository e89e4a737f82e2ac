package simulation_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/fulfilment"
	"hutong/service/order"
)

// withAfterSale lets goods be sent back.
func withAfterSale(s *brand.Spec) {
	s.AfterSale = &brand.AfterSale{CompensationFen: 800, ReturnPlace: &model.ReturnPlace{Name: "退货仓", Phone: "021-12345678", Address: "上海市静安区"}}
}

var parcel = aftersale.Parcel{Carrier: "SF", Waybill: "SF1234567890"}

// send lets a parcel with some pieces of an order leave, or all that is left of it; of an order that has left the
// consumer confirms the receipt.
func (h *history) send(t *rapid.T) {
	o, ok := h.bought(t)
	if !ok {
		return
	}
	box := fulfilment.Box{Carrier: "SF", Waybill: fmt.Sprintf("SF%012d", rapid.IntRange(1, 99).Draw(t, "waybill"))}
	delivery := pick(t, []model.Delivery{model.DeliveryExpress, model.DeliveryExpress, model.DeliveryPickup}, "delivery")
	if delivery == model.DeliveryPickup {
		box = fulfilment.Box{}
	} else if n := rapid.IntRange(0, 2).Draw(t, "pieces that leave"); n > 0 {
		box.Lines = []fulfilment.Piece{{SKUNo: pick(t, h.skus, "sku that leaves").No, Quantity: n}}
	}
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	key := fmt.Sprintf("ship-%04d", rapid.IntRange(1, 999).Draw(t, "key"))
	if _, err := h.Fulfilment.Ship(staff, key, o.no, fulfilment.Shipment{Delivery: delivery, Parcels: []fulfilment.Box{box}}); err != nil {
		h.known(t, errOf(h.Fulfilment.Confirm(h.Ctx, o.buyer.Buyer, o.no)))
	}
}

// ask lets a consumer ask for something, sensible or not.
func (h *history) ask(t *rapid.T) {
	o, ok := h.bought(t)
	if !ok {
		return
	}
	w := aftersale.Wish{
		Kind:   pick(t, model.AfterSaleKinds, "kind"),
		Reason: pick(t, model.AfterSaleReasons, "reason").Code,
		Lines: []aftersale.WishLine{{
			Line: rapid.IntRange(0, 1).Draw(t, "line"), Quantity: rapid.IntRange(1, 2).Draw(t, "pieces asked for"),
		}},
	}
	if rapid.IntRange(0, 3).Draw(t, "sensible") > 0 {
		w.Reason, w.Lines = pick(t, []string{"unwanted", "unwanted", "damaged"}, "sensible reason"), []aftersale.WishLine{{Quantity: 1}}
	}
	if w.Kind == model.AfterSaleExchange {
		w.Lines[0].NewSKU = pick(t, []string{"", h.same.No, h.other.No}, "wanted instead")
	}
	key := fmt.Sprintf("ask-%05d", rapid.IntRange(1, 99999).Draw(t, "key"))
	v, err := h.AfterSale.Apply(h.Ctx, o.buyer.Buyer, key, o.no, w)
	if err == nil && rapid.IntRange(0, 3).Draw(t, "refused at once") == 0 {
		h.refuse(v.No, "refuse-"+v.No)
	}
}

// refuse lets staff refuse a case, and keeps the key.
func (h *history) refuse(no, key string) {
	if _, err := h.AfterSale.Refuse(h.staffCtx(), aftersale.Handling{No: no, Key: key}, refusal); err == nil {
		h.refusals[key] = no
	}
}

// bought is an order that has been paid, if the last of them have.
func (h *history) bought(t *rapid.T) (o placed, ok bool) {
	if h.crasher.Crashed() {
		return o, false
	}
	defer h.aside()()
	var paid []placed
	for _, o := range h.orders[max(0, len(h.orders)-6):] {
		if h.State(o.no).PaidAt > 0 {
			paid = append(paid, o)
		}
	}
	if len(paid) == 0 {
		return o, false
	}
	return h.sameAgain(t, pick(t, paid, "paid order")), true
}

// handle lets somebody do something with a case, whatever state it is in.
func (h *history) handle(t *rapid.T) {
	no, buyer, ok := h.someCase(t)
	if !ok {
		return
	}
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	of := aftersale.Handling{No: no, Key: fmt.Sprintf("handle-%05d", rapid.IntRange(1, 99999).Draw(t, "key"))}
	words := aftersale.Note{Words: "because"}
	pick(t, []func(){
		func() { h.known(t, errOf(h.AfterSale.Agree(staff, of, aftersale.Consent{}))) },
		func() { h.known(t, errOf(h.AfterSale.Agree(staff, of, aftersale.Consent{AsReturn: true}))) },
		func() { h.refuse(no, of.Key) },
		func() { h.known(t, errOf(h.AfterSale.Compensate(staff, of, words))) },
		func() { h.known(t, errOf(h.AfterSale.SendBack(h.Ctx, buyer, no, parcel))) },
		func() {
			h.known(t, errOf(h.AfterSale.Receive(staff, of, aftersale.Arrival{Lines: []aftersale.Condition{{Restock: 1}}})))
		},
		func() { h.known(t, errOf(h.AfterSale.Resend(staff, of, parcel))) },
		func() { h.known(t, errOf(h.AfterSale.Confirm(h.Ctx, buyer, no))) },
		func() { h.known(t, errOf(h.AfterSale.Withdraw(h.Ctx, buyer, no))) },
		func() { h.known(t, errOf(h.AfterSale.Escalate(h.Ctx, buyer, no, words))) },
		func() {
			verdict := pick(t, []string{"agree", "refund", "refuse"}, "verdict")
			h.known(t, errOf(h.AfterSale.Decide(staff, of, aftersale.Decision{Verdict: verdict, Consent: aftersale.Consent{Note: words}})))
		},
	}, "what is done")()
}

// someCase is a case and who opened it.
func (h *history) someCase(t *rapid.T) (no string, buyer order.Buyer, ok bool) {
	o, ok := h.bought(t)
	if !ok {
		return "", buyer, false
	}
	defer h.aside()()
	views, _, err := h.AfterSale.List(h.Ctx, o.buyer.Buyer, o.no, 0, 20)
	if err != nil || len(views) == 0 {
		return "", buyer, false
	}
	return pick(t, views, "case").No, o.buyer.Buyer, true
}

// settleCases lets every deadline pass, and the owner decide what is before them.
func (h *history) settleCases(t *rapid.T) {
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	open := func() int64 { return h.Count(&model.AfterSale{}, "status IN ?", model.AfterSaleOpen) }
	waits := func() int64 { return h.Count(&model.Job{}, "status = ?", model.JobQueued) }
	for i := 0; i < 40 && open()+waits() > 0; i++ {
		for {
			if ran, err := h.runJob(t); err != nil {
				t.Fatal(err)
			} else if !ran {
				break
			}
		}
		h.deliver(t)
		waiting, _, err := h.AfterSale.Desk(h.Ctx, nil, aftersale.Filter{
			Statuses: []model.AfterSaleStatus{model.AfterSaleEscalated},
		}, aftersale.Place{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range waiting {
			_, err := h.AfterSale.Decide(staff, aftersale.Handling{No: c.No, Key: fmt.Sprintf("calm-%d-%s", i, c.No)},
				aftersale.Decision{Verdict: "refuse", Consent: aftersale.Consent{Note: aftersale.Note{Words: "no"}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		h.Clock.Turn(24 * time.Hour)
	}
	if n := open(); n != 0 {
		t.Errorf("%d cases are left hanging", n)
	}
}
