package privacy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/address"
	"hutong/service/aftersale"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

func TestAConsumerIsToldEverything(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.live()
		e, err := s.Privacy.Export(s.Ctx, s.buyer)
		s.check(err)
		if e.Phone == "" || strings.Contains(e.Phone, "*") || e.Account.No != s.no || len(e.Addresses) != 1 || e.Addresses[0].Detail != street ||
			len(e.Orders) != 1 || e.Orders[0].Place.Phone != "13912345678" || len(e.AfterSales) != 1 || e.AfterSales[0].Words != "门牌在后院" ||
			len(e.Reviews) != 1 || len(e.Pictures) != 3 || len(e.Cart) != 1 || e.Cart[0].Quantity != 2 || len(e.Favourites) != 1 || len(e.History) != 1 || len(e.Log) == 0 {
			t.Errorf("%+v", e)
		}
		if len(e.Payments) != 1 || e.Payments[0].OrderNo != e.Orders[0].No || e.Payments[0].TransactionID == "" || len(e.Refunds) != 0 ||
			len(e.Parcels) != 1 || e.Parcels[0].Waybill == "" || len(e.Parcels[0].Way) != 1 || e.Parcels[0].Way[0].Place != "静安寺站" ||
			len(e.AfterSales[0].Log) != 1 || e.AfterSales[0].Log[0].By != "consumer" || len(e.Leaves) != 1 || e.Leaves[0].Remaining != 1 {
			t.Errorf("payments %+v, parcels %+v, cases %+v, leaves %+v", e.Payments, e.Parcels, e.AfterSales, e.Leaves)
		}
		other, err := s.Privacy.Export(s.Ctx, s.World.Shop().Buyer().Buyer)
		if err == nil {
			t.Errorf("somebody of another shop: %+v", other)
		}
		b, err := json.Marshal(must(s.Privacy.Export(s.Ctx, s.Buyer().Buyer)))
		if err != nil || bytes.Contains(b, []byte(street)) || bytes.Contains(b, []byte("null")) {
			t.Errorf("a neighbour is told %s, %v", b, err)
		}
	})
}

func TestAnAccountInUseStays(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		v := s.buy(s.SKU(900, 50))
		s.inUse("orders")
		s.receive(v.No)
		_, err := s.AfterSale.Apply(s.Ctx, s.buyer, s.key(), v.No, aftersale.Wish{
			Kind: model.AfterSaleReturn, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 0, Quantity: 1}},
		})
		s.check(err)
		s.inUse("after_sales")
		s.withdraw()
		s.check(s.Privacy.Delete(s.Ctx, s.buyer.UserID))
	})
}

// WeChat takes what was sent only with the openid of who paid: until it has, the account stays, also when all has come.
func TestAnAccountStaysUntilWeChatHasHeard(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.check(s.Sim.AddFault(simulator.Fault{Op: simulator.OpShipping, Kind: simulator.NotYetKnown, Times: -1}))
		v := s.buy(s.SKU(900, 50))
		s.ship(v.No)
		_, err := s.Fulfilment.Confirm(s.Ctx, s.buyer, v.No)
		s.check(err)
		s.inUse("orders")
		s.Later(time.Minute)
		if n := s.Count(&model.ShippingUpload{}, "status = ?", model.UploadSending); n != 1 {
			t.Errorf("%d uploads are put off", n)
		}
		s.inUse("orders")
		s.Sim.ClearFaults()
		s.Later(2 * time.Minute)
		s.check(s.Privacy.Delete(s.Ctx, s.buyer.UserID))
		if all := s.Sim.Shipments(); len(all) != 1 || all[0].WholeAt.IsZero() {
			t.Errorf("WeChat knows %+v", all)
		}
	})
}

// An account does not wait for ever: not when WeChat will never hear of what was sent, because the brand has no such service
// there.
func TestAnAccountDoesNotWaitForWhatWeChatNeverHears(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.check(s.Sim.AddFault(simulator.Fault{Op: simulator.OpShipping, Kind: simulator.ErrorBefore, Times: -1}))
		v := s.buy(s.SKU(900, 50))
		s.ship(v.No)
		_, err := s.Fulfilment.Confirm(s.Ctx, s.buyer, v.No)
		s.check(err)
		for range 6 {
			s.Later(24 * time.Hour)
		}
		s.inUse("orders")
		s.Later(25 * time.Hour)
		s.check(s.Privacy.Delete(s.Ctx, s.buyer.UserID))
	})
}

func TestNothingIsLeftOfWhoWantsToBeForgotten(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		no := s.live()
		s.withdraw()
		neighbour := s.Buyer()
		deleted := 0
		for _, err := range testdb.Race(4, func(int) error { return s.Privacy.Delete(s.Ctx, s.buyer.UserID) }) {
			if err == nil {
				deleted++
			} else if !errors.Is(err, model.ErrUnauthorized) {
				t.Error(err)
			}
		}
		if deleted != 1 {
			t.Errorf("deleted %d times", deleted)
		}
		if _, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, s.token); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("the token still works: %v", err)
		}
		if _, err := s.Address.Create(s.Ctx, s.buyer.UserID, s.key(), address.Input{
			Name: "李梅", Phone: "13912345678", ProvinceCode: "31", City: "上海市", District: "静安区", Detail: street,
		}); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("who is gone gets an address: %v", err)
		}
		if in := s.rows(street); fmt.Sprint(in) != kept {
			t.Errorf("the address is left in %q", in)
		}
		if in := s.rows(s.Sim.OpenID(s.Merchant.AppID, "mei")); len(in) != 0 {
			t.Errorf("the openid is left in %q", in)
		}
		s.RunJobs()
		files, err := fs.ReadDir(s.Media.Files(), "photos")
		if err != nil || len(files) != 1 { // the evidence of the case
			t.Errorf("%d photos are left, %v", len(files), err)
		}
		if n := s.Count(&model.Address{}, "user_id = ?", neighbour.UserID); n != 1 {
			t.Error("the neighbour's is gone too")
		}
		v, err := s.Order.AtDesk(s.Ctx, []string{"en"}, no)
		if err != nil || !v.Restricted || v.Place != (model.Place{}) || v.TotalFen != 900 {
			t.Errorf("staff see %+v, %v", v, err)
		}
		cases, _, err := s.AfterSale.Desk(s.Ctx, nil, aftersale.Filter{OrderNo: no, Statuses: model.AfterSaleStatuses}, aftersale.Place{}, 10)
		if err != nil || len(cases) != 1 || !cases[0].Restricted || cases[0].Words != "" || len(cases[0].Pictures) != 0 {
			t.Errorf("staff read what was said: %+v, %v", cases, err)
		}
		if _, err := s.Order.Recipient(s.Ctx, no); !errors.Is(err, model.ErrOrderRestricted) {
			t.Errorf("staff are told who it was: %v", err)
		}
		if again := s.signIn(); again.User.No == s.no || again.User.Phone != "" {
			t.Errorf("who comes again is %+v", again.User)
		}

		s.Later(20 * 24 * time.Hour) // the order comes to its end
		s.Clock.Turn(3*365*24*time.Hour - 30*24*time.Hour)
		s.check(s.CleanUp(t.Context()))
		if in := s.rows(street); fmt.Sprint(in) != kept {
			t.Errorf("before three years the address is in %q", in)
		}
		s.Clock.Turn(40 * 24 * time.Hour)
		s.check(s.CleanUp(t.Context()))
		s.RunJobs()
		if in := append(s.rows(street), s.rows("门牌")...); len(in) != 0 {
			t.Errorf("after three years it is in %q", in)
		}
		if files, err := fs.ReadDir(s.Media.Files(), "photos"); err != nil || len(files) != 0 {
			t.Errorf("%d photos are left, %v", len(files), err)
		}
		if o := s.State(no); o.TotalFen != 900 || o.PurgedAt == 0 {
			t.Errorf("the books have lost it: %+v", o)
		}
	})
}

// The orders of who stays are not purged however old they are.
func TestOrdersOfThoseWhoStayAreKept(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.receive(s.buy(s.SKU(900, 50)).No)
		s.Later(20 * 24 * time.Hour)
		s.Clock.Turn(4 * 365 * 24 * time.Hour)
		s.check(s.CleanUp(t.Context()))
		if n := s.Count(&model.Order{}, "purged_at > 0"); n != 0 {
			t.Errorf("%d were purged", n)
		}
	})
}
