package storefront_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// offers makes a threshold promotion, a coupon for everybody, one by code, and a flash sale of the moka pot.
func (f *front) offers(t *testing.T, s *testshop.Shop) (coupon string) {
	t.Helper()
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	now := model.At(f.Clock.Now())
	until := now.Add(24 * time.Hour)
	amount := func(fen model.Fen) promotion.EffectSpec {
		return promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: fen}
	}
	promote := func(spec promotion.Spec) {
		t.Helper()
		spec.Name, spec.StartsAt, spec.EndsAt, spec.Coupons = model.Text{"en": "Summer", "zh-CN": "夏日"}, now, until, true
		if _, err := s.Promotion.Create(staff, fmt.Sprintf("promotion-%d", spec.Priority), spec); err != nil {
			t.Fatal(err)
		}
	}
	promote(promotion.Spec{Priority: 1, Effect: amount(1_000), Conditions: promotion.ConditionsSpec{AmountFromFen: 15_000}})
	promote(promotion.Spec{
		Priority: 2, Effect: promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 8_000},
		Conditions: promotion.ConditionsSpec{Products: []string{"moka-pot"}}, Quota: &promotion.Quota{Total: 2, PerUser: 1},
	})
	spec := promotion.CouponSpec{
		Name: model.Text{"en": "Welcome", "zh-CN": "新人"}, Access: model.CouponPublic, Effect: amount(500), Back: model.CouponBackUnsent,
		Stackable: true, PerUser: 1, ClaimFrom: now, ClaimUntil: until, ValidDays: 7,
	}
	made, err := s.Promotion.CreateCoupon(staff, "coupon-one", spec)
	if err != nil {
		t.Fatal(err)
	}
	spec.Access, spec.Code = model.CouponByCode, "CIAO2026"
	if _, err := s.Promotion.CreateCoupon(staff, "coupon-two", spec); err != nil {
		t.Fatal(err)
	}
	return made.No
}

// From the coupon centre to the paid order, over HTTP, and what is refused on the way.
func TestCouponJourney(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		stock := int64(50)
		_, err := s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
			Handle: "moka-pot", Title: model.Text{"en": "Moka pot"}, Published: true, SKUs: []catalogue.SKUSpec{{PriceFen: 9_900, Stock: &stock}},
		})
		if err != nil {
			t.Fatal(err)
		}
		at := "/v1/" + s.Row.Slug
		var product struct{ SKUs []struct{ No string } }
		before := f.ask(t, http.MethodGet, at+"/products/moka-pot", "", "")
		before.into(&product)
		kind := f.offers(t, s)
		f.Clock.Turn(2 * time.Second)
		if after := f.ask(t, http.MethodGet, at+"/products/moka-pot", "", ""); string(after.body) != string(before.body) {
			t.Errorf("the cached page has changed: %s", after.body)
		}

		var offers promotion.ProductOffers
		f.ask(t, http.MethodGet, at+"/products/moka-pot/offers", "", "").into(&offers)
		if len(offers.FlashSales) != 1 || offers.FlashSales[0].Products[0].SalePriceFen != 8_000 || len(offers.Promotions) != 1 || len(offers.Coupons) != 1 {
			t.Errorf("offers: %+v", offers)
		}
		var sales struct{ Items []promotion.FlashView }
		if f.ask(t, http.MethodGet, at+"/flash-sales", "", "").into(&sales); len(sales.Items) != 1 {
			t.Errorf("flash sales: %+v", sales)
		}

		if f.ask(t, http.MethodGet, at+"/flash-sales?promotion="+kind, "", "").into(&sales); len(sales.Items) != 0 {
			t.Errorf("another flash sale: %+v", sales)
		}
		f.ask(t, http.MethodGet, at+"/coupons", "", "").refused(http.StatusUnauthorized, "unauthorized")
		token := f.signIn(t, s, "anna")
		post := func(path, key, body string) reply {
			t.Helper()
			return f.ask(t, http.MethodPost, at+path, token, body, "Idempotency-Key", key)
		}
		var centre struct{ Items []promotion.CentreView }
		if f.ask(t, http.MethodGet, at+"/coupons", token, "", "Accept-Language", "zh-CN").into(&centre); len(centre.Items) != 1 || centre.Items[0].Name != "新人" {
			t.Errorf("centre: %+v", centre)
		}
		var claim, again promotion.ClaimView
		post("/coupons/"+kind+"/claims", "claim-0001", "").into(&claim)
		if post("/coupons/"+kind+"/claims", "claim-0001", "").into(&again); again != claim {
			t.Errorf("the same key: %+v, %+v", claim, again)
		}
		post("/coupons/"+kind+"/claims", "claim-0002", "").refused(http.StatusConflict, "coupon_limit")
		post("/coupons/01JZQ4T7M9S8X5N2K6V3B1C0DE/claims", "claim-0003", "").refused(http.StatusNotFound, "coupon_not_found")
		post("/coupon-codes", "code-0001", `{"code":"ciao 2026"}`).want(http.StatusCreated)
		post("/coupon-codes", "code-0002", `{"code":"wrong"}`).refused(http.StatusNotFound, "code: coupon_code_unknown")
		var mine struct{ Items []promotion.ClaimView }
		if f.ask(t, http.MethodGet, at+"/my-coupons?status=claimed", token, "").into(&mine); len(mine.Items) != 2 {
			t.Errorf("mine: %+v", mine)
		}

		var address struct{ No string }
		post("/addresses", "address-1", home).into(&address)
		lines := func(n int) string {
			return fmt.Sprintf(`"address":%q,"coupon":%q,"lines":[{"sku":%q,"quantity":%d}]`, address.No, claim.No, product.SKUs[0].No, n)
		}
		var quote struct {
			Total         int64  `json:"total_fen"`
			CouponProblem string `json:"coupon_problem"`
			Hints         []struct{ Key string }
		}
		if post("/quote", "", "{"+lines(1)+"}").into(&quote); quote.Total != 7_500 {
			t.Errorf("one in the sale: %+v", quote)
		}
		if post("/quote", "", "{"+lines(2)+"}").into(&quote); quote.Total != 18_300 || quote.Hints[0].Key != "flash_limit" {
			t.Errorf("two, more than one may have in the sale: %+v", quote)
		}
		refused := post("/orders", "order-0001", "{"+lines(1)+`,"expected_total_fen":9900}`)
		refused.refused(http.StatusConflict, "expected_total_fen: price_changed")
		var answered struct {
			Args  map[string]string
			Quote json.RawMessage
		}
		if err := json.Unmarshal(refused.body, &answered); err != nil || answered.Args["total_fen"] != "7500" {
			t.Errorf("%s, %v", refused.body, err)
		}
		var asked, told any
		post("/quote", "", "{"+lines(1)+"}").into(&asked)
		if err := json.Unmarshal(answered.Quote, &told); err != nil || !reflect.DeepEqual(asked, told) {
			t.Errorf("the refusal has the quote %s, asked for it is %v (%v)", answered.Quote, asked, err)
		}
		var order struct{ No, Status string }
		post("/orders", "order-0002", "{"+lines(1)+`,"expected_total_fen":7500}`).into(&order)
		if post("/quote", "", "{"+lines(1)+"}").into(&quote); quote.CouponProblem != "coupon_used" || quote.Total != 9_900 {
			t.Errorf("again: %+v", quote)
		}
		f.ask(t, http.MethodPut, at+"/orders/"+order.No+"/payment", token, "").want(http.StatusOK)
		if _, err := f.Sim.Pay(order.No); err != nil {
			t.Fatal(err)
		}
		f.Deliver()
		if f.ask(t, http.MethodGet, at+"/orders/"+order.No, token, "").into(&order); order.Status != "paid" {
			t.Errorf("the order is %s", order.Status)
		}
		if f.ask(t, http.MethodGet, at+"/my-coupons?status=used", token, "").into(&mine); len(mine.Items) != 1 || mine.Items[0].No != claim.No {
			t.Errorf("used: %+v", mine)
		}

		// A stranger's coupon is nobody's.
		token = f.signIn(t, s, "bruno")
		post("/addresses", "address-1", home).into(&address)
		if post("/quote", "", "{"+lines(1)+"}").into(&quote); quote.CouponProblem != "coupon_not_found" {
			t.Errorf("a stranger's coupon: %+v", quote)
		}
	})
}
