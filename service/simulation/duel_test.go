package simulation_test

import (
	"context"
	"errors"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func errOf[T any](_ T, err error) error { return err }

// known wants that whatever was refused was refused with a reason: anything else is a mistake of the program's.
func (h *history) known(t *rapid.T, err error) {
	if err == nil || errors.As(err, new(*model.Error)) || h.crasher.Crashed() || errors.Is(err, testdb.ErrCrashed) || errors.Is(err, context.Canceled) {
		return
	}
	t.Errorf("this is no refusal: %v", err)
}

// duel is two who want the same at once: the second comes in between at one point of the first after the other, each
// time about an order of its own.
func (h *history) duel(t *rapid.T) {
	if h.crasher.Crashed() {
		return
	}
	h.fight(t, pick(t, h.duels(t), "duel"))
}

// fight lets one duel be fought at every other point.
func (h *history) fight(t *rapid.T, d duel) {
	least := rapid.IntRange(1, 3).Draw(t, "from point")
	for n := least; n < least+8 && !h.crasher.Crashed() && !t.Failed(); n += 2 {
		first, second := d.between(t)
		if first == nil {
			return
		}
		err, other, came := h.meet(t, n, first, second)
		h.known(t, err)
		if h.known(t, other); !came {
			return // so many points are beyond its end
		}
		h.seen.add("duels", 1)
		h.deliver(t)
	}
}

type duel struct {
	name    string
	between func(t *rapid.T) (first, second func() error)
}

func (h *history) duels(t *rapid.T) []duel {
	staff := h.staffCtx()
	h.serial++
	// paid is a new order of the SKU, which is paid; open is one that is not.
	open := func(pieces int) (o placed, ok bool) {
		b := h.buyers[h.serial%3]
		v, err := h.placeAtOnce(b.Buyer, h.key(), order.Basket{AddressNo: b.Address, Lines: []offer.Want{{SKUNo: h.stable.No, Quantity: pieces}}, CouponNo: order.NoCoupon})
		if err != nil {
			return o, false
		}
		o = placed{b, v.No}
		h.orders = append(h.orders, o)
		return o, true
	}
	paid := func(pieces int) (o placed, ok bool) {
		if o, ok = open(pieces); ok {
			h.payFor(o)
			h.deliver(t)
			ok = h.State(o.no).Status == model.OrderPaid
		}
		return o, ok
	}
	on := func(begin func(int) (placed, bool), pieces int, first, second func(o placed) error) func(*rapid.T) (a, b func() error) {
		return func(*rapid.T) (a, b func() error) {
			defer h.aside()()
			o, ok := begin(pieces)
			if !ok {
				return nil, nil
			}
			return func() error { return first(o) }, func() error { return second(o) }
		}
	}
	ship := func(lines ...fulfilment.Piece) func(placed) error {
		return func(o placed) error {
			box := fulfilment.Box{Carrier: "SF", Waybill: "SFDUEL" + h.key(), Lines: lines}
			return errOf(h.Fulfilment.Ship(staff, "ship-"+box.Waybill, o.no, fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box}}))
		}
	}
	one := fulfilment.Piece{SKUNo: h.stable.No, Quantity: 1}
	refund := func(l payment.StaffRefundLine) func(placed) error {
		return func(o placed) error {
			return errOf(h.Payment.RefundByStaff(staff, h.key(), o.no, payment.StaffRefund{Reason: "other", Lines: []payment.StaffRefundLine{l}}))
		}
	}
	ask := func(o placed) error {
		w := aftersale.Wish{Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}}}
		return errOf(h.AfterSale.Apply(h.Ctx, o.buyer.Buyer, h.key(), o.no, w))
	}
	cancel := func(o placed) error { return errOf(h.Payment.Cancel(h.Ctx, o.buyer.Buyer, o.no)) }
	prepare := func(o placed) error { return errOf(h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no)) }
	confirm := func(o placed) error { return errOf(h.Fulfilment.Confirm(h.Ctx, o.buyer.Buyer, o.no)) }
	refresh := func(o placed) error { return errOf(h.Payment.Refresh(h.Ctx, o.buyer.Buyer, o.no)) }
	total := func(o placed) model.Fen {
		defer h.aside()()
		return h.State(o.no).TotalFen
	}
	reprice := func(o placed) error {
		return errOf(h.Payment.ChangePrice(staff, nil, h.key(), o.no, order.PriceChange{AmountFen: -1, Words: "duel", ExpectedTotalFen: total(o)}))
	}
	payHere := func(o placed) error { h.payFor(o); h.Sim.Deliver(h.Ctx); return nil }
	runJob := func(placed) error { return errOf(h.runJob(t)) }
	shipped := func(pieces int) (placed, bool) {
		o, ok := paid(pieces)
		return o, ok && ship()(o) == nil
	}
	sheet := func(pieces int) (placed, bool) { // WeChat's sheet is open, and its payment will come to nobody's knowledge
		o, ok := open(pieces)
		if ok {
			_ = prepare(o)
		}
		return o, ok
	}
	return append(append(h.orderDuels(t), h.houseDuels(t)...), []duel{
		{"ship, ship", on(paid, 2, ship(one), ship(one))},
		{"ship all, ship one", on(paid, 2, ship(), ship(one))},
		{"ship, refund", on(paid, 2, ship(), refund(payment.StaffRefundLine{Quantity: 1}))},
		{"refund, ship", on(paid, 2, refund(payment.StaffRefundLine{Quantity: 2}), ship(one))},
		{"refund, refund", on(paid, 2, refund(payment.StaffRefundLine{Quantity: 2}), refund(payment.StaffRefundLine{Quantity: 1}))},
		{"refund money, refund money", on(paid, 1, refund(payment.StaffRefundLine{AmountFen: 900}), refund(payment.StaffRefundLine{AmountFen: 900}))},
		{"ask, refund", on(paid, 1, ask, refund(payment.StaffRefundLine{Quantity: 1}))},
		{"refund, ask", on(paid, 1, refund(payment.StaffRefundLine{Quantity: 1}), ask)},
		{"ask, ask", on(paid, 1, ask, ask)},
		{"ask, ship", on(paid, 1, ask, ship())},
		{"confirm, confirm", on(shipped, 1, confirm, confirm)},
		{"confirm, refund", on(shipped, 1, confirm, refund(payment.StaffRefundLine{Quantity: 1, Sent: 1}))},
		{"prepare, cancel", on(open, 1, prepare, cancel)},
		{"cancel, prepare", on(open, 1, cancel, prepare)},
		{"cancel, pay", on(sheet, 1, cancel, payHere)},
		{"pay, cancel", on(sheet, 1, func(o placed) error { _, _ = h.Sim.Pay(o.no); return refresh(o) }, cancel)},
		{"refresh, refresh", on(sheet, 1, func(o placed) error { _, _ = h.Sim.Pay(o.no); return refresh(o) }, refresh)},
		{"reprice, prepare", on(open, 1, reprice, prepare)},
		{"reprice, pay", on(sheet, 1, reprice, payHere)},
		{"prepare, reprice", on(open, 1, prepare, reprice)},
		{"job, job", on(paid, 1, runJob, runJob)},
		{"job, late", on(sheet, 1, runJob, func(o placed) error { h.Clock.Turn(3 * 60 * 1e9); return runJob(o) })},
	}...)
}

// orderDuels are about what an order takes: pieces, coupons and offers that another takes in the meantime.
func (h *history) orderDuels(t *rapid.T) []duel {
	staff := h.staffCtx()
	b, c := h.buyers[0], h.buyers[1]
	place := func(b *testshop.Buyer, coupon string, wants ...offer.Want) func() error {
		return func() error {
			v, err := h.placeAtOnce(b.Buyer, h.key(), order.Basket{AddressNo: b.Address, Lines: wants, CouponNo: coupon})
			if err == nil {
				h.orders = append(h.orders, placed{b, v.No})
			}
			return err
		}
	}
	all := func(sku model.SKU) []offer.Want { // what is left, and a piece of something else
		n := int(h.Reload(sku).Available())
		return []offer.Want{{SKUNo: sku.No, Quantity: max(1, min(n, 9))}, {SKUNo: h.stable.No, Quantity: 1}}
	}
	on := func(begin func() (a, b func() error)) func(*rapid.T) (a, b func() error) {
		return func(*rapid.T) (a, b func() error) {
			defer h.aside()()
			return begin()
		}
	}
	sku := h.skus[2]
	sale := offer.Want{SKUNo: h.skus[1].No, Quantity: 1}
	claimed := func(b *testshop.Buyer) string {
		if v, err := h.Promotion.Claim(h.Ctx, b.UserID, h.key(), h.coupons[0]); err == nil {
			return v.No
		}
		return ""
	}
	claim := func(b *testshop.Buyer, coupon string) func() error {
		return func() error { return errOf(h.Promotion.Claim(h.Ctx, b.UserID, h.key(), coupon)) }
	}
	open := func() { // all is on sale again
		_ = h.SetActive(sku, true)
		_ = h.SetActive(h.skus[1], true)
		for _, s := range []model.SKU{sku, h.skus[1]} {
			_ = h.CountStock(s, max(2, h.Reload(s).Reserved+2))
		}
		for _, no := range h.coupons[:2] {
			_, _ = h.Promotion.MoveCoupon(staff, no, model.CouponActive)
		}
	}
	return []duel{
		{"the last pieces, the last pieces", on(func() (a, d func() error) {
			open()
			return place(b, order.NoCoupon, all(sku)...), place(c, order.NoCoupon, all(sku)...)
		})},
		{"order, off sale", on(func() (a, d func() error) {
			open()
			return place(b, order.NoCoupon, all(sku)...), func() error { return h.SetActive(sku, false) }
		})},
		{"count, sell", on(func() (a, d func() error) {
			open()
			left := h.Reload(sku).OnHand
			return func() error { return h.CountStock(sku, left+1) }, func() error {
				err := place(b, order.NoCoupon, all(sku)...)()
				if err == nil {
					h.payFor(h.orders[len(h.orders)-1])
				}
				h.Sim.Deliver(h.Ctx)
				return err
			}
		})},
		{"one coupon, two orders", on(func() (a, d func() error) {
			open()
			no := claimed(b)
			return place(b, no, offer.Want{SKUNo: h.stable.No, Quantity: 1}), place(b, no, offer.Want{SKUNo: h.stable.No, Quantity: 2})
		})},
		{"claim, claim", on(func() (a, d func() error) { open(); return claim(b, h.coupons[0]), claim(b, h.coupons[0]) })},
		{"claim, pause", on(func() (a, d func() error) {
			open()
			return claim(c, h.coupons[0]), func() error { return errOf(h.Promotion.MoveCoupon(staff, h.coupons[0], model.CouponPaused)) }
		})},
		{"the last coupon, the last coupon", on(func() (a, d func() error) { open(); return claim(b, h.coupons[1]), claim(c, h.coupons[1]) })},
		{"flash sale, flash sale", on(func() (a, d func() error) {
			open()
			return place(b, order.NoCoupon, sale), place(c, order.NoCoupon, sale)
		})},
		{"two pieces of a flash sale", on(func() (a, d func() error) {
			open()
			return place(c, order.NoCoupon, sale), place(c, order.NoCoupon, sale)
		})},
		{"two first orders", on(func() (a, d func() error) {
			n := h.Buyer()
			h.buyers = append(h.buyers, n)
			want := offer.Want{SKUNo: h.stable.No, Quantity: 1}
			return place(n, order.NoCoupon, want), place(n, order.NoCoupon, want)
		})},
	}
}
