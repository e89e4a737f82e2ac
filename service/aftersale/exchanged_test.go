package aftersale_test

import (
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/payment"
)

// Money given back at the desk puts no more into stock than a case does: what was exchanged for another SKU never comes
// back as what was bought, and its money goes back all the same.
func TestMoneyBackAtTheDeskAfterAnExchange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v, other := d.exchanged()
		refund := func(restock int) error {
			_, err := d.Payment.RefundByStaff(d.staff, d.key(), v.no, payment.StaffRefund{
				Reason: "returned", Lines: []payment.StaffRefundLine{{Quantity: 1, Sent: 1, Restock: restock}},
			})
			return err
		}
		var refused *model.Error
		if err := refund(1); !errors.As(err, &refused) || !errors.Is(err, model.ErrExchangedBefore) || refused.Field != "lines[0].restock" {
			t.Errorf("put back as what was bought: %v", err)
		}
		if err := refund(0); err != nil {
			t.Fatal(err)
		}
		d.paidBack()
		if d.Reload(v.sku).OnHand != 20 || d.Reload(other).OnHand != 4 {
			t.Errorf("%d and %d on hand", d.Reload(v.sku).OnHand, d.Reload(other).OnHand)
		}
		d.Audit(t)
	})
}
