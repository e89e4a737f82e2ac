package fulfilment_test

import (
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/testdb"
	"hutong/wechat"
)

// stranger lets WeChat refuse what is told of an order until its answer is called, as a parameter that it does not take.
func (w *warehouse) stranger(orderNo string) (known func()) {
	w.t.Helper()
	var u model.User
	if err := w.DB.Read(w.Ctx).Where("id = ?", w.State(orderNo).UserID).Take(&u).Error; err != nil {
		w.t.Fatal(err)
	}
	w.Set(&model.User{}, map[string]any{"openid": "o-somebody-else-012345678901"}, "id = ?", u.ID)
	return func() { w.Set(&model.User{}, map[string]any{"openid": u.OpenID}, "id = ?", u.ID) }
}

func (w *warehouse) tellAgain(orderNo string) {
	w.t.Helper()
	if _, err := w.Fulfilment.TellAgain(w.staff, orderNo); err != nil {
		w.t.Fatal(err)
	}
}

// waits wants so many orders of which WeChat does not hear among the work that waits.
func (w *warehouse) waits(want int) {
	w.t.Helper()
	list, err := w.Operations.ToDo(w.Ctx, func(p model.Permission) bool { return p == model.PermitOrdersShip })
	if err != nil || len(list) != 1 || list[0].Task != "upload" || list[0].N != want {
		w.t.Errorf("what waits is %+v, %v; want %d", list, err, want)
	}
}

// What WeChat refused of whatever delivery is told again when staff say so, also after the receipt, as often as they say
// so, and stands among their work until then.
func TestTellAgain(t *testing.T) {
	for _, delivery := range []model.Delivery{model.DeliveryExpress, model.DeliveryCity, model.DeliveryPickup, model.DeliveryVirtual} {
		t.Run(string(delivery), func(t *testing.T) {
			each(t, func(t *testing.T, w *warehouse) {
				v, b := w.paid(1)
				w.tellAgain(v.No) // of which there is nothing to tell
				known := w.stranger(v.No)
				sent := fulfilment.Box{}
				if delivery == model.DeliveryExpress {
					sent = box(v, "ZTO0000001")
				}
				if _, err := w.send(v.No, fulfilment.Shipment{Delivery: delivery, Parcels: []fulfilment.Box{sent}}); err != nil {
					t.Fatal(err)
				}
				w.waits(0)
				w.told()
				if got := w.states(v.No); got != "1:refused:invalid " {
					t.Fatalf("it is %s", got)
				}
				w.waits(1)
				if _, err := w.Fulfilment.Confirm(w.Ctx, b.Buyer, v.No); err != nil {
					t.Fatal(err)
				}
				w.tellAgain(v.No)
				if got := w.states(v.No); got != "1:waiting:invalid " {
					t.Errorf("it is %s", got)
				}
				w.told()
				w.waits(1) // once more
				known()
				w.tellAgain(v.No)
				w.tellAgain(v.No)
				w.told()
				w.tellAgain(v.No)
				if got, sh := w.states(v.No), w.known(v.No); got != "1:done: " || sh.Uploads != 1 || sh.WholeAt.IsZero() {
					t.Errorf("it is %s, WeChat knows %+v", got, sh)
				}
				w.waits(0)
				if n := w.Count(&model.AuditEntry{}, "action = 'order.tell_again' AND actor_no = '01STAFF'"); n != 2 {
					t.Errorf("%d entries in the audit log", n)
				}
			})
		})
	}
	each(t, func(t *testing.T, w *warehouse) {
		_, err := w.Fulfilment.TellAgain(w.staff, "01NOSUCHORDER")
		refused(t, err, model.ErrOrderNotFound, "")
	})
}

// What WeChat was told by hand meanwhile is not told again: that would use the change up.
func TestTellAgainWhatWeChatKnows(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(1)
		known := w.stranger(v.No)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.told()
		known()
		client, err := w.Brand.Client(w.Ctx, w.Row.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = client.UploadShipping(w.Ctx, wechat.Shipping{
			MchID: w.Merchant.MchID, OutTradeNo: v.No, OpenID: w.Sim.OpenID(w.Merchant.AppID, b.Name), Delivery: model.DeliveryExpress,
			Whole: true, At: w.Clock.Now(), Parcels: []wechat.ShippedParcel{{Carrier: "ZTO", Waybill: "ZTO0000001", Contents: "by hand"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.tellAgain(v.No)
		w.told()
		if got, sh := w.states(v.No), w.known(v.No); got != "1:done: " || sh.Uploads != 1 || sh.Reships != 0 {
			t.Errorf("it is %s, WeChat knows %+v", got, sh)
		}
	})
}

// What WeChat refused of the first parcel is told again in its turn while more is to come, and as a part of the one change
// once WeChat knows the last.
func TestTellAgainInTurn(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(3)
		known := w.stranger(v.No)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		w.mustShip(v.No, box(v, "ZTO0000002", 1))
		w.told()
		known()
		w.tellAgain(v.No)
		w.mustShip(v.No, box(v, "ZTO0000003"))
		for range 3 {
			w.told()
		}
		if got, sh := w.states(v.No), w.known(v.No); got != "1:done: 2:done: 3:done: " || len(sh.Parcels) != 3 || sh.Reships != 0 || sh.WholeAt.IsZero() {
			t.Errorf("it is %s, WeChat knows %+v", got, sh)
		}

		v, _ = w.paid(3)
		known = w.stranger(v.No)
		w.mustShip(v.No, box(v, "ZTO0000011", 1))
		w.told()
		w.mustShip(v.No, box(v, "ZTO0000012", 1))
		w.told()
		known()
		w.mustShip(v.No, box(v, "ZTO0000013"))
		w.told()
		w.waits(1)
		w.tellAgain(v.No)
		w.tellAgain(v.No)
		w.told()
		if got, sh := w.states(v.No), w.known(v.No); got != "1:done: 2:done: 3:done: 99:done: " || len(sh.Parcels) != 3 || sh.Reships != 1 {
			t.Errorf("it is %s, WeChat knows %+v", got, sh)
		}
		w.waits(0)
		w.tellAgain(v.No)
		if n := w.Count(&model.ShippingUpload{}, "seq = ?", model.UploadSeqCorrection); n != 1 {
			t.Errorf("%d changes", n)
		}
	})
}

// The change that WeChat refused is told again, and with it what was refused before. One that WeChat does not take any
// more keeps no money back: nobody has to look at it.
func TestTellTheChangeAgain(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		first := w.mustShip(v.No, box(v, "ZTO0000001", 1)).Parcels[0].No
		w.told()
		known := w.stranger(v.No)
		correct := func(waybill string) error {
			_, err := w.Fulfilment.Correct(w.staff, first, fulfilment.Correction{Carrier: "ZTO", Waybill: waybill})
			return err
		}
		if err := correct("ZTO0000009"); err != nil {
			t.Fatal(err)
		}
		w.mustShip(v.No, box(v, "ZTO0000002"))
		for range 4 {
			w.Later(11 * time.Minute)
		}
		if got := w.states(v.No); got != "1:done: 2:refused:invalid 99:refused:invalid " {
			t.Fatalf("it is %s", got)
		}
		known()
		w.tellAgain(v.No)
		for range 4 {
			w.Later(11 * time.Minute)
		}
		sh := w.known(v.No)
		if got := w.states(v.No); got != "1:done: 2:done: 99:done: " || sh.Reships != 1 || len(sh.Parcels) != 2 || sh.Parcels[0].TrackingNo != "ZTO0000009" {
			t.Errorf("it is %s, WeChat knows %+v", got, sh)
		}
		w.waits(0)
		w.Set(&model.ShippingUpload{}, map[string]any{"status": model.UploadRefused, "refused_for": "reship_used"}, "seq = ?", model.UploadSeqCorrection)
		w.waits(0)
	})
}

// Eight have it told again while others correct the parcel: WeChat is told once, of the parcel as it is in the end, and the
// change is left.
func TestToldAgainOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		known := w.stranger(v.No)
		parcel := w.mustShip(v.No, box(v, "ZTO0000001")).Parcels[0].No
		w.told()
		known()
		got := tally(testdb.Race(16, func(i int) error {
			if i%2 == 0 {
				_, err := w.Fulfilment.TellAgain(w.staff, v.No)
				return err
			}
			_, err := w.Fulfilment.Correct(w.staff, parcel, fulfilment.Correction{Carrier: "ZTO", Waybill: fmt.Sprintf("ZTO00000%02d", 10+i)})
			return err
		}))
		if got[""] != 16 || w.Count(&model.Job{}, "kind = ?", fulfilment.JobUpload) != 1 {
			t.Errorf("%v", got)
		}
		if n := w.Count(&model.AuditEntry{}, "action = 'order.tell_again'"); n > 1 {
			t.Errorf("told again %d times", n)
		}
		w.told()
		sh := w.known(v.No)
		if got := w.states(v.No); got != "1:done: " || sh.Uploads != 1 || sh.Reships != 0 || sh.Parcels[0].TrackingNo != w.of(v.No).Parcels[0].Waybill {
			t.Errorf("it is %s, WeChat knows %+v", got, sh)
		}
	})
}

// The run that was refused has not acked yet when staff have it told again: its late ack does not end the new job.
func TestToldAgainBeforeTheAck(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		known := w.stranger(v.No)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.told()
		known()
		key := fmt.Sprintf("%s/1", v.No)
		w.Set(&model.Job{}, map[string]any{"status": model.JobQueued, "run_at": w.Clock.Now().Add(time.Minute).UnixMilli()}, "job_key = ?", key)
		var leased model.Job
		if err := w.DB.Read(w.Ctx).Where("job_key = ?", key).Take(&leased).Error; err != nil {
			t.Fatal(err)
		}
		w.tellAgain(v.No)
		w.Set(&model.Job{}, map[string]any{"status": model.JobDone}, "id = ? AND fence = ? AND status = ?", leased.ID, leased.Fence, model.JobQueued)
		w.told()
		if got := w.states(v.No); got != "1:done: " {
			t.Errorf("it is %s", got)
		}
	})
}
