package storefront_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
)

// A consumer's whole way, over HTTP and through the real SDKs: look around, sign in, fill the cart, have it
// priced, order, pay on WeChat's sheet, and see the order paid because WeChat has called back.
func TestJourney(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop(func(b *brand.Spec) {
			b.Freight = []brand.FreightTemplate{{
				Name: "standard", Default: true, Basis: model.FreightByPiece,
				Rules: []model.FreightRule{{First: 1, FirstFen: 800, Next: 1, NextFen: 200}},
			}}
		})
		stock := int64(5)
		_, err := s.Catalogue.PutCategory(s.Ctx, catalogue.CategorySpec{
			Slug: "kitchen", Name: model.Text{"en": "Kitchen", "zh-CN": "厨房"}, Published: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
			Handle: "moka-pot", Title: model.Text{"en": "Moka pot", "zh-CN": "摩卡壶"}, Categories: []string{"kitchen"}, Published: true,
			Options: []model.Option{{Name: model.Text{"en": "Size"}, Values: []model.Text{{"en": "3 cups"}, {"en": "6 cups"}}}},
			SKUs: []catalogue.SKUSpec{
				{Choice: []int{0}, PriceFen: 9_900, Stock: &stock}, {Choice: []int{1}, PriceFen: 13_900, Stock: &stock},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		f.Clock.Turn(2 * time.Second)

		at := "/v1/" + s.Row.Slug
		token := ""
		get := func(path string, into any) {
			t.Helper()
			f.ask(t, http.MethodGet, at+path, token, "").into(into)
		}
		send := func(method, path, body string, into any) {
			t.Helper()
			f.ask(t, method, at+path, token, body, "Idempotency-Key", "journey-"+method+url.PathEscape(path[1:4])).into(into)
		}

		var categories struct{ Items []struct{ Slug string } }
		get("/categories", &categories)
		if len(categories.Items) != 1 || categories.Items[0].Slug != "kitchen" {
			t.Fatalf("categories: %+v", categories)
		}
		var list struct{ Items []struct{ Handle string } }
		for _, path := range []string{"/products?category=kitchen", "/search?q=" + url.QueryEscape("摩卡"), "/search?q=moka"} {
			if get(path, &list); len(list.Items) != 1 || list.Items[0].Handle != "moka-pot" {
				t.Fatalf("%s: %+v", path, list)
			}
		}
		var product struct {
			SKUs []struct {
				No    string
				Price int64 `json:"price_fen"`
			}
		}
		if get("/products/moka-pot", &product); len(product.SKUs) != 2 || product.SKUs[1].Price != 13_900 {
			t.Fatalf("product: %+v", product)
		}

		token = f.signIn(t, s, "anna")
		var added struct{}
		send(http.MethodPost, "/cart/lines", `{"sku":"`+product.SKUs[1].No+`","quantity":2}`, &added)
		var address struct{ No string }
		send(http.MethodPost, "/addresses", home, &address)
		var quote struct {
			Total   int64 `json:"total_fen"`
			Freight int64 `json:"freight_fen"`
		}
		send(http.MethodPost, "/quote", `{"address":"`+address.No+`"}`, &quote)
		if quote.Freight != 1_000 || quote.Total != 2*13_900+1_000 {
			t.Fatalf("quote: %+v", quote)
		}
		f.ask(t, http.MethodPost, at+"/orders", token, `{"address":"`+address.No+`","expected_total_fen":27800}`,
			"Idempotency-Key", "journey-wrong").refused(http.StatusConflict, "expected_total_fen: price_changed")
		var order struct{ No, Status string }
		send(http.MethodPost, "/orders", `{"address":"`+address.No+`","expected_total_fen":28800}`, &order)
		var cart struct{ Lines []any }
		if get("/cart", &cart); order.Status != "pending" || len(cart.Lines) != 0 {
			t.Fatalf("order %+v, cart %+v", order, cart)
		}
		var parameters map[string]string
		send(http.MethodPut, "/orders/"+order.No+"/payment", "", &parameters)
		for _, name := range []string{"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"} {
			if parameters[name] == "" {
				t.Errorf("the parameters of wx.requestPayment lack %s", name)
			}
		}
		if _, err := f.Sim.Pay(order.No); err != nil {
			t.Fatal(err)
		}
		if got := f.Deliver(); len(got) != 1 || got[0].Status != http.StatusNoContent {
			t.Fatalf("WeChat was answered %+v", got)
		}
		if get("/orders/"+order.No, &order); order.Status != "paid" {
			t.Errorf("the order is %s", order.Status)
		}
		f.Later(time.Hour)
		var orders struct{ Items []struct{ Status string } }
		if get("/orders?status=closed&status=paid", &orders); len(orders.Items) != 1 {
			t.Errorf("paid orders: %+v", orders)
		}
	})
}
