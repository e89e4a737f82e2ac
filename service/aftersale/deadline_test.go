package aftersale_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/fulfilment"
	"hutong/service/order"
)

const day = 24 * time.Hour

// Whoever lets their time pass has it decided for them: each state waits for exactly its time.
func TestDeadlines(t *testing.T) {
	for name, c := range map[string]struct {
		kind   model.AfterSaleKind
		before func(v *sale)
		wait   time.Duration
		after  model.AfterSaleStatus
		reason string
		stock  int64 // in the end, of 20, one of which was sold
	}{
		"staff do not answer": {
			model.AfterSaleReturn, func(*sale) {}, 48 * time.Hour, model.AfterSaleAgreed, "agreed:job:not_answered", 19,
		},
		"staff do not answer about money alone": {
			model.AfterSaleRefund, func(*sale) {}, 48 * time.Hour, model.AfterSaleRefunding, "refunding:job:not_answered", 19,
		},
		"nothing is sent back": {
			model.AfterSaleExchange, func(v *sale) { v.must(v.agree(aftersale.Consent{})) },
			7 * day, model.AfterSaleWithdrawn, "withdrawn:job:not_sent_back", 19,
		},
		"nobody says that it came": {
			model.AfterSaleReturn, func(v *sale) {
				v.must(v.agree(aftersale.Consent{}))
				v.must(v.sendBack())
			}, 10 * day, model.AfterSaleRefunding, "refunding:job:goods_back", 19,
		},
		"the replacement is not sent": {
			model.AfterSaleExchange, func(v *sale) {
				v.must(v.agree(aftersale.Consent{}))
				v.must(v.sendBack())
				v.must(v.receive(1))
			}, 7 * day, model.AfterSaleRefunding, "refunding:job:not_resent", 20,
		},
		"the replacement is not confirmed": {
			model.AfterSaleExchange, func(v *sale) {
				v.must(v.agree(aftersale.Consent{}))
				v.must(v.sendBack())
				v.must(v.receive(1))
				v.must(v.resend())
			}, 10 * day, model.AfterSaleDone, "done:job:not_confirmed", 19,
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				v := d.sold(1).shipped(1).received().applied(wish(c.kind, "faulty", 1))
				c.before(v)
				still := v.now().Status
				d.Later(c.wait - time.Second)
				v.want(still)
				d.Later(time.Second)
				v.want(c.after)
				if reasons := v.reasons(); reasons[len(reasons)-1] != c.reason {
					t.Errorf("%v", reasons)
				}
				d.paidBack()
				if onHand := d.Reload(v.sku).OnHand; onHand != c.stock {
					t.Errorf("%d on hand", onHand)
				}
				if l := v.line(); l.Claimed != 0 && c.after != model.AfterSaleAgreed {
					t.Errorf("still claimed: %d", l.Claimed)
				}
			})
		})
	}
}

// What cannot be agreed by itself comes before the owner, or is turned into what can.
func TestDeadlineThatCannotBeKept(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
		d.Later(48 * time.Hour)
		v.want(model.AfterSaleEscalated)
		if reasons := v.reasons(); reasons[1] != "escalated:job:no_return_place" {
			t.Errorf("%v", reasons)
		}
		_, err := d.AfterSale.Decide(d.staff, aftersale.Handling{Key: d.key(), No: v.of}, aftersale.Decision{
			Verdict: "agree", Consent: aftersale.Consent{ReturnPlace: &place, Note: aftersale.Note{Words: "there"}},
		})
		v.must(aftersale.View{}, err).want(model.AfterSaleAgreed)
	}, func(a *brand.AfterSale) { a.ReturnPlace = nil })
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
		if err := d.CountStock(v.sku, 0); err != nil {
			t.Fatal(err)
		}
		d.Later(48 * time.Hour)
		if got := v.want(model.AfterSaleAgreed).now(); got.Kind != model.AfterSaleReturn || v.reasons()[1] != "agreed:job:out_of_stock" {
			t.Errorf("%s, %v", got.Kind, v.reasons())
		}
	})
	each(t, func(t *testing.T, d *desk) { // WeChat gives nothing back after a year
		v := d.sold(1)
		d.Clock.Turn(364 * day)
		v.applied(wish(model.AfterSaleRefund, "unwanted", 1))
		d.Later(48 * time.Hour)
		if v.want(model.AfterSaleEscalated); v.reasons()[1] != "escalated:job:refund_too_late" {
			t.Errorf("%v", v.reasons())
		}
		v.must(v.decide("refuse")).want(model.AfterSaleRefused)
	})
}

// What was sent before staff have answered is not given for nothing by itself.
func TestSentMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 1))
		v.shipped(1)
		w := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 1))
		w.shipped(2)
		d.Later(48 * time.Hour)
		v.want(model.AfterSaleRefunding)
		w.want(model.AfterSaleRefused)
		if reasons := w.reasons(); reasons[1] != "refused:job:sent_meanwhile" {
			t.Errorf("%v", reasons)
		}
		w.received().applied(wish(model.AfterSaleReturn, "unwanted", 1))
		d.paidBack()
		if o := d.State(v.no); o.Status != model.OrderShipped {
			t.Errorf("one sent, one dropped: %s", o.Status)
		}
	})
}

// What nobody but the time has refused, because it was sent, bars nothing; the consumer may have the owner decide, who gives
// the money also for what was sent.
func TestSentMeanwhileIsNoRefusal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 1))
		first := v.of
		v.applied(wish(model.AfterSaleRefund, "unwanted", 1)).shipped(2)
		d.Later(48 * time.Hour)
		v.want(model.AfterSaleRefused).received()
		if options, err := d.AfterSale.Options(d.Ctx, v.buyer.Buyer, v.no); err != nil || options.Lines[0].Return != 2 {
			t.Errorf("offered %+v, %v", options.Lines, err)
		}
		v.applied(wish(back, "unwanted", 2)).must(v.withdraw())

		v.of = first
		v.must(v.escalate()).want(model.AfterSaleEscalated)
		if _, err := v.apply(wish(back, "unwanted", 2)); !errors.Is(err, model.ErrPiecesTaken) {
			t.Errorf("besides what is before the owner: %v", err)
		}
		v.must(v.decide("refund")).want(model.AfterSaleRefunding)
		d.paidBack()
		if l := v.want(model.AfterSaleDone).line(); l.Refunded != 1 || l.Dropped != 0 || l.Claimed != 0 || d.Reload(v.sku).OnHand != 18 {
			t.Errorf("%+v, %d on hand", l, d.Reload(v.sku).OnHand)
		}

		w := d.sold(1).applied(wish(model.AfterSaleRefund, "unwanted", 1)).shipped(1)
		d.Later(48 * time.Hour)
		w.want(model.AfterSaleRefused)
		other := w.of
		w.applied(wish(back, "unwanted", 1)).of = other
		if _, err := w.escalate(); !errors.Is(err, model.ErrPiecesTaken) {
			t.Errorf("about what another case has: %v", err)
		}
	})
}

// What was refused before the goods came bars nothing afterwards, not even the owner's last word: the right to return
// begins with their receipt. What was refused since then counts, and is not offered.
func TestRefusalsBeforeReceipt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1)
		for range 2 {
			v.applied(wish(model.AfterSaleRefund, "unwanted", 1)).must(v.refuse("it is packed"))
		}
		v.must(v.escalate()).must(v.decide("refuse"))
		offered := func(want int) {
			t.Helper()
			options, err := d.AfterSale.Options(d.Ctx, v.buyer.Buyer, v.no)
			if l := options.Lines[0]; err != nil || l.Refund != want || l.Return != want || l.Exchange != 0 && want == 0 {
				t.Errorf("offered %+v, %v", l, err)
			}
			_, quoted := d.AfterSale.Quote(d.Ctx, v.buyer.Buyer, v.no, wish(back, "faulty", 1))
			if barred := errors.Is(quoted, model.ErrRefusedBefore); barred != (want == 0) {
				t.Errorf("quoted: %v", quoted)
			}
		}
		v.shipped(1)
		offered(0)
		d.Clock.Turn(day)
		v.received()
		offered(1)
		for range 2 {
			v.applied(wish(back, "faulty", 1)).must(v.refuse("worn"))
		}
		offered(0)
		if _, err := v.apply(wish(back, "faulty", 1)); !errors.Is(err, model.ErrRefusedBefore) {
			t.Errorf("a third time: %v", err)
		}
	})
}

// Nor is it by staff or the owner who have not seen that it was sent; when they have, it is theirs to give.
func TestSentMeanwhileIsSeen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 1))
		if v.now().SentMeanwhile {
			t.Error("nothing was sent")
		}
		v.shipped(2)
		_, err := v.agree(aftersale.Consent{})
		if e := (*model.Error)(nil); !errors.As(err, &e) || e.Code != model.ErrConflict.Code || e.Field != "sent" || !v.now().SentMeanwhile {
			t.Errorf("agreed to what was sent, unseen: %v, %+v", err, v.now())
		}
		v.must(v.agree(aftersale.Consent{Sent: true})).want(model.AfterSaleRefunding)
		if v.now().SentMeanwhile {
			t.Error("it is decided, and still told")
		}

		w := d.sold(1).applied(wish(model.AfterSaleRefund, "unwanted", 1))
		w.must(w.refuse("no")).must(w.escalate())
		w.shipped(1)
		if _, err := w.decide("agree"); !errors.Is(err, model.ErrConflict) {
			t.Errorf("decided about what was sent, unseen: %v", err)
		}
		w.must(w.decide("refund")).want(model.AfterSaleRefunding) // whatever became of the goods
		d.paidBack()
	})
}

// A job of a deadline that somebody has moved does nothing.
func TestDeadlineThatWasMoved(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "faulty", 1))
		d.Later(47 * time.Hour)
		v.must(v.agree(aftersale.Consent{}))
		d.Later(48 * time.Hour)
		v.want(model.AfterSaleAgreed)
	})
}

// An order is kept open for its cases, for a refusal that can be taken up again, and for the time in which
// something can be asked for.
func TestOpenFor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		open := func(v *sale) (is bool) {
			v.step(func(tx *gorm.DB, o *model.Order) (err error) {
				is, err = d.AfterSale.OpenFor(tx, o)
				return err
			})
			return is
		}
		v := d.sold(2).shipped(2)
		if open(v) {
			t.Error("nothing was asked for")
		}
		v.applied(wish(model.AfterSaleReturn, "unwanted", 1))
		if !open(v) {
			t.Error("applied")
		}
		v.must(v.refuse("no"))
		if !open(v) {
			t.Error("refused just now")
		}
		d.Later(7 * day)
		if open(v) {
			t.Error("refused a week ago")
		}
		v.received()
		d.Later(15 * day)
		if !open(v) {
			t.Error("within the time for faults")
		}
		d.Later(day)
		if open(v) {
			t.Error("after the time for faults")
		}
	})
}

// The days of the law are those of China's calendar, from the day after receipt.
func TestTimeToAsk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		// The clock's noon in China, so that the right ends eight midnights later.
		midnight := func(days int) time.Duration {
			now := d.Clock.Now().In(time.FixedZone("", 8*3600))
			y, m, today := now.Date()
			return time.Date(y, m, today+days, 0, 0, 0, 0, now.Location()).Sub(now)
		}
		v, w := d.sold(2).shipped(2).received(), d.sold(2).shipped(2).received()
		d.Clock.Turn(midnight(8) - time.Second)
		v.applied(wish(model.AfterSaleReturn, "unwanted", 1))
		d.Clock.Turn(time.Second)
		for _, c := range []struct {
			reason string
			want   string
		}{{"unwanted", "after_sale_over"}, {"faulty", "<nil>"}} {
			if _, err := w.apply(wish(model.AfterSaleReturn, c.reason, 1)); fmt.Sprint(err) != c.want {
				t.Errorf("%s in the second week: %v", c.reason, err)
			}
		}
		d.Clock.Turn(midnight(8))
		if _, err := w.apply(wish(model.AfterSaleReturn, "faulty", 1)); fmt.Sprint(err) != "after_sale_over" {
			t.Errorf("after the time for faults: %v", err)
		}
		options, err := d.AfterSale.Options(d.Ctx, w.buyer.Buyer, w.no)
		if err != nil || len(options.Lines) != 0 {
			t.Errorf("%+v, %v", options, err)
		}
	})
}

// What was sent instead of goods has its own days, from its receipt; the order stays open for it, and the other line's
// days are not longer for that.
func TestTimeToAskAfterAnExchange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b, other, sku := d.Buyer(), d.SKU(1_000, 20), d.SKU(1_000, 20)
		basket := order.Basket{AddressNo: b.Address, Lines: append(b.Wants(sku, 1).Lines, b.Wants(other, 1).Lines...)}
		v := &sale{d: d, buyer: b, sku: sku, no: b.MustOrder(basket).No}
		if err := b.Pay(v.no); err != nil {
			t.Fatal(err)
		}
		d.Deliver()
		if _, err := d.Fulfilment.Ship(d.staff, d.key(), v.no, fulfilment.Shipment{
			Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "ZTO", Waybill: "ZTO123456"}},
		}); err != nil {
			t.Fatal(err)
		}
		v.received().applied(wish(exchange, "faulty", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.sendBack()).must(v.receive(1))
		d.Later(5 * day)
		v.must(v.resend())
		d.Later(9 * day)
		v.must(v.confirm()) // a fortnight after the order
		d.Later(6 * day)
		if o := d.State(v.no); o.Status != model.OrderReceived {
			t.Errorf("the order is %s", o.Status)
		}
		options, err := d.AfterSale.Options(d.Ctx, b.Buyer, v.no)
		if err != nil || len(options.Lines) != 1 || options.Lines[0].Return != 1 || options.Until <= model.At(d.Clock.Now()) {
			t.Errorf("offered %+v, %v", options, err)
		}
		ofOther := wish(back, "faulty", 1)
		ofOther.Lines[0].Line = 1
		if _, err := v.apply(ofOther); !errors.Is(err, model.ErrTooLate) {
			t.Errorf("of what was not exchanged: %v", err)
		}
		v.applied(wish(back, "unwanted", 1)).must(v.withdraw())
		d.Later(2 * day)
		if _, err := v.apply(wish(back, "unwanted", 1)); !errors.Is(err, model.ErrTooLate) {
			t.Errorf("without a fault after a week: %v", err)
		}
		d.Later(10 * day)
		if o := d.State(v.no); o.Status != model.OrderClosed {
			t.Errorf("the order is %s in the end", o.Status)
		}
	})
}
