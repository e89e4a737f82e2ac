package fulfilment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// Whatever happens on the way to WeChat and back, it is told once, and the one change is not used up.
func TestUploadThroughFaults(t *testing.T) {
	for kind, times := range map[simulator.FaultKind]int{
		simulator.ErrorAfter: 3, simulator.Drop: 3, simulator.ErrorBefore: 3,
		simulator.RateLimit: 2, simulator.NotYetKnown: 3,
	} {
		t.Run(string(kind), func(t *testing.T) {
			each(t, func(t *testing.T, w *warehouse) {
				v, _ := w.paid(2)
				w.Clock.Turn(time.Minute)
				w.mustShip(v.No, box(v, "ZTO0000001", 1))
				w.fault(simulator.OpShipping, kind, times)
				for range 12 {
					w.Later(10 * time.Minute)
				}
				w.mustShip(v.No, box(v, "ZTO0000002"))
				w.fault(simulator.OpShipping, kind, times)
				w.fault(simulator.OpShippingOrder, simulator.ErrorBefore, 1)
				for range 12 {
					w.Later(10 * time.Minute)
				}
				sh := w.known(v.No)
				if len(sh.Parcels) != 2 || sh.WholeAt.IsZero() || sh.Uploads != 2 || sh.Reships != 0 {
					t.Errorf("WeChat knows %+v", sh)
				}
				for _, u := range w.of(v.No).Uploads {
					if u.Status != model.UploadDone {
						t.Errorf("%+v", u)
					}
				}
			})
		})
	}
}

// The call takes too long, but WeChat has heard it.
func TestUploadTimesOut(t *testing.T) {
	t.Parallel()
	clock := testshop.NewClock()
	w := open(t, testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock))
	v, _ := w.paid(1)
	w.Clock.Turn(time.Minute)
	w.mustShip(v.No, box(v, "ZTO0000001"))
	w.fault(simulator.OpShipping, simulator.Stall, 1)
	w.RunJobs()
	if u := w.of(v.No).Uploads[0]; u.Status != model.UploadSending {
		t.Errorf("%+v", u)
	}
	w.told()
	if u, sh := w.of(v.No).Uploads[0], w.known(v.No); u.Status != model.UploadDone || sh.Uploads != 1 || sh.Reships != 0 {
		t.Errorf("%+v, WeChat knows %+v", u, sh)
	}
	w.Audit(t)
}

// A token that WeChat has taken back in between is replaced.
func TestUploadWithAnotherToken(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		w.Sim.RevokeTokens(w.Merchant.AppID)
		w.mustShip(v.No, box(v, "ZTO0000002"))
		w.told()
		if sh := w.known(v.No); len(sh.Parcels) != 2 {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

// WeChat may never hear of a payment, and does not take what has gone back: then staff are told, and the job
// is done.
func TestUploadIsRefusedForGood(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.Later(2 * 24 * time.Hour)
		if u := w.of(v.No).Uploads[0]; u.Status != model.UploadSending {
			t.Errorf("after two days: %+v", u)
		}
		w.Later(2 * 24 * time.Hour)
		if u := w.of(v.No).Uploads[0]; u.Status != model.UploadRefused || u.RefusedFor != "payment_not_found" {
			t.Errorf("after four days: %+v", u)
		}
		if n := w.Count(&model.Job{}, "kind = ? AND status <> ?", fulfilment.JobUpload, model.JobDone); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
	}, func(o *simulator.Options) { o.ShippingDelay = 1000 * time.Hour })
}

// A corrected waybill of what WeChat refused is told again, and is not the one change.
func TestCorrectionOfARefusedUpload(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		f := w.mustShip(v.No, box(v, "ZTO0000001"))
		w.fault(simulator.OpShipping, simulator.NotYetKnown, -1)
		w.Later(2 * 24 * time.Hour)
		w.Later(2 * 24 * time.Hour)
		w.Sim.ClearFaults()
		f, err := w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF00000001"})
		if err != nil || len(f.Uploads) != 1 || f.Uploads[0].Status != model.UploadWaiting {
			t.Fatalf("%+v, %v", f, err)
		}
		w.told()
		if sh := w.known(v.No); sh.Reships != 0 || sh.Parcels[0].TrackingNo != "SF00000001" || sh.Mode != 1 {
			t.Errorf("WeChat knows %+v", sh)
		}
		if _, err = w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SF00000002"}); err != nil {
			t.Error(err)
		}
	})
}

// What WeChat refused of the first parcel is corrected after WeChat has taken the last one: that is the one change, and
// tells of both, since WeChat forgets whatever it does not tell.
func TestCorrectionOfARefusedUploadAfterTheLast(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		first := w.mustShip(v.No, box(v, "ZTO0000001", 1)).Parcels[0].No
		w.fault(simulator.OpShipping, simulator.NotYetKnown, -1)
		w.Later(2 * 24 * time.Hour)
		w.Later(2 * 24 * time.Hour)
		w.Sim.ClearFaults()
		w.mustShip(v.No, box(v, "ZTO0000002"))
		w.told()
		if u, sh := w.of(v.No).Uploads[0], w.known(v.No); u.Status != model.UploadRefused || len(sh.Parcels) != 1 || sh.WholeAt.IsZero() {
			t.Fatalf("%+v, WeChat knows %+v", u, sh)
		}
		to := func(waybill string) error {
			_, err := w.Fulfilment.Correct(w.staff, first, fulfilment.Correction{Carrier: "ZTO", Waybill: waybill})
			return err
		}
		if err := to("ZTO0000008"); err != nil {
			t.Fatal(err)
		}
		if err := to("ZTO0000009"); err != nil { // still part of it
			t.Fatal(err)
		}
		w.told()
		sh := w.known(v.No)
		if sh.Reships != 1 || len(sh.Parcels) != 2 || sh.Parcels[0].TrackingNo != "ZTO0000009" || sh.Parcels[1].TrackingNo != "ZTO0000002" {
			t.Errorf("WeChat knows %+v", sh)
		}
		refused(t, to("ZTO0000010"), model.ErrReshipUsed, "")
	})
}

func TestCorrectOnce(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		f := w.mustShip(v.No, box(v, "ZTO0000001", 1), box(v, "ZTO0000002"))
		first, second := f.Parcels[0].No, f.Parcels[1].No
		to := func(parcel, waybill string) error {
			_, err := w.Fulfilment.Correct(w.staff, parcel, fulfilment.Correction{Carrier: "SF", Waybill: waybill})
			return err
		}
		if err := to(first, "SF00000001"); err != nil { // WeChat does not know it yet
			t.Fatal(err)
		}
		refused(t, to(first, "?"), model.ErrInvalid, "waybill")
		w.told()
		if sh := w.known(v.No); sh.Parcels[0].TrackingNo != "SF00000001" || sh.Uploads != 1 {
			t.Errorf("WeChat knows %+v", sh)
		}
		if err := to(first, "SF00000001"); err != nil { // no change
			t.Error(err)
		}
		if err := to(second, "SF00000002"); err != nil { // the one change
			t.Fatal(err)
		}
		refused(t, to(second, "SF00000001"), model.ErrWaybillUsed, "waybill")
		if err := to(first, "SF00000003"); err != nil { // still part of it
			t.Fatal(err)
		}
		w.told()
		sh := w.known(v.No)
		if sh.Reships != 1 || len(sh.Parcels) != 2 || sh.Parcels[0].TrackingNo != "SF00000003" || sh.Parcels[1].TrackingNo != "SF00000002" {
			t.Errorf("WeChat knows %+v", sh)
		}
		if sh.Parcels[0].Contact != "138****0000" {
			t.Errorf("SF Express is told %q", sh.Parcels[0].Contact)
		}
		refused(t, to(first, "SF00000004"), model.ErrReshipUsed, "")
		if p := w.of(v.No).Parcels[0]; p.Waybill != "SF00000003" {
			t.Errorf("a refused correction left %s", p.Waybill)
		}
		if n := w.Count(&model.AuditEntry{}, "action = ?", "parcel.correct"); n != 3 {
			t.Errorf("%d rows in the audit log", n)
		}
	})
}

// A correction while parts are still to be sent waits for them, since WeChat would take it for one more parcel.
func TestCorrectionWaitsForTheRest(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		f := w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		if _, err := w.Fulfilment.Correct(w.staff, f.Parcels[0].No, fulfilment.Correction{Carrier: "ZTO", Waybill: "ZTO0000009"}); err != nil {
			t.Fatal(err)
		}
		w.told()
		if sh := w.known(v.No); sh.Uploads != 1 {
			t.Errorf("WeChat knows %+v", sh)
		}
		w.fault(simulator.OpShipping, simulator.ErrorAfter, 1)
		w.mustShip(v.No, box(v, "ZTO0000002"))
		for range 4 {
			w.Later(11 * time.Minute)
		}
		w.fault(simulator.OpShipping, simulator.ErrorAfter, 1)
		for range 4 {
			w.Later(11 * time.Minute)
		}
		sh := w.known(v.No)
		if sh.Reships != 1 || len(sh.Parcels) != 2 || sh.Parcels[0].TrackingNo != "ZTO0000009" || sh.WholeAt.IsZero() {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

// The last parcel is corrected while it is not known whether WeChat has heard of it. It has: the change is left for the
// correction, and no parcel is lost.
func TestCorrectionWhileTheAnswerIsLost(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(2)
		w.mustShip(v.No, box(v, "ZTO0000001", 1))
		w.told()
		last := w.mustShip(v.No, box(v, "ZTO0000002")).Parcels[1].No
		w.fault(simulator.OpShipping, simulator.ErrorAfter, 1)
		w.RunJobs()
		if u := w.of(v.No).Uploads[1]; u.Status != model.UploadSending {
			t.Fatalf("%+v", u)
		}
		if _, err := w.Fulfilment.Correct(w.staff, last, fulfilment.Correction{Carrier: "ZTO", Waybill: "ZTO0000009"}); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			w.Later(11 * time.Minute)
		}
		sh := w.known(v.No)
		if sh.Reships != 1 || len(sh.Parcels) != 2 || sh.Parcels[0].TrackingNo != "ZTO0000001" || sh.Parcels[1].TrackingNo != "ZTO0000009" {
			t.Errorf("WeChat knows %+v", sh)
		}
		for _, u := range w.of(v.No).Uploads {
			if u.Status != model.UploadDone {
				t.Errorf("%+v", u)
			}
		}
	})
}

// What the brand has told WeChat elsewhere, such as on WeChat's own pages, is not taken for what the shop says.
func TestUploadAfterAnother(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, b := w.paid(1)
		w.Clock.Turn(time.Minute)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.fault(simulator.OpShipping, simulator.ErrorBefore, 1)
		w.RunJobs()
		client, err := w.Brand.Client(w.Ctx, w.Row.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = client.UploadShipping(w.Ctx, wechat.Shipping{
			MchID: w.Merchant.MchID, OutTradeNo: v.No, OpenID: w.Sim.OpenID(w.Merchant.AppID, b.Name), Delivery: model.DeliveryExpress, Whole: true, At: w.Clock.Now(),
			Parcels: []wechat.ShippedParcel{{Carrier: "ZTO", Waybill: "ZTO0000008", Contents: "摩卡壶 ×1"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.told()
		if sh := w.known(v.No); len(sh.Parcels) != 1 || sh.Parcels[0].TrackingNo != "ZTO0000001" {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}

func TestContentsFit(t *testing.T) {
	line := func(id int64, title string) model.OrderLine {
		return model.OrderLine{ID: id, Title: model.Text{"zh-CN": title, "en": "x"}, Choice: model.Text{"zh-CN": "红"}}
	}
	lines := []model.OrderLine{line(1, "摩卡壶"), line(2, strings.Repeat("长", 200)), line(3, strings.Repeat("杯", 50)), line(4, strings.Repeat("盘", 70))}
	pieces := func(ids ...int64) (out []model.ParcelLine) {
		for _, id := range ids {
			out = append(out, model.ParcelLine{OrderLineID: id, Quantity: int(id)})
		}
		return out
	}
	for want, ids := range map[string][]int64{
		"摩卡壶（红） ×1": {1},
		"摩卡壶（红） ×1；" + strings.Repeat("杯", 50) + "（红） ×3；另有 4 件": {1, 3, 4},
		strings.Repeat("长", 115) + "… ×2；另有 4 件":                 {2, 1, 3},
	} {
		got := fulfilment.Contents(lines, pieces(ids...))
		if n := utf8.RuneCountInString(got); n > 120 || !utf8.ValidString(got) {
			t.Errorf("%v: %d characters", ids, n)
		}
		if !strings.HasPrefix(want, strings.Repeat("长", 20)) && got != want {
			t.Errorf("%v: %s, want %s", ids, got, want)
		}
		if strings.HasPrefix(want, "长") && !strings.HasSuffix(got, "… ×2；另有 4 件") {
			t.Errorf("%v: %s", ids, got)
		}
	}
}

func TestMaskedKeepsTheLastFour(t *testing.T) {
	for phone, want := range map[string]string{
		"13800138000": "138****8000", "021-62881234": "021****1234", "62881234": "****1234", "": "****",
	} {
		if got := fulfilment.Masked(phone); got != want {
			t.Errorf("%q: %s, want %s", phone, got, want)
		}
	}
}

// A job whose ack is lost again and again runs again and again, and has one effect.
func TestUploadRunsAgain(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		w.Clock.Turn(time.Minute)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.fault(simulator.OpShipping, simulator.ErrorAfter, 1)
		for i := range 4 { // each time the lease has run out, or the answer was lost
			w.Clock.Turn(time.Duration(i+3) * time.Minute)
			w.RunJobs()
			if err := revive(w, fmt.Sprintf("%s/1", v.No)); err != nil {
				t.Fatal(err)
			}
		}
		w.RunJobs()
		if sh := w.known(v.No); sh.Uploads != 1 || sh.Reships != 0 {
			t.Errorf("WeChat knows %+v", sh)
		}
	})
}
