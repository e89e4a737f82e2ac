package aftersale_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
)

// What is sent back is paid back: each move is written down for both sides, and what came back whole is for
// sale again.
func TestReturn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(3).shipped(3).received().applied(wish(model.AfterSaleReturn, "faulty", 2))
		if l := v.line(); l.Claimed != 2 {
			t.Errorf("claimed %d", l.Claimed)
		}
		v.must(v.agree(aftersale.Consent{Note: aftersale.Note{Words: "sorry"}})).want(model.AfterSaleAgreed)
		if got := v.now(); got.ReturnPlace == nil || *got.ReturnPlace != place {
			t.Errorf("to be sent to %+v", got.ReturnPlace)
		}
		v.must(v.sendBack()).want(model.AfterSaleSending)
		v.must(v.receive(1)).want(model.AfterSaleRefunding)
		d.paidBack()
		v.want(model.AfterSaleDone)
		want := "[applied:consumer:faulty agreed:staff:01STAFF: sending:consumer: received:staff:01STAFF: " +
			"refunding:staff:01STAFF:goods_back done:wechat:refunded]"
		if got := fmt.Sprint(v.reasons()); got != want {
			t.Errorf("%s", got)
		}
		l := v.line()
		if l.Refunded != 2 || l.Claimed != 0 || l.Restocked != 1 || l.Dropped != 0 || d.State(v.no).RefundedFen != 2_000 {
			t.Errorf("%+v", l)
		}
		if sku := d.Reload(v.sku); sku.OnHand != 18 {
			t.Errorf("%d on hand", sku.OnHand)
		}
		if n := d.Count(&model.AuditEntry{}, "subject_kind = 'after_sale' AND subject_no = ?", v.of); n != 6 {
			t.Errorf("%d rows in the audit log", n)
		}
		mine, err := d.AfterSale.Get(d.Ctx, v.buyer.Buyer, v.of)
		if err != nil || mine.Events[1].Actor != "staff" || mine.Refunds[0].Status != model.RefundSucceeded {
			t.Errorf("%+v, %v", mine, err)
		}
	})
}

// What was not sent yet is dropped; what the brand has said so goes back without asking anybody.
func TestRefundOfWhatWasNotSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 2))
		v.must(v.agree(aftersale.Consent{})).want(model.AfterSaleRefunding)
		d.paidBack()
		v.want(model.AfterSaleDone)
		if l, o := v.line(), d.State(v.no); l.Dropped != 2 || l.Restocked != 2 || o.Status != model.OrderClosed {
			t.Errorf("%+v, order %s", l, o.Status)
		}
	})
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).applied(wish(model.AfterSaleRefund, "unwanted", 1)).want(model.AfterSaleRefunding)
		d.paidBack()
		v.want(model.AfterSaleDone)
		w := d.sold(2).shipped(2).applied(wish(model.AfterSaleRefund, "unwanted", 1)).want(model.AfterSaleApplied)
		w.must(w.withdraw())
	}, func(a *brand.AfterSale) { a.InstantRefund = true })
}

// Other goods for those that come back: they are set aside when staff agree.
func TestExchange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).shipped(2).received().applied(wish(model.AfterSaleExchange, "unwanted", 2))
		v.must(v.agree(aftersale.Consent{}))
		if sku := d.Reload(v.sku); sku.OnHand != 16 {
			t.Errorf("%d on hand while two are set aside", sku.OnHand)
		}
		v.must(v.sendBack())
		v.must(v.receive(1)).want(model.AfterSaleReceived)
		v.must(v.resend()).want(model.AfterSaleResending)
		v.must(v.confirm()).want(model.AfterSaleDone)
		if l, sku := v.line(), d.Reload(v.sku); l.Claimed != 0 || l.Refunded != 0 || sku.OnHand != 17 {
			t.Errorf("%+v, %d on hand", l, sku.OnHand)
		}
		v.applied(wish(model.AfterSaleReturn, "faulty", 2)) // the new ones are as good as the old
	})
}

// There is nothing to exchange: staff may give the money instead.
func TestExchangeOfWhatIsSoldOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(2).shipped(2).received()
		if err := d.CountStock(v.sku, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := v.apply(wish(model.AfterSaleExchange, "faulty", 2)); !errors.Is(err, model.ErrOutOfStock) {
			t.Errorf("asked for: %v", err)
		}
		v.applied(wish(model.AfterSaleExchange, "faulty", 1))
		if err := d.CountStock(v.sku, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := v.agree(aftersale.Consent{}); !errors.Is(err, model.ErrOutOfStock) {
			t.Errorf("agreed: %v", err)
		}
		v.must(v.agree(aftersale.Consent{AsReturn: true}))
		v.must(v.sendBack())
		v.must(v.receive(0)).want(model.AfterSaleRefunding)
		d.paidBack()
		v.want(model.AfterSaleDone)
	})
}

// What is refused may be asked for once more, or be decided by the owner; after that it is settled.
func TestRefusal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "unwanted", 1))
		if _, err := v.refuse(" "); !errors.Is(err, model.ErrRequired) {
			t.Errorf("without a word: %v", err)
		}
		v.must(v.refuse("worn")).want(model.AfterSaleRefused)
		if l := v.line(); l.Claimed != 0 {
			t.Errorf("claimed %d", l.Claimed)
		}
		first := v.of
		v.applied(wish(model.AfterSaleReturn, "faulty", 1))
		second := v.of
		v.of = first
		if _, err := v.escalate(); !errors.Is(err, model.ErrPiecesTaken) {
			t.Errorf("two cases for one piece: %v", err)
		}
		v.of = second
		v.must(v.refuse("worn all the same"))
		if _, err := v.apply(wish(model.AfterSaleReturn, "faulty", 1)); !errors.Is(err, model.ErrRefusedBefore) {
			t.Errorf("a third time: %v", err)
		}
		v.must(v.escalate()).want(model.AfterSaleEscalated)
		v.must(v.decide("refuse")).want(model.AfterSaleRefused)
		if _, err := v.escalate(); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("against the last word: %v", err)
		}

		w := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "unwanted", 1))
		w.must(w.refuse("worn"))
		d.Later(7 * 24 * time.Hour)
		if _, err := w.escalate(); !errors.Is(err, model.ErrTooLate) {
			t.Errorf("after a week: %v", err)
		}
	})
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleReturn, "unwanted", 1))
		v.must(v.agree(aftersale.Consent{}))
		v.must(v.sendBack())
		v.must(v.refuse("a brick"))
		v.must(v.escalate())
		v.must(v.decide("refund")).want(model.AfterSaleRefunding)
		d.paidBack()
		v.want(model.AfterSaleDone)
	})
}

// The goods that were objected to, or whose money could not be given, may go on as it was asked for.
func TestOwnerAgrees(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
		v.must(v.refuse("used"))
		v.must(v.escalate())
		v.must(v.decide("agree")).want(model.AfterSaleAgreed)
		v.must(v.withdraw())
		if sku := d.Reload(v.sku); sku.OnHand != 19 {
			t.Errorf("%d on hand", sku.OnHand)
		}
	})
}
