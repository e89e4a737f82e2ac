package fulfilment_test

import (
	"testing"

	"hutong/model"
	"hutong/service/fulfilment"
)

// Of a buyer who has had their account deleted staff do not read where a parcel is, nor who signed for it.
func TestWhatCarriersToldOfTheDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		e := w.happens("ZTO0000001", model.ParcelDelivered)
		e.Place, e.Remark = "上海市静安区", "张三 13800000000 已签收"
		if _, err := w.Fulfilment.Track(w.staff, []fulfilment.Event{e}); err != nil {
			t.Fatal(err)
		}
		w.told()
		if got := w.of(v.No).Parcels[0].Events[0]; got.Place == "" || got.Remark == "" {
			t.Errorf("before: %+v", got)
		}
		w.Set(&model.User{}, map[string]any{"deleted_at": model.At(w.Clock.Now())}, "id = ?", b.Buyer.UserID)
		defer w.Set(&model.User{}, map[string]any{"deleted_at": 0}, "id = ?", b.Buyer.UserID)
		if got := w.of(v.No).Parcels[0].Events[0]; got.Place != "" || got.Remark != "" || got.Status != model.ParcelDelivered {
			t.Errorf("of the deleted: %+v", got)
		}
	})
}
