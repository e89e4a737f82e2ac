package simulation_test

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/internal/job"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/wechat/simulator"
)

// stockScenes are of stock, orders and jobs.
func (h *history) stockScenes() []scene {
	return []scene{
		{"off sale while it is ordered", h.offSaleMeanwhile},
		{"counted while it is sold", h.countedMeanwhile},
		{"an exchange of what is not there", h.exchangedForNothing},
		{"a key of yesterday", h.keyOfYesterday},
		{"two workers and one job", h.twoWorkers},
		{"nobody works for a week", h.nobodyWorks},
		{"two replicas plan the same", h.plannedTwice},
	}
}

// bid is an order of goods of its own, which is not paid, and what becomes of it.
type bid struct {
	placed
	h   *history
	t   *rapid.T
	sku model.SKU
}

// goods are pieces of a new SKU that nobody has bought.
func (h *history) goods(t *rapid.T, pieces int64) bid {
	return bid{placed: placed{buyer: h.buyers[h.serial%3]}, h: h, t: t, sku: h.SKU(1_290, pieces)}
}

// ordered lets somebody order so many pieces of new goods, of which there are no more.
func (h *history) ordered(t *rapid.T, pieces int) bid {
	t.Helper()
	b := h.goods(t, int64(pieces))
	b.must(b.order(pieces))
	return b
}

// order places an order of so many pieces.
func (b *bid) order(pieces int) error {
	return errOf(b.place(b.h.key(), b.basket(pieces)))
}

// basket is so many pieces, without a coupon.
func (b bid) basket(pieces int) order.Basket {
	return order.Basket{AddressNo: b.buyer.Address, CouponNo: order.NoCoupon, Lines: []offer.Want{{SKUNo: b.sku.No, Quantity: pieces}}}
}

func (b *bid) place(key string, basket order.Basket) (order.View, error) {
	v, err := b.h.placeAtOnce(b.buyer.Buyer, key, basket)
	if err == nil {
		b.no = v.No
		b.h.orders = append(b.h.orders, b.placed)
	}
	return v, err
}

func (b bid) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// is wants the order to be in a state.
func (b bid) is(want model.OrderStatus) {
	b.t.Helper()
	if got := b.h.State(b.no).Status; got != want {
		b.t.Errorf("order %s is %s, not %s", b.no, got, want)
	}
}

// paid has the order paid, and this known.
func (b bid) paid() bid {
	b.t.Helper()
	b.must(b.prepare())
	var p model.Payment
	b.must(b.h.DB.Read(b.h.Ctx).Where("order_id = ?", b.h.State(b.no).ID).Order("attempt DESC").Take(&p).Error)
	b.must(errOf(b.h.Sim.Pay(p.No)))
	b.h.deliver(b.t)
	b.is(model.OrderPaid)
	return b
}

func (b bid) prepare() error { return errOf(b.h.Payment.Prepare(b.h.Ctx, b.buyer.Buyer, b.no)) }

func (b bid) cancel() error { return errOf(b.h.Payment.Cancel(b.h.Ctx, b.buyer.Buyer, b.no)) }

// received has all of it sent, and its consumer confirm that.
func (b bid) received() bid {
	b.t.Helper()
	b.h.ship(b.t, b.placed)
	b.must(errOf(b.h.Fulfilment.Confirm(b.h.Ctx, b.buyer.Buyer, b.no)))
	b.is(model.OrderReceived)
	return b
}

// refund gives back money of the order.
func (b bid) refund(l payment.StaffRefundLine) (payment.DeskRefund, error) {
	return b.h.Payment.RefundByStaff(b.h.staffCtx(), b.h.key(), b.no, payment.StaffRefund{Reason: "other", Lines: []payment.StaffRefundLine{l}})
}

func (b bid) mustRefund(l payment.StaffRefundLine) payment.DeskRefund {
	b.t.Helper()
	r, err := b.refund(l)
	b.must(err)
	return r
}

// refundIs wants a refund to be in a state.
func (b bid) refundIs(no string, want model.RefundStatus) {
	b.t.Helper()
	r, err := b.h.Payment.RefundAtDesk(b.h.Ctx, no)
	if b.must(err); r.Status != want {
		b.t.Errorf("refund %s of order %s is %s, not %s", no, b.no, r.Status, want)
	}
}

// offSaleMeanwhile is an order of goods which staff take off sale at each point of it: they are sold before that, or not.
func (h *history) offSaleMeanwhile(t *rapid.T) {
	b := h.goods(t, 40)
	for n, came := 1, true; came; n++ {
		b.must(h.SetActive(b.sku, true))
		before, had := len(h.orders), int64(0)
		var err, other error
		err, other, came = h.meet(t, n, func() error { return b.order(1) }, func() error {
			had = h.Count(&model.OrderLine{}, "sku_id = ?", b.sku.ID)
			return h.SetActive(b.sku, false)
		})
		b.must(other)
		switch sold := h.Count(&model.OrderLine{}, "sku_id = ?", b.sku.ID) > had; {
		case err != nil:
			h.refused(t, "what went off sale", err, model.ErrNotOnSale)
		case came && sold:
			t.Errorf("order %s is of what was off sale", b.no)
		case len(h.orders) == before:
			t.Error("nothing was ordered")
		}
	}
}

// countedMeanwhile is a count of goods, some of which are sold at each point of it: what was counted before the sale is
// not there any more.
func (h *history) countedMeanwhile(t *rapid.T) {
	b := h.goods(t, 30)
	late := 0
	for n, came := 1, true; came; n++ {
		counted := h.Reload(b.sku).OnHand + 1
		var err, other error
		err, other, came = h.meet(t, n, func() error { return h.CountStock(b.sku, counted) }, func() error {
			defer h.aside()()
			err := b.order(1)
			if err == nil {
				b.paid()
			}
			return err
		})
		b.must(other)
		if now := h.Reload(b.sku).OnHand; err == nil && now != counted {
			t.Errorf("%d pieces were counted, and %d are here", counted, now)
		}
		if err != nil {
			h.refused(t, "a count that is old", err, model.ErrConflict)
			late++
		}
	}
	if late == 0 {
		t.Error("no count was too late")
	}
}

// exchangedForNothing is a case about an exchange for goods that are promised to somebody else, gone, or off sale when
// staff agree.
func (h *history) exchangedForNothing(t *rapid.T) {
	b := h.ordered(t, 1).paid().received()
	instead := bid{placed: placed{buyer: h.another(b.buyer)}, h: h, t: t, sku: h.Variant(b.sku, b.sku.PriceFen, 1)}
	w := aftersale.Wish{Kind: model.AfterSaleExchange, Reason: "damaged", Lines: []aftersale.WishLine{{Quantity: 1, NewSKU: instead.sku.No}}}
	c, err := h.AfterSale.Apply(h.Ctx, b.buyer.Buyer, b.h.key(), b.no, w)
	b.must(err)
	agree := func() error {
		return errOf(h.AfterSale.Agree(h.staffCtx(), aftersale.Handling{No: c.No, Key: b.h.key()}, aftersale.Consent{}))
	}
	b.must(instead.order(1))
	h.refused(t, "an exchange for what is another's", agree(), model.ErrOutOfStock)
	b.must(instead.cancel())
	b.must(h.CountStock(instead.sku, 0))
	h.refused(t, "an exchange for what is gone", agree(), model.ErrOutOfStock)
	b.must(h.CountStock(instead.sku, 1))
	b.must(h.SetActive(instead.sku, false))
	h.refused(t, "an exchange for what is off sale", agree(), model.ErrOutOfStock)
	b.must(h.SetActive(instead.sku, true))
	b.must(agree())
	if now := h.Reload(instead.sku); now.OnHand != 0 {
		t.Errorf("%d pieces are here of what was kept for an exchange", now.OnHand)
	}
}

// keyOfYesterday is a key that serves one request on one day, and another on the next.
func (h *history) keyOfYesterday(t *rapid.T) {
	b := h.goods(t, 9)
	request := func(pieces int) order.Checkout {
		q, err := h.Order.Quote(h.Ctx, b.buyer.Buyer, b.basket(pieces))
		b.must(err)
		return order.Checkout{Basket: b.basket(pieces), ExpectedTotalFen: q.TotalFen, NoReturnConfirmed: true}
	}
	place := func(key string, c order.Checkout) string {
		v, err := h.Order.Place(h.Ctx, b.buyer.Buyer, key, c)
		b.must(err)
		h.orders = append(h.orders, placed{b.buyer, v.No})
		return v.No
	}
	one, two, asked := b.h.key(), b.h.key(), request(1)
	first := place(one, asked)
	place(two, request(1))
	if again := place(one, asked); again != first {
		t.Errorf("the same request made order %s and then %s", first, again)
	}
	h.refused(t, "a key of today for another basket", errOf(h.Order.Place(h.Ctx, b.buyer.Buyer, one, request(2))), model.ErrKeyReused)
	h.Clock.Turn(24 * time.Hour)
	if again := place(one, request(1)); again == first {
		t.Errorf("order %s is a day old, and was given for a new one", first)
	}
	place(two, request(2))
}

// twoWorkers is a job that a second worker looks for at each point of its run, and takes over when the first is slower
// than its lease: then it is the second's, whatever the first says in the end.
func (h *history) twoWorkers(t *rapid.T) {
	b := h.ordered(t, 1).paid()
	for n, came := 1, true; came; n++ {
		h.pass(t, 2*time.Minute)
		b.mustRefund(payment.StaffRefundLine{AmountFen: 1})
		late, ran := n%2 == 0, 0
		work := func() error {
			did, err := h.runJob(t)
			if did {
				ran++
			}
			return err
		}
		var err, other error
		err, other, came = h.meet(t, n, work, func() error {
			if !late {
				return work()
			}
			h.Clock.Turn(job.Lease + time.Second)
			for _, op := range []simulator.Op{simulator.OpRefund, simulator.OpQueryRefund} {
				b.must(h.Sim.AddFault(simulator.Fault{Op: op, Kind: simulator.ErrorBefore, Times: 3})) // the client tries again
			}
			defer h.Sim.ClearFaults()
			for before := -1; before < ran; { // until nothing is due any more
				before = ran
				if err := work(); err != nil {
					return err
				}
			}
			return nil
		})
		b.must(errors.Join(err, other))
		if !late && ran != 1 {
			t.Errorf("%d workers had the one job that was due", ran)
		}
	}
}

// nobodyWorks is a week in which no job runs, and one that had failed too often before: the work is still there when it
// is over.
func (h *history) nobodyWorks(t *rapid.T) {
	one, two := h.ordered(t, 1).paid(), h.ordered(t, 1).paid()
	h.pass(t, 0)
	waits := one.mustRefund(payment.StaffRefundLine{Quantity: 1})
	given := two.mustRefund(payment.StaffRefundLine{Quantity: 1})
	dead := h.GiveUp(payment.JobRefund)
	h.Clock.Turn(8 * 24 * time.Hour)
	one.must(h.CleanUp(h.Ctx))
	one.must(h.Operations.Retry(h.staffCtx(), dead.ID))
	for range 3 {
		h.pass(t, time.Minute)
	}
	one.refundIs(waits.No, model.RefundSucceeded)
	two.refundIs(given.No, model.RefundSucceeded)
}

// plannedTwice is the end of orders which two replicas plan at once.
func (h *history) plannedTwice(t *rapid.T) {
	plan := func() error { return errOf(h.Order.Expire(model.AcrossBrands(h.Ctx))) }
	for n, came := 1, true; came; n++ {
		b := h.ordered(t, 1)
		h.Clock.Turn(16 * time.Minute)
		var err, other error
		err, other, came = h.meet(t, n, plan, plan)
		b.must(errors.Join(err, other))
		h.pass(t, 0)
		b.is(model.OrderCancelled)
	}
}
