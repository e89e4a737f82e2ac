package aftersale_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/payment"
	"hutong/service/testdb"
)

// resentWrong is an exchange for another SKU, of which four are left, that was sent and is not right: it is before the
// owner.
func (d *desk) resentWrong() (v *sale, instead model.SKU) {
	d.t.Helper()
	v = d.sold(1).shipped(1).received()
	instead = d.Variant(v.sku, 1_000, 5)
	w := wish(exchange, "faulty", 1)
	w.Lines[0].NewSKU = instead.No
	v.applied(w)
	v.must(v.agree(aftersale.Consent{})).must(v.sendBack()).must(v.receive(1)).must(v.resend())
	return v.must(v.escalate()).want(model.AfterSaleEscalated), instead
}

// What was sent instead is lost, or no better: the owner decides, no deadline does, and whatever they decide it does not
// come back to the shelf by itself, nor is it sent once more.
func TestAReplacementIsNotRight(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(d *desk, v *sale) error
		want  model.AfterSaleStatus
		taken int // pieces that are refunded
	}{
		"the money goes back": {func(_ *desk, v *sale) error { _, err := v.decide("refund"); return err }, model.AfterSaleDone, 1},
		"agreed, as a return": {func(_ *desk, v *sale) error { _, err := v.grant(false, true); return err }, model.AfterSaleDone, 1},
		"refused":             {func(_ *desk, v *sale) error { _, err := v.decide("refuse"); return err }, model.AfterSaleRefused, 0},
		"it came after all":   {func(_ *desk, v *sale) error { _, err := v.withdraw(); return err }, model.AfterSaleWithdrawn, 0},
		"after a year": {func(d *desk, v *sale) error {
			d.Clock.Turn(370 * day)
			if _, err := v.decide("refund"); err != nil {
				return err
			}
			_, err := d.Payment.SettleOutside(d.staff, d.key(), v.now().Refunds[0].No, payment.Settlement{By: model.SettledByCash, Reference: "till 7"})
			return err
		}, model.AfterSaleDone, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				v, instead := d.resentWrong()
				if l := v.line(); l.Claimed != 1 {
					t.Errorf("%d claimed while the owner thinks", l.Claimed)
				}
				d.Later(20 * day)
				v.want(model.AfterSaleEscalated)
				if _, err := v.grant(false, false); !errors.Is(err, model.ErrResentBefore) {
					t.Errorf("exchanged once more: %v", err)
				}
				for what, try := range map[string]func() (aftersale.View, error){"confirmed": v.confirm, "sent again": v.resend, "escalated": v.escalate} {
					if _, err := try(); !errors.Is(err, model.ErrWrongState) {
						t.Errorf("%s while the owner thinks: %v", what, err)
					}
				}
				if err := c.end(d, v); err != nil {
					t.Fatal(err)
				}
				d.paidBack()
				v.want(c.want)
				if l := v.line(); l.Claimed != 0 || l.Refunded != c.taken {
					t.Errorf("%+v", l)
				}
				if a, b := d.Reload(v.sku).OnHand, d.Reload(instead).OnHand; a != 20 || b != 4 {
					t.Errorf("%d and %d on hand, not 20 and 4", a, b)
				}
			})
		})
	}
}

// What was exchanged once more stays with the consumer when they take their complaint back: it does not come back as what
// was bought.
func TestAReplacementIsReturned(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v, _ := d.resentWrong()
		v.must(v.withdraw()).applied(wish(back, "faulty", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
		if _, err := v.receive(1); !errors.Is(err, model.ErrExchangedBefore) {
			t.Errorf("put back as what was bought: %v", err)
		}
		v.must(v.receive(0)).want(model.AfterSaleRefunding)
	})
}

// Goods that are brought to the counter, or whose waybill nobody has told, are received all the same.
func TestGoodsComeBackWithoutAWaybill(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(back, "unwanted", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.receive(1)).want(model.AfterSaleRefunding)
		w := d.sold(1).shipped(1).received().applied(wish(exchange, "unwanted", 1))
		w.must(w.agree(aftersale.Consent{})).must(w.receive(1)).want(model.AfterSaleReceived)
		if _, err := w.sendBack(); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("sent back after they came: %v", err)
		}
		d.paidBack()
		v.want(model.AfterSaleDone)
		if a, b := d.Reload(v.sku).OnHand, d.Reload(w.sku).OnHand; a != 20 || b != 19 {
			t.Errorf("%d and %d on hand", a, b)
		}
	})
}

// The goods are brought while the consumer notes a parcel, and the time to send them passes: the case goes one way.
func TestArrivalAgainstParcelAgainstDeadline(t *testing.T) {
	mariadb(t, func(t *testing.T, d *desk) {
		for range 8 {
			v := d.sold(1).shipped(1).received().applied(wish(back, "faulty", 1))
			v.must(v.agree(aftersale.Consent{}))
			d.Clock.Turn(7 * day)
			if _, strange := wins(raced(v), model.ErrWrongState); strange != nil {
				t.Error(strange)
			}
			d.Later(time.Second)
			refunds := d.Count(&model.Refund{}, "after_sale_id = (SELECT id FROM after_sales WHERE after_sales.brand_id = refunds.brand_id AND no = ?)", v.of)
			switch got := v.now().Status; {
			case got == model.AfterSaleRefunding && refunds == 1, got == model.AfterSaleWithdrawn && refunds == 0:
			default: // staff note the goods after a parcel too, so that no case stays on its way
				t.Errorf("%s, %d refunds: %v", got, refunds, v.reasons())
			}
			d.paidBack()
		}
	})
}

// raced lets staff receive the goods, the consumer note a parcel and the time pass, all at once.
func raced(v *sale) []error {
	return testdb.Race(6, func(i int) error {
		switch i % 3 {
		case 0:
			_, err := v.d.AfterSale.Receive(v.d.staff, aftersale.Handling{Key: fmt.Sprintf("%s-%d", v.of, i), No: v.of}, aftersale.Arrival{})
			return err
		case 1:
			_, err := v.sendBack()
			return err
		}
		_, err := v.d.RunJob(v.d.Ctx)
		return errors.Join(err, model.ErrWrongState) // whether the job did it, the case tells
	})
}
