package fulfilment_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/fulfilment"
	"hutong/wechat/simulator"
)

// The brand takes another merchant: what was paid with the one before is told to WeChat, asked and reminded of under the
// one before.
func TestShippingAfterTheMerchantWasReplaced(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		m, err := w.Sim.AddMerchant(simulator.Merchant{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Brand.SetMerchant(w.staff, brand.Merchant{
			MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key), CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey, Replace: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Turn(time.Minute)
		w.mustShip(v.No, box(v, "ZTO0000001"))
		w.fault(simulator.OpShipping, simulator.ErrorAfter, 1) // so that WeChat is asked what it knows
		w.told()
		if got, sh := w.states(v.No), w.known(v.No); got != "1:done: " || sh.MchID != w.Merchant.MchID || sh.Uploads != 1 {
			t.Fatalf("it is %s, WeChat knows %+v", got, sh)
		}
		if _, err := w.Fulfilment.Track(w.staff, []fulfilment.Event{w.happens("ZTO0000001", model.ParcelDelivered)}); err != nil {
			t.Fatal(err)
		}
		w.told()
		if w.known(v.No).RemindedAt.IsZero() {
			t.Error("the consumer was not reminded")
		}
	})
}
