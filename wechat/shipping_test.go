package wechat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// shipping is a parcel by express of a payment, now.
func (s *shop) shipping(no string, waybills ...string) wechat.Shipping {
	s.clock.add(time.Second)
	out := wechat.Shipping{
		MchID: s.merchant.MchID, OutTradeNo: no, OpenID: s.sim.OpenID(s.merchant.AppID, "mei"), Delivery: model.DeliveryExpress,
		Split: len(waybills) > 1, Whole: true, At: s.clock.now(),
	}
	for _, w := range waybills {
		out.Parcels = append(out.Parcels, wechat.ShippedParcel{
			Carrier: "SF", Waybill: w, Contents: "摩卡壶 ×1", Phone: "138****8000",
		})
	}
	return out
}

func (s *shop) waybills(no string) string {
	s.Helper()
	for _, sh := range s.sim.Shipments() {
		if sh.OutTradeNo == no {
			var all []string
			for _, p := range sh.Parcels {
				all = append(all, p.TrackingNo)
			}
			return strings.Join(all, " ")
		}
	}
	return ""
}

// WeChat knows the payment some seconds late; the same upload again changes nothing, one other is taken, and
// no more.
func TestShippingIsUploadedAndChangedOnce(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	s.paid("ORDER-1")
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF100")); !errors.Is(err, model.ErrPayNotFound) {
		t.Errorf("at once: %v", err)
	}
	if _, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1"); !errors.Is(err, model.ErrPayNotFound) {
		t.Errorf("asked at once: %v", err)
	}
	s.clock.add(10 * time.Second)
	if got, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1"); err != nil || got.Delivery != "" || got.Whole {
		t.Errorf("before: %+v, %v", got, err)
	}
	for range 2 {
		if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF100")); err != nil {
			t.Fatal(err)
		}
	}
	want := wechat.ShippingState{
		Delivery: model.DeliveryExpress, Whole: true, Parcels: []wechat.ShippedParcel{{Carrier: "SF", Waybill: "SF100"}},
	}
	got, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF200")); err != nil {
		t.Errorf("the one change: %v", err)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF300")); !errors.Is(err, model.ErrReshipUsed) {
		t.Errorf("a second change: %v", err)
	}
	if sh := s.sim.Shipments(); len(sh) != 1 || sh[0].Uploads != 2 || sh[0].Reships != 1 || s.waybills("ORDER-1") != "SF200" {
		t.Errorf("%+v", sh)
	}
}

// Parcels that are sent one after the other are added, at most fifteen.
func TestShippingInParcels(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	s.paid("ORDER-1")
	s.clock.add(time.Minute)
	for i := range 15 {
		one := s.shipping("ORDER-1", fmt.Sprintf("SF%d", i))
		one.Split, one.Whole = true, false
		if err := s.client.UploadShipping(ctx, one); err != nil {
			t.Fatal(err)
		}
	}
	more := s.shipping("ORDER-1", "SF15")
	more.Split = true
	if err := s.client.UploadShipping(ctx, more); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("a sixteenth parcel: %v", err)
	}
	last := s.shipping("ORDER-1", "SF14")
	last.Split = true
	if err := s.client.UploadShipping(ctx, last); err != nil {
		t.Fatal(err)
	}
	if got, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1"); err != nil || !got.Whole || len(got.Parcels) != 15 {
		t.Errorf("%+v, %v", got, err)
	}
	if sh := s.sim.Shipments()[0]; sh.Reships != 0 {
		t.Errorf("%d changes were counted", sh.Reships)
	}
}

func TestShippingIsRefused(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	s.paid("ORDER-1")
	s.clock.add(time.Minute)
	for name, c := range map[string]struct {
		spoil func(*wechat.Shipping)
		want  error
	}{
		"another payment":    {func(s *wechat.Shipping) { s.OutTradeNo = "ORDER-2" }, model.ErrPayNotFound},
		"another merchant":   {func(s *wechat.Shipping) { s.MchID = "1699999999" }, model.ErrPayNotFound},
		"another payer":      {func(s *wechat.Shipping) { s.OpenID = "o" + strings.Repeat("x", 27) }, model.ErrInvalid},
		"no waybill":         {func(s *wechat.Shipping) { s.Parcels[0].Waybill = "" }, model.ErrInvalid},
		"no carrier":         {func(s *wechat.Shipping) { s.Parcels[0].Carrier = "" }, model.ErrInvalid},
		"nothing in it":      {func(s *wechat.Shipping) { s.Parcels[0].Contents = "" }, model.ErrInvalid},
		"much in it":         {func(s *wechat.Shipping) { s.Parcels[0].Contents = strings.Repeat("壶", 121) }, model.ErrInvalid},
		"SF, no phone":       {func(s *wechat.Shipping) { s.Parcels[0].Phone = "" }, model.ErrInvalid},
		"SF, phone unmasked": {func(s *wechat.Shipping) { s.Parcels[0].Phone = "13800138000" }, model.ErrInvalid},
		"SF, tail masked":    {func(s *wechat.Shipping) { s.Parcels[0].Phone = "1380013****" }, model.ErrInvalid},
		"pickup in parcels":  {func(s *wechat.Shipping) { s.Delivery, s.Split = model.DeliveryPickup, true }, model.ErrInvalid},
	} {
		in := s.shipping("ORDER-1", "SF100")
		c.spoil(&in)
		if err := s.client.UploadShipping(t.Context(), in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := s.sim.Shipments(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// What has gone back as a whole is not shipped any more, nor is what the consumer has confirmed.
func TestShippingIsOver(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	s.paid("ORDER-1")
	s.paid("ORDER-2")
	s.clock.add(time.Minute)
	_, err := s.client.Refund(ctx, wechat.RefundRequest{OutTradeNo: "ORDER-1", OutRefundNo: "R-1", Amount: 9900, Total: 9900})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF100")); !errors.Is(err, model.ErrWrongState) {
		t.Errorf("refunded: %v", err)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-2", "SF200")); err != nil {
		t.Fatal(err)
	}
	if err := s.sim.ConfirmReceipt("ORDER-2"); err != nil {
		t.Fatal(err)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-2", "SF201")); !errors.Is(err, model.ErrWrongState) {
		t.Errorf("received: %v", err)
	}
}

func TestReminderOnceAndAfterTheShipping(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	ctx := t.Context()
	s.paid("ORDER-1")
	s.clock.add(time.Minute)
	if err := s.client.RemindReceipt(ctx, s.merchant.MchID, "ORDER-1", s.clock.now()); !errors.Is(err, model.ErrWrongState) {
		t.Errorf("before the shipping: %v", err)
	}
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF100")); err != nil {
		t.Fatal(err)
	}
	if err := s.client.RemindReceipt(ctx, s.merchant.MchID, "ORDER-1", s.clock.now().Add(-time.Hour)); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("delivered before it was shipped: %v", err)
	}
	s.clock.add(24 * time.Hour)
	if err := s.client.RemindReceipt(ctx, s.merchant.MchID, "ORDER-1", s.clock.now()); err != nil {
		t.Error(err)
	}
	if err := s.client.RemindReceipt(ctx, s.merchant.MchID, "ORDER-1", s.clock.now()); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("again: %v", err)
	}
}

// A token that WeChat has taken back is replaced within the call; an answer that is lost is unclear, and its
// effect may have happened.
func TestShippingThroughFaults(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 500*time.Millisecond)
	ctx := t.Context()
	s.paid("ORDER-1")
	s.clock.add(time.Minute)
	if err := s.client.UploadShipping(ctx, s.shipping("ORDER-1", "SF100")); err != nil {
		t.Fatal(err)
	}
	s.sim.RevokeTokens(s.merchant.AppID)
	if got, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1"); err != nil || !got.Whole {
		t.Errorf("after the token was taken back: %+v, %v", got, err)
	}
	for _, kind := range []simulator.FaultKind{simulator.Stall, simulator.ErrorAfter, simulator.Drop} {
		no := "ORDER-" + string(kind)
		s.paid(no)
		s.clock.add(time.Minute)
		s.fault(simulator.Fault{Op: simulator.OpShipping, Kind: kind})
		if err := s.client.UploadShipping(ctx, s.shipping(no, "SF1")); !errors.Is(err, model.ErrWeChatBusy) {
			t.Errorf("%s: %v", kind, err)
		}
		if got, err := s.client.ShippingState(ctx, s.merchant.MchID, no); err != nil || !got.Whole {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
	}
	for kind, want := range map[simulator.FaultKind]error{
		simulator.ErrorBefore: model.ErrWeChatBusy, simulator.RateLimit: model.ErrRateLimited,
		simulator.NotYetKnown: model.ErrPayNotFound,
	} {
		s.fault(simulator.Fault{Op: simulator.OpShippingOrder, Kind: kind})
		if _, err := s.client.ShippingState(ctx, s.merchant.MchID, "ORDER-1"); !errors.Is(err, want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
