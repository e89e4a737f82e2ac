package groupbuy_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/groupbuy"
)

// running is what is to be had in groups now.
func (s *shop) running(campaign string) []groupbuy.Running {
	s.t.Helper()
	all, err := s.GroupBuy.Running(s.Ctx, campaign, "en")
	s.check(err)
	return all
}

func TestWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		if all := s.running(""); all == nil || len(all) != 0 {
			t.Fatalf("nothing runs, and it says %v", all)
		}
		s.run(3, func(c *groupbuy.Campaign) { c.Prices[0].Quota = 4 })
		all := s.running("")
		if len(all) != 1 || all[0].Campaign != s.campaign || all[0].Product != s.handle() || all[0].PriceFen != price || all[0].SoloFen != solo ||
			all[0].Size != 3 || all[0].Open != 0 || all[0].Missing != 0 || all[0].Until != 0 {
			t.Fatalf("%+v", all)
		}

		// Of the groups that are open the one that wants fewest is told.
		_, first := s.open()
		s.Clock.Turn(time.Minute)
		_, second := s.open()
		if r := s.running("")[0]; r.Open != 2 || r.Missing != 2 || r.Until != s.group(first).ExpiresAt {
			t.Errorf("%+v", r)
		}
		s.pay(s.mustPlace(second))
		if r := s.running(s.campaign)[0]; r.Open != 2 || r.Missing != 1 || r.Until != s.group(second).ExpiresAt {
			t.Errorf("%+v", r)
		}
		// One that is full for now cannot be joined, and what is sold out cannot be had.
		last := s.mustPlace(second)
		if all := s.running(""); len(all) != 0 {
			t.Errorf("sold out, and it runs: %+v", all)
		}
		_, err := s.Payment.Cancel(s.Ctx, last.Buyer.Buyer, last.order.No)
		s.check(err)
		if r := s.running(""); len(r) != 1 || r[0].Open != 2 {
			t.Errorf("%+v", r)
		}

		if all := s.running("01ARZ3NDEKTSV4RRFFQ69G5FAV"); len(all) != 0 {
			t.Errorf("another campaign is %+v", all)
		}
		handle := s.handle()
		s.check(s.Catalogue.SetPublished(s.Ctx, handle, false))
		if all := s.running(""); len(all) != 0 {
			t.Errorf("a product that is not on sale runs: %+v", all)
		}
		s.check(s.Catalogue.SetPublished(s.Ctx, handle, true))
		version := func() int64 { // what is kept in memory follows
			var b model.Brand
			s.check(s.DB.Read(s.Ctx).Where("id = ?", s.Row.ID).Take(&b).Error)
			return b.CatalogueVersion
		}
		before := version()
		_, err = s.GroupBuy.Pause(s.Ctx, s.campaign)
		s.check(err)
		if all := s.running(""); len(all) != 0 || version() <= before {
			t.Errorf("paused, at version %d after %d: %+v", version(), before, all)
		}
		_, err = s.GroupBuy.Resume(s.Ctx, s.campaign)
		s.check(err)
		if all := s.running(""); len(all) != 1 {
			t.Errorf("%+v", all)
		}
		s.Clock.Turn(31 * 24 * time.Hour)
		if all := s.running(""); len(all) != 0 {
			t.Errorf("its time is over: %+v", all)
		}
	})
}
