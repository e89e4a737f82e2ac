package storefront_test

import (
	"fmt"
	"net/http"
	"testing"

	"hutong/service/cart"
)

func TestCart(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		at, ann, bob := "/v1/"+s.Row.Slug+"/cart", f.signIn(t, s, "ann"), f.signIn(t, s, "bob")
		cup, pot := s.SKU(100, 5), s.SKU(250, 1)
		add := func(key, sku string, quantity int) reply {
			return f.ask(t, http.MethodPost, at+"/lines", ann, fmt.Sprintf(`{"sku":%q,"quantity":%d}`, sku, quantity), "Idempotency-Key", key)
		}
		var added cart.Added
		for range 2 { // the second is a repetition
			add("key-cup-1", cup.No, 2).want(200).into(&added)
			if added != (cart.Added{SKU: cup.No, Quantity: 2, Pieces: 2}) {
				t.Errorf("%+v", added)
			}
		}
		add("key-pot-1", pot.No, 2).into(&added)
		add("key-pot-1", pot.No, 3).refused(409, "Idempotency-Key: idempotency_key_reused")
		add("key-pot-2", pot.No, 0).refused(400, "quantity: too_small")
		add("key-pot-3", pot.No, 10_000).refused(400, "quantity: too_big")
		add("key-pot-4", pot.No, 9_999).refused(400, "quantity: too_big")
		add("key-none", "01JZQ4T7M9S8X5N2K6V3B1C0DE", 1).refused(409, "not_on_sale")
		f.ask(t, http.MethodPost, at+"/lines", ann, fmt.Sprintf(`{"sku":%q,"quantity":1}`, cup.No)).
			refused(400, "Idempotency-Key: idempotency_key_required")

		var v cart.View
		f.ask(t, http.MethodGet, at, ann, "").into(&v)
		if len(v.Lines) != 2 || v.Pieces != 4 || v.SelectedFen != 200 || v.Lines[0].Problem != "out_of_stock" || v.Lines[0].SKU != pot.No {
			t.Errorf("%+v", v)
		}
		f.ask(t, http.MethodPatch, at+"/lines/"+pot.No, ann, `{"quantity":1}`).into(&v)
		if v.SelectedFen != 450 || !v.AllSelected {
			t.Errorf("%+v", v)
		}
		f.ask(t, http.MethodPatch, at+"/lines/"+pot.No, ann, `{}`).refused(400, "quantity: required")
		f.ask(t, http.MethodPatch, at+"/lines/"+pot.No, ann, `{"quantity":0}`).refused(400, "quantity: too_small")
		f.ask(t, http.MethodPatch, at, ann, `{"selected":false}`).into(&v)
		if v.SelectedFen != 0 || v.AllSelected {
			t.Errorf("%+v", v)
		}

		f.ask(t, http.MethodGet, at, bob, "").into(&v)
		if len(v.Lines) != 0 {
			t.Errorf("bob sees %+v", v)
		}
		f.ask(t, http.MethodPatch, at+"/lines/"+cup.No, bob, `{"quantity":5}`).refused(404, "line_not_found")
		f.ask(t, http.MethodDelete, at+"/lines/"+cup.No, bob, "").refused(404, "line_not_found")

		f.ask(t, http.MethodDelete, at+"/unavailable", ann, "").into(&v)
		f.ask(t, http.MethodDelete, at+"/lines/"+cup.No, ann, "").into(&v)
		if len(v.Lines) != 1 || v.Lines[0].SKU != pot.No {
			t.Errorf("%+v", v)
		}
	})
}
