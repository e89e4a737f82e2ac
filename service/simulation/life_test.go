package simulation_test

import (
	"fmt"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
)

// live is an order that goes far: it is paid, sent, received and asked for after-sale as most are, up to some step; the
// other actions meet it there.
func (h *history) live(t *rapid.T) {
	if h.crasher.Crashed() {
		return
	}
	b := h.anyone(t)
	sku := pick(t, []model.SKU{h.stable, h.stable, h.skus[0], h.fresh, h.same}, "sku that goes far")
	basket := order.Basket{
		AddressNo: b.Address, CouponNo: h.wish(t, b),
		Lines: []offer.Want{{SKUNo: sku.No, Quantity: rapid.IntRange(1, 3).Draw(t, "pieces that go far")}},
	}
	v, err := h.placeAtOnce(b.Buyer, h.key(), basket)
	if err != nil {
		return
	}
	o := placed{b, v.No}
	h.orders = append(h.orders, o)
	h.sameAgain(t, o)
	h.payFor(o)
	h.deliver(t)
	steps := rapid.IntRange(0, 9).Draw(t, "steps")
	if steps < 1 {
		return
	}
	if rapid.IntRange(0, 3).Draw(t, "in parts") == 0 {
		h.ship(t, o, fulfilment.Piece{SKUNo: sku.No, Quantity: 1})
	}
	if steps < 2 {
		return
	}
	h.ship(t, o)
	if steps < 3 {
		return
	}
	if rapid.Bool().Draw(t, "in WeChat") {
		_ = h.Sim.ConfirmReceipt(o.no)
		h.deliver(t)
	} else {
		h.known(t, errOf(h.Fulfilment.Confirm(h.Ctx, b.Buyer, o.no)))
	}
	h.fallOut(t, o, steps)
}

func (h *history) placeAtOnce(b order.Buyer, key string, basket order.Basket) (order.View, error) {
	q, err := h.Order.Quote(h.Ctx, b, basket)
	if err != nil {
		return order.View{}, err
	}
	return h.Order.Place(h.Ctx, b, key, order.Checkout{Basket: basket, ExpectedTotalFen: q.TotalFen, NoReturnConfirmed: true})
}

// ship sends pieces of an order, or all that is left of it.
func (h *history) ship(t *rapid.T, o placed, pieces ...fulfilment.Piece) {
	h.serial++
	box := fulfilment.Box{Carrier: "SF", Waybill: fmt.Sprintf("SFFAR%07d", h.serial), Lines: pieces}
	h.known(t, errOf(h.Fulfilment.Ship(h.staffCtx(), "ship-"+box.Waybill, o.no, fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box}})))
}

// fallOut opens a case of a received order, and moves it on some steps as it is meant to go.
func (h *history) fallOut(t *rapid.T, o placed, steps int) {
	if steps < 4 {
		return
	}
	w := aftersale.Wish{
		Kind:   pick(t, []model.AfterSaleKind{model.AfterSaleReturn, model.AfterSaleExchange}, "kind of case"),
		Reason: "damaged", Lines: []aftersale.WishLine{{Quantity: 1}},
	}
	if w.Kind == model.AfterSaleExchange {
		w.Lines[0].NewSKU = pick(t, []string{"", h.same.No}, "wanted in exchange")
	}
	v, err := h.AfterSale.Apply(h.Ctx, o.buyer.Buyer, h.key(), o.no, w)
	if err != nil {
		return
	}
	staff, key := h.staffCtx(), 0
	of := func() aftersale.Handling {
		key++
		return aftersale.Handling{No: v.No, Key: fmt.Sprintf("case-%s-%d", v.No, key)}
	}
	if steps > 4 && rapid.IntRange(0, 3).Draw(t, "refused") == 0 {
		h.refuse(v.No, "refuse-"+v.No)
		if steps > 5 {
			h.known(t, errOf(h.AfterSale.Escalate(h.Ctx, o.buyer.Buyer, v.No, refusal)))
		}
		return
	}
	for i, step := range []func(){
		func() { h.known(t, errOf(h.AfterSale.Agree(staff, of(), aftersale.Consent{}))) },
		func() { h.known(t, errOf(h.AfterSale.SendBack(h.Ctx, o.buyer.Buyer, v.No, parcel))) },
		func() {
			h.known(t, errOf(h.AfterSale.Receive(staff, of(), aftersale.Arrival{Lines: []aftersale.Condition{{Restock: rapid.IntRange(0, 1).Draw(t, "good as new")}}})))
		},
		func() { h.known(t, errOf(h.AfterSale.Resend(staff, of(), parcel))) },
		func() { h.known(t, errOf(h.AfterSale.Confirm(h.Ctx, o.buyer.Buyer, v.No))) },
	} {
		if steps > 4+i {
			step()
		}
	}
}
