package simulation_test

import (
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
)

// stage brings orders and cases into the states in which most mistakes can be made, when all faults are over.
func (h *history) stage(t *rapid.T) {
	staff := h.staffCtx()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal("stage: ", err)
		}
	}
	must(h.CountStock(h.stable, h.Reload(h.stable).Reserved+30))
	must(h.CountStock(h.fresh, h.Reload(h.fresh).Reserved+3))
	must(h.CountStock(h.same, 3))
	must(h.SetActive(h.same, true))
	bought := func(sku model.SKU, pieces int) placed {
		b := h.buyers[h.serial%3]
		v, err := h.placeAtOnce(b.Buyer, h.key(), order.Basket{AddressNo: b.Address, Lines: []offer.Want{{SKUNo: sku.No, Quantity: pieces}}, CouponNo: order.NoCoupon})
		must(err)
		o := placed{b, v.No}
		h.orders = append(h.orders, o)
		return o
	}
	paid := func(sku model.SKU, pieces int) placed {
		o := bought(sku, pieces)
		h.payFor(o)
		h.deliver(t)
		return o
	}
	received := func(sku model.SKU, pieces int) placed {
		o := paid(sku, pieces)
		h.ship(t, o)
		must(errOf(h.Fulfilment.Confirm(h.Ctx, o.buyer.Buyer, o.no)))
		return o
	}
	ask := func(o placed, kind model.AfterSaleKind, reason, instead string) string {
		v, err := h.AfterSale.Apply(h.Ctx, o.buyer.Buyer, h.key(), o.no, aftersale.Wish{Kind: kind, Reason: reason, Lines: []aftersale.WishLine{{Quantity: 1, NewSKU: instead}}})
		must(err)
		return v.No
	}
	of := func(no string) aftersale.Handling { return aftersale.Handling{No: no, Key: h.key()} }

	bought(h.stable, 1)
	part := paid(h.stable, 2)
	h.ship(t, part, fulfilment.Piece{SKUNo: h.stable.No, Quantity: 1})
	h.ship(t, paid(h.stable, 2))
	must(errOf(h.Fulfilment.Ship(staff, h.key(), paid(h.stable, 1).no, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}})))
	ask(paid(h.stable, 2), model.AfterSaleRefund, "unwanted", "")
	received(h.fresh, 1)

	refused := received(h.stable, 1)
	for range 2 {
		h.refuse(ask(refused, model.AfterSaleReturn, "damaged", ""), h.key())
	}
	sending := ask(received(h.stable, 1), model.AfterSaleReturn, "damaged", "")
	must(errOf(h.AfterSale.Agree(staff, of(sending), aftersale.Consent{})))
	must(errOf(h.AfterSale.SendBack(h.Ctx, h.orders[len(h.orders)-1].buyer.Buyer, sending, parcel)))
	done := received(h.stable, 2)
	no := ask(done, model.AfterSaleReturn, "damaged", "")
	must(errOf(h.AfterSale.Agree(staff, of(no), aftersale.Consent{})))
	must(errOf(h.AfterSale.SendBack(h.Ctx, done.buyer.Buyer, no, parcel)))
	must(errOf(h.AfterSale.Receive(staff, of(no), aftersale.Arrival{})))
	must(errOf(h.AfterSale.Compensate(staff, of(no), aftersale.Note{Words: "paid"})))
	escalated := ask(received(h.stable, 1), model.AfterSaleReturn, "damaged", "")
	h.refuse(escalated, h.key())
	must(errOf(h.AfterSale.Escalate(h.Ctx, h.orders[len(h.orders)-1].buyer.Buyer, escalated, refusal)))
	if h.Reload(h.skus[0]).Active && h.Reload(h.skus[0]).Available() > 1 {
		ask(received(h.skus[0], 1), model.AfterSaleExchange, "damaged", "")
		must(h.SetActive(h.skus[0], false))
	}
	h.seen.add("stages", 1)
}
