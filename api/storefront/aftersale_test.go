package storefront_test

import (
	"net/http"
	"testing"
)

// A consumer asks for their money back, looks at the case, and thinks better of it.
func TestAfterSale(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		at := "/v1/" + s.Row.Slug

		var c struct {
			No, Order, Status string
			DeadlineAt        int64 `json:"deadline_at"`
			AmountFen         int64 `json:"amount_fen"`
			Events            []struct{ To, Actor, Reason string }
			Lines             []struct{ Title string }
		}
		f.ask(t, http.MethodGet, at+"/after-sales/"+has.afterSale, token, "").into(&c)
		if c.Status != "applied" || c.AmountFen != 9_900 || c.DeadlineAt == 0 || len(c.Events) != 1 || c.Lines[0].Title != "Moka pot" && c.Lines[0].Title != "摩卡壶" {
			t.Errorf("%+v", c)
		}
		paid := at + "/orders/" + c.Order
		wish := `{"kind":"refund","reason":"unwanted","lines":[{"line":0,"quantity":1}]}`
		var options struct {
			Lines   []struct{ Refund, Return int }
			Reasons []struct{ Code string }
		}
		f.ask(t, http.MethodGet, paid+"/after-sale", token, "").into(&options)
		if len(options.Lines) != 1 || options.Lines[0].Refund != 0 || len(options.Reasons) == 0 {
			t.Errorf("%+v", options)
		}
		f.ask(t, http.MethodPost, paid+"/after-sales/quote", token, wish).refused(409, "lines[0].quantity: pieces_taken")
		f.ask(t, http.MethodPut, at+"/after-sales/"+c.No+"/parcel", token, `{"carrier":"SF","waybill":"SF1234567890"}`).refused(409, "wrong_state")
		f.ask(t, http.MethodPost, at+"/after-sales/"+c.No+"/withdrawal", token, "").into(&c)
		if c.Status != "withdrawn" {
			t.Errorf("%+v", c)
		}
		var offer struct {
			AmountFen     int64  `json:"amount_fen"`
			ReturnFreight string `json:"return_freight"`
		}
		f.ask(t, http.MethodPost, paid+"/after-sales/quote", token, wish).into(&offer)
		if offer.AmountFen != 9_900 || offer.ReturnFreight != "none" {
			t.Errorf("%+v", offer)
		}
		f.ask(t, http.MethodPost, paid+"/after-sales", token, wish).refused(400, "Idempotency-Key: idempotency_key_required")
		f.ask(t, http.MethodPost, paid+"/after-sales", token, wish, "Idempotency-Key", "another-case").want(http.StatusCreated)

		var page struct {
			Items      []struct{ No, Status string }
			NextCursor string `json:"next_cursor"`
		}
		f.ask(t, http.MethodGet, at+"/after-sales?limit=1&order="+c.Order, token, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Status != "applied" || page.NextCursor == "" {
			t.Errorf("the first page: %+v", page)
		}
		f.ask(t, http.MethodGet, at+"/after-sales?limit=1&cursor="+page.NextCursor, token, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].No != has.afterSale {
			t.Errorf("the second page: %+v", page)
		}
		f.ask(t, http.MethodGet, at+"/after-sales?order=01JZQ4T7M9S8X5N2K6V3B1C0DE", token, "").refused(404, "order_not_found")
	})
}
