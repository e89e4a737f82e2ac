package reconcile_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/wechat/simulator"
)

// replaceMerchant has the brand take another merchant at WeChat Pay.
func (s *shop) replaceMerchant() {
	s.t.Helper()
	m, err := s.Sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		s.t.Fatal(err)
	}
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	_, err = s.Brand.SetMerchant(staff, brand.Merchant{
		MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key), CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
		Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey, Replace: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A brand takes another merchant. The new one's bills know nothing of what the one before took and gave back on the day of
// the change: that is not missing in them, nor waited for. Its days before, which cannot be had again, stay as they are.
func TestAnotherMerchant(t *testing.T) {
	each(t, func(s *shop) {
		before := s.today()
		no := s.sell()
		s.next()
		s.run(before)

		change := s.today()
		s.sell()
		s.sellLate()
		s.Later(time.Hour)
		s.replaceMerchant()
		s.next()
		if r := s.run(change); r.Status != model.ReconciliationFinished || r.Payments != 0 {
			s.t.Errorf("%+v", r)
		}
		s.wants("nothing is the new merchant's", change)
		s.Audit(s.t)

		fees := s.fees()
		if r := s.run(before); r.Status != model.ReconciliationFinished || r.Payments != 1 || r.TradeHash == "" {
			s.t.Errorf("%+v", r)
		}
		if n := s.Count(&model.TradeBillRow{}, "day = ? AND no = ?", before, no); n != 1 || s.fees() != fees {
			s.t.Errorf("%d rows of what the merchant before took, fees %d", n, s.fees())
		}
		s.wants("kept", "")
		s.Audit(s.t)
	})
}
