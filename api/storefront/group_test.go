package storefront_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/groupbuy"
	"hutong/service/testshop"
)

// together lets the moka pot be bought by groups of so many.
func together(t *testing.T, s *testshop.Shop, sku string, size int) (campaign string) {
	t.Helper()
	now := s.Clock.Now()
	c, err := s.GroupBuy.Create(s.Ctx, "campaign-"+sku, groupbuy.Campaign{
		Product: "moka-pot", Size: size, StartsAt: model.At(now), EndsAt: model.At(now.Add(48 * time.Hour)),
		Prices: []groupbuy.PriceInput{{SKUNo: sku, PriceFen: 7_900, LeaderFen: 6_900}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.No
}

// guest is a consumer with an address.
type guest struct{ token, address string }

func (f *front) guest(t *testing.T, s *testshop.Shop, name string) guest {
	t.Helper()
	g := guest{token: f.signIn(t, s, name)}
	var a struct{ No string }
	f.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/addresses", g.token, home, "Idempotency-Key", "address-of-"+name).into(&a)
	g.address = a.No
	return g
}

// orders places an order in a group; "" opens one.
func (g guest) orders(t *testing.T, f *front, s *testshop.Shop, sku, campaign, group string, from int, total model.Fen) reply {
	t.Helper()
	wish := fmt.Sprintf(`{"campaign":%q,"from":%d}`, campaign, from)
	if group != "" {
		wish = fmt.Sprintf(`{"campaign":%q,"group":%q,"from":%d}`, campaign, group, from)
	}
	return f.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/orders", g.token, fmt.Sprintf(
		`{"address":%q,"lines":[{"sku":%q,"quantity":1}],"group":%s,"expected_total_fen":%d}`, g.address, sku, wish, total),
		"Idempotency-Key", "order-"+g.address+group)
}

func (g guest) pays(t *testing.T, f *front, s *testshop.Shop, no string) {
	t.Helper()
	f.ask(t, http.MethodPut, "/v1/"+s.Row.Slug+"/orders/"+no+"/payment", g.token, "").want(http.StatusOK)
	if _, err := f.Sim.Pay(no); err != nil {
		t.Fatal(err)
	}
	f.Deliver()
}

// Three consumers form a group over the API, a fourth is refused, and what anybody sees tells nobody's name.
func TestAGroupOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		at := "/v1/" + s.Row.Slug
		var detail struct{ SKUs []struct{ No string } }
		f.ask(t, http.MethodGet, at+"/products/moka-pot", "", "").into(&detail)
		sku := detail.SKUs[0].No
		var none struct{ Offer *groupbuy.Offer }
		f.ask(t, http.MethodGet, at+"/products/moka-pot/group", "", "").into(&none)
		if none.Offer != nil {
			t.Errorf("%+v", none)
		}
		var running struct{ Items []groupbuy.Running }
		if f.ask(t, http.MethodGet, at+"/group-campaigns", "", "").into(&running); running.Items == nil || len(running.Items) != 0 {
			t.Errorf("%+v", running)
		}
		campaign := together(t, s, sku, 3)
		all := f.ask(t, http.MethodGet, at+"/group-campaigns?campaign="+campaign, "", "")
		if all.into(&running); len(running.Items) != 1 || running.Items[0].Campaign != campaign || running.Items[0].PriceFen != 7_900 {
			t.Errorf("%+v", running)
		}
		f.ask(t, http.MethodGet, at+"/group-campaigns?campaign="+campaign, "", "", "If-None-Match", all.header.Get("ETag")).want(http.StatusNotModified)
		var has struct{ Offer groupbuy.Offer }
		f.ask(t, http.MethodGet, at+"/products/moka-pot/group", "", "").into(&has)
		offer := has.Offer
		if offer.Campaign != campaign || offer.Size != 3 || len(offer.Groups) != 0 || len(offer.Prices) != 1 || offer.Prices[0].SoloFen != 9_900 {
			t.Fatalf("%+v", offer)
		}

		var first struct {
			No    string
			Group struct{ No, Seat string }
		}
		anna := f.guest(t, s, "anna")
		anna.orders(t, f, s, sku, campaign, "", 0, 7_900).refused(http.StatusConflict, "expected_total_fen: price_changed")
		anna.orders(t, f, s, sku, campaign, "", 0, 6_900).into(&first)
		anna.pays(t, f, s, first.No)
		group := at + "/groups/" + first.Group.No

		seen := f.ask(t, http.MethodGet, group, "", "")
		tag := seen.header.Get("ETag")
		f.ask(t, http.MethodGet, group, "", "", "If-None-Match", tag).want(http.StatusNotModified)
		var seat struct{ Mine groupbuy.Mine }
		f.ask(t, http.MethodGet, group+"/seat", anna.token, "").into(&seat)
		mine := seat.Mine
		if mine.Order != first.No || mine.Seat != model.SeatPaid || mine.From != 1 || !mine.Leader {
			t.Errorf("%+v", mine)
		}
		poster := f.ask(t, http.MethodGet, group+"/poster", "", "").want(http.StatusOK)
		if drawn, err := png.Decode(bytes.NewReader(poster.body)); err != nil || drawn.Bounds().Dx() != 600 || poster.header.Get("Content-Type") != "image/png" {
			t.Errorf("%v, %v", poster.header, err)
		}
		for i, name := range []string{"bruno", "carla"} {
			g := f.guest(t, s, name)
			var seat, list struct {
				Mine  *groupbuy.Mine
				Items []groupbuy.Mine
			}
			f.ask(t, http.MethodGet, group+"/seat", g.token, "").into(&seat)
			f.ask(t, http.MethodGet, at+"/groups", g.token, "").into(&list)
			if seat.Mine != nil || len(list.Items) != 0 {
				t.Errorf("%s has another one's seat: %+v, %+v", name, seat, list)
			}
			f.ask(t, http.MethodPost, group+"/visits", g.token, `{"from":1}`).want(http.StatusNoContent)
			var o struct{ No string }
			g.orders(t, f, s, sku, campaign, first.Group.No, i+1, 7_900).into(&o)
			g.pays(t, f, s, o.No)
		}
		var formed groupbuy.GroupView
		last := f.ask(t, http.MethodGet, group, "", "", "If-None-Match", tag)
		last.into(&formed)
		if formed.Status != model.GroupFormed || formed.Paid != 3 || formed.Missing != 0 || len(formed.Members) != 3 || formed.Members[0].Name != "王**" ||
			formed.Campaign != campaign || formed.PriceFen != 7_900 || formed.SoloFen != 9_900 {
			t.Errorf("%+v", formed)
		}
		if strings.Contains(string(last.body), "王芳") {
			t.Errorf("a name is told: %s", last.body)
		}
		f.guest(t, s, "dario").orders(t, f, s, sku, campaign, first.Group.No, 0, 7_900).refused(http.StatusConflict, "lines[0]: group_full")
		v, err := s.GroupBuy.Campaign(s.Ctx, campaign)
		if err != nil || v.Figures.SuccessRate != 10_000 || v.Figures.Joined != 2 || v.Figures.Visitors != 2 || v.Figures.DepthMost != 2 || v.Figures.K != 6_666 {
			t.Errorf("%+v, %v", v.Figures, err)
		}
		s.Audit(t)
	})
}
