package fulfilment_test

import (
	"testing"

	"hutong/model"
	"hutong/service/fulfilment"
)

// The waybill of what has come stays, and what is not sent by express has none.
func TestWhatIsNotCorrected(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		come, buyer := w.paid(1)
		w.mustShip(come.No, box(come, "ZTO0000001"))
		if _, err := w.Fulfilment.Confirm(w.Ctx, buyer.Buyer, come.No); err != nil {
			t.Fatal(err)
		}
		fetched, _ := w.paid(1)
		_, err := w.send(fetched.No, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: make([]fulfilment.Box, 1)})
		if err != nil {
			t.Fatal(err)
		}
		for _, no := range []string{come.No, fetched.No} {
			_, err := w.Fulfilment.Correct(w.staff, w.of(no).Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF00000001"})
			refused(t, err, model.ErrWrongState, "")
		}
	})
}
