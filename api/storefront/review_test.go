package storefront_test

import (
	"fmt"
	"net/http"
	"testing"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/testshop"
)

// receive lets a consumer buy a piece and have it: the order's number.
func (f *front) receive(t *testing.T, s *testshop.Shop, token string, has things, key string) (no string) {
	t.Helper()
	at := "/v1/" + s.Row.Slug
	var placed struct{ No string }
	f.ask(t, http.MethodPost, at+"/orders", token,
		`{"address":"`+has.address+`","expected_total_fen":9900,"lines":[{"sku":"`+has.sku+`","quantity":1}]}`, "Idempotency-Key", key).into(&placed)
	f.ask(t, http.MethodPut, at+"/orders/"+placed.No+"/payment", token, "").want(http.StatusOK)
	if _, err := f.Sim.Pay(placed.No); err != nil {
		t.Fatal(err)
	}
	f.Deliver()
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	_, err := f.Fulfilment.Ship(staff, key+"-ship", placed.No, fulfilment.Shipment{
		Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "ZTO", Waybill: "ZTO" + placed.No[16:]}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.ask(t, http.MethodPost, at+"/orders/"+placed.No+"/receipt", token, "").want(http.StatusOK)
	return placed.No
}

type shownReviews struct {
	Summary struct {
		Count, Average int
		ByRating       []int `json:"by_rating"`
	}
	Items []struct {
		No, Author string
		Rating     int
		Pictures   []photo
	}
	NextCursor string `json:"next_cursor"`
}

// A consumer reviews what came; all read it page by page, and ask again for no more than what is new.
func TestReviews(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		at := "/v1/" + s.Row.Slug
		of := at + "/products/moka-pot/reviews"
		write := func(i, rating int, more string) (no string) {
			order := f.receive(t, s, token, has, fmt.Sprint("bought-", i))
			var r struct{ No, Status string }
			f.ask(t, http.MethodPost, at+"/reviews", token, fmt.Sprintf(`{"order":%q,"line":0,"rating":%d%s}`, order, rating, more),
				"Idempotency-Key", fmt.Sprint("review-", i)).want(http.StatusCreated).into(&r)
			return r.No
		}
		nobody := f.ask(t, http.MethodGet, of, "", "")
		var none shownReviews
		nobody.into(&none)
		if none.Items == nil || none.Summary.Count != 0 || nobody.header.Get("ETag") == "" {
			t.Errorf("%s", nobody.body)
		}
		f.ask(t, http.MethodGet, of, "", "", "If-None-Match", nobody.header.Get("ETag")).want(http.StatusNotModified)
		write(1, 5, "")
		write(2, 4, `,"anonymous":true`)
		write(3, 4, `,"pictures":["`+f.sendPhoto(t, s, token).No+`"]`) // to be looked at, still
		f.ask(t, http.MethodGet, of, "", "", "If-None-Match", nobody.header.Get("ETag")).want(http.StatusOK)

		var page shownReviews
		f.ask(t, http.MethodGet, of+"?limit=1", "", "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Rating != 4 || page.Items[0].Author != "" || page.Summary.Count != 2 || page.Summary.Average != 450 {
			t.Errorf("the first page: %+v", page)
		}
		f.ask(t, http.MethodGet, of+"?limit=1&cursor="+page.NextCursor, "", "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Rating != 5 || page.Items[0].Author != "王**" {
			t.Errorf("the second page: %+v", page)
		}
		var few shownReviews
		f.ask(t, http.MethodGet, of+"?rating=5", "", "").into(&few)
		if len(few.Items) != 1 || few.Summary.Count != 2 {
			t.Errorf("of five stars: %+v", few)
		}
		few = shownReviews{}
		f.ask(t, http.MethodGet, of+"?pictures=true", "", "").into(&few)
		if len(few.Items) != 0 {
			t.Errorf("a picture is shown that nobody has looked at: %+v", few)
		}
		f.ask(t, http.MethodGet, of+"?rating=6", "", "").want(http.StatusBadRequest)
		f.ask(t, http.MethodGet, of+"?cursor=made-up", "", "").refused(http.StatusBadRequest, "cursor: bad_cursor")
		f.ask(t, http.MethodGet, at+"/products/nothing/reviews", "", "").refused(http.StatusNotFound, "product_not_found")
	})
}
