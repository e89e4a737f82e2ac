package aftersale_test

import (
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/order"
	"hutong/service/payment"
)

// grant is the owner's word for the consumer; here tells that what was sent back is at the brand.
func (v *sale) grant(here, asReturn bool) (aftersale.View, error) {
	return v.d.AfterSale.Decide(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, aftersale.Decision{
		Verdict: "agree", GoodsHere: here,
		Consent: aftersale.Consent{AsReturn: asReturn, Note: aftersale.Note{Words: "you are right"}},
	})
}

// notResent is an exchange whose goods came back, and for which nothing was sent until WeChat gave no money back any more:
// it is before the owner.
func (d *desk) notResent() *sale {
	d.t.Helper()
	v := d.sold(1)
	d.Clock.Turn(350 * day)
	v.shipped(1).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
	v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
	d.Clock.Turn(8 * day)
	v.must(v.receive(1))
	d.Later(8 * day)
	return v.want(model.AfterSaleEscalated)
}

// The goods of an exchange are here and were looked at when the owner grants it: they are not asked for again and not
// counted twice, and what was exchanged is sent.
func TestAnExchangeIsGrantedWhoseGoodsAreHere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.notResent()
		if onHand := d.Reload(v.sku).OnHand; onHand != 20 {
			t.Errorf("%d on hand while the owner thinks", onHand)
		}
		if _, err := v.sendBack(); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("sent back while the owner thinks: %v", err)
		}
		if _, err := v.receive(1); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("received while the owner thinks: %v", err)
		}
		v.must(v.grant(false, false)).want(model.AfterSaleReceived)
		v.must(v.resend()).must(v.confirm()).want(model.AfterSaleDone)
		if onHand := d.Reload(v.sku).OnHand; onHand != 19 {
			t.Errorf("%d on hand", onHand)
		}
	})
}

// The consumer has a refusal decided again whose goods had come back: the owner says where they are now.
func TestAnAppealIsGranted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		appealed := func(sentBack bool) *sale {
			v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
			if sentBack {
				v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
			}
			return v.must(v.refuse("not ours")).must(v.escalate())
		}
		here := appealed(true)
		here.must(here.grant(true, false)).want(model.AfterSaleSending)
		here.must(here.receive(1)).want(model.AfterSaleRefunding)
		d.paidBack()
		if here.want(model.AfterSaleDone); d.Reload(here.sku).OnHand != 20 {
			t.Errorf("%d on hand", d.Reload(here.sku).OnHand)
		}
		away := appealed(true)
		away.must(away.grant(false, false)).want(model.AfterSaleAgreed)
		brought := appealed(false)
		brought.must(brought.grant(true, false)).want(model.AfterSaleSending)
		brought.must(brought.receive(1)).want(model.AfterSaleRefunding)
	})
}

// The price of goods on their way back was given back meanwhile: they are taken back all the same.
func TestGoodsComeBackWhosePriceWentBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
		_, err := d.Payment.RefundByStaff(d.staff, d.key(), v.no, payment.StaffRefund{
			Reason: "price_difference", Freight: true, Lines: []payment.StaffRefundLine{{Line: 0, AmountFen: v.line().TotalFen}},
		})
		v.must(aftersale.View{}, err).must(v.receive(1))
		d.paidBack()
		if v.want(model.AfterSaleDone); d.Reload(v.sku).OnHand != 20 || d.State(v.no).Status != model.OrderClosed {
			t.Errorf("%d on hand, %s", d.Reload(v.sku).OnHand, d.State(v.no).Status)
		}
	})
}

// What came for nothing with an order is called off like the rest; once it was sent there is nothing to give back for it.
func TestAGiftIsCalledOff(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b, gift, paid := d.Buyer(), d.SKU(0, 20), d.SKU(1_000, 20)
		basket := order.Basket{AddressNo: b.Address, Lines: append(b.Wants(paid, 1).Lines, b.Wants(gift, 2).Lines...)}
		v := &sale{d: d, buyer: b, sku: paid, no: b.MustOrder(basket).No}
		if err := b.Pay(v.no); err != nil {
			t.Fatal(err)
		}
		d.Deliver()
		v.applied(wish(model.AfterSaleRefund, "unwanted", 1))
		v.must(v.agree(aftersale.Consent{}))
		d.paidBack()
		v.want(model.AfterSaleDone)
		v.applied(aftersale.Wish{Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 1, Quantity: 2}}})
		v.must(v.agree(aftersale.Consent{}))
		d.paidBack()
		if v.want(model.AfterSaleDone); d.State(v.no).Status != model.OrderClosed || d.Reload(gift).OnHand != 20 {
			t.Errorf("%s, %d on hand", d.State(v.no).Status, d.Reload(gift).OnHand)
		}
		w := d.sold(1).shipped(1)
		w.d.Set(&model.OrderLine{}, map[string]any{"refunded_fen": w.line().TotalFen}, "order_id = ?", d.State(w.no).ID)
		if _, err := w.apply(wish(model.AfterSaleRefund, "not_arrived", 1)); !errors.Is(err, model.ErrNothingBack) {
			t.Errorf("money for what has cost nothing: %v", err)
		}
		w.d.Set(&model.OrderLine{}, map[string]any{"refunded_fen": 0}, "order_id = ?", d.State(w.no).ID)
	})
}

// The owner decides that the money goes back when WeChat takes no refund any more: it is owed, and the case is over once
// the brand has paid it itself.
func TestTheOwnersWordHoldsAfterAYear(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.notResent()
		v.must(v.decide("refund")).want(model.AfterSaleRefunding)
		refunds := v.now().Refunds
		if len(refunds) != 1 || refunds[0].Status != model.RefundClosed {
			t.Fatalf("%+v", refunds)
		}
		_, err := d.Payment.SettleOutside(d.staff, d.key(), refunds[0].No, payment.Settlement{By: model.SettledByCash, Reference: "till 7"})
		v.must(aftersale.View{}, err).want(model.AfterSaleDone)
		if onHand := d.Reload(v.sku).OnHand; onHand != 20 || d.State(v.no).Status != model.OrderClosed {
			t.Errorf("%d on hand, %s", onHand, d.State(v.no).Status)
		}
	})
}

// Goods come back more than a year after they were paid: staff take them, and the brand pays itself.
func TestGoodsComeBackAfterAYear(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1)
		d.Clock.Turn(350 * day)
		v.shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
		d.Clock.Turn(20 * day)
		v.must(v.receive(1)).want(model.AfterSaleRefunding)
		_, err := d.Payment.SettleOutside(d.staff, d.key(), v.now().Refunds[0].No, payment.Settlement{By: model.SettledByCash, Reference: "till 7"})
		v.must(aftersale.View{}, err).want(model.AfterSaleDone)
		if onHand := d.Reload(v.sku).OnHand; onHand != 20 {
			t.Errorf("%d on hand", onHand)
		}
	})
}
