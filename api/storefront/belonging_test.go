package storefront_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/testshop"
)

const home = `{"name":"王芳","phone":"13800000000","province_code":"31","city":"上海市","district":"静安区","detail":"南京西路 1 号"}`

// things are the numbers of what a consumer has.
type things struct{ address, order, sku, afterSale, received, review, picture string }

// furnish lets a consumer have one of everything.
func furnish(t *testing.T, f *front, s *testshop.Shop, person string) (token string, has things) {
	t.Helper()
	token = f.signIn(t, s, person)
	at := "/v1/" + s.Row.Slug
	calls := 0
	do := func(path, body string) (made struct{ No string }) {
		calls++
		f.ask(t, http.MethodPost, at+path, token, body, "Idempotency-Key", fmt.Sprintf("key-of-%s-%d", person, calls)).into(&made)
		return made
	}
	var product struct{ SKUs []struct{ No string } }
	f.ask(t, http.MethodGet, at+"/products/moka-pot", "", "").into(&product)
	has.sku = product.SKUs[0].No
	has.address = do("/addresses", home).No
	do("/cart/lines", `{"sku":"`+has.sku+`","quantity":1}`)
	paid := do("/orders", `{"address":"`+has.address+`","expected_total_fen":9900,"lines":[{"sku":"`+has.sku+`","quantity":1}]}`).No
	f.ask(t, http.MethodPut, at+"/orders/"+paid+"/payment", token, "").want(http.StatusOK)
	if _, err := f.Sim.Pay(paid); err != nil {
		t.Fatal(err)
	}
	f.Deliver()
	has.afterSale = do("/orders/"+paid+"/after-sales", `{"kind":"refund","reason":"unwanted","lines":[{"line":0,"quantity":1}]}`).No
	has.order = do("/orders", `{"address":"`+has.address+`","expected_total_fen":9900,"lines":[{"sku":"`+has.sku+`","quantity":1}]}`).No
	return token, has
}

// interest lets a consumer have a review that nobody else may see yet, a picture that nothing shows yet, a favourite
// and a history.
func interest(t *testing.T, f *front, s *testshop.Shop, token string, has things) things {
	t.Helper()
	at := "/v1/" + s.Row.Slug
	has.received = f.receive(t, s, token, has, "to-be-reviewed")
	var r struct{ No string }
	f.ask(t, http.MethodPost, at+"/reviews", token, `{"order":"`+has.received+`","line":0,"rating":1,"words":"theirs alone"}`,
		"Idempotency-Key", "their-review").into(&r)
	has.review, has.picture = r.No, f.sendPhoto(t, s, token).No
	for _, path := range []string{"/favourites/moka-pot", "/history/moka-pot"} {
		f.ask(t, http.MethodPut, at+path, token, "").want(http.StatusNoContent)
	}
	return has
}

// sellMoka puts one product on sale.
func sellMoka(t *testing.T, s *testshop.Shop) {
	t.Helper()
	stock := int64(50)
	_, err := s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
		Handle: "moka-pot", Title: model.Text{"en": "Moka pot", "zh-CN": "摩卡壶"}, Published: true,
		SKUs: []catalogue.SKUSpec{{Choice: []int{}, PriceFen: 9_900, Stock: &stock}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// bodies is what each operation with a body is sent, naming what is somebody else's. An operation that is
// missing here fails the test: whoever adds one says how a stranger would use it.
func bodies(of things) map[string]string {
	basket := `"address":"` + of.address + `","lines":[{"sku":"` + of.sku + `","quantity":1}]`
	const anyWish = `{"kind":"refund","reason":"unwanted","lines":[{"line":0,"quantity":1}]}`
	shown := `"pictures":["` + of.picture + `"]`
	return map[string]string{
		"sign-in": `{"code":"0123456789abcdef"}`, "set-phone": `{"code":"0123456789abcdef"}`, "change-me": `{"language":"en"}`,
		"create-address": home, "replace-address": home,
		"add-to-cart": `{"sku":"` + of.sku + `","quantity":1}`, "change-cart-line": `{"quantity":3}`, "select-cart": `{"selected":false}`,
		"quote-after-sale": anyWish, "apply-after-sale": anyWish, "send-back": `{"carrier":"SF","waybill":"SF1234567890"}`,
		"escalate-after-sale": `{"words":"mine",` + shown + `}`, "delete-me": `{"confirm":"no"}`, "set-history-settings": `{"paused":true}`, "write-review": `{"order":"` + of.received + `","line":0,"rating":1,` + shown + `}`, "add-to-review": `{"words":"mine"}`, "send-picture": `{}`,
		"note-group-visit":   `{"from":1}`,
		"redeem-coupon-code": `{"code":"theirs"}`,
		"grant-messages":     `{"templates":["theirs-theirs-theirs-theirs"]}`,
		"quote":              `{` + basket + `}`, "place-order": `{` + basket + `,"expected_total_fen":9900}`,
	}
}

// Strangers try every route with the numbers of what is not theirs: a customer of brand A at A and at B, and
// nobody at all. Not one row of B is written, and nothing of its customer is told. A customer of B tries the
// same with what is another customer's: they change their own things alone.
func TestNobodyReachesWhatIsNotTheirs(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		a, b := f.Shop(), f.Shop()
		sellMoka(t, a)
		sellMoka(t, b)
		tokenOfA, _ := furnish(t, f, a, "anna")
		tokenOfB, theirs := furnish(t, f, b, "bruno")
		theirs = interest(t, f, b, tokenOfB, theirs)
		neighbour := f.signIn(t, b, "carla")

		before := b.Fingerprint()
		tryEverything(t, f, a, "a customer of A at A", tokenOfA, theirs)
		tryEverything(t, f, b, "a customer of A at B", tokenOfA, theirs)
		tryEverything(t, f, b, "nobody at B", "", theirs)
		if diff := cmp.Diff(before, b.Fingerprint()); diff != "" {
			t.Errorf("strangers have changed rows of B: %s", diff)
		}

		tryEverything(t, f, b, "another customer of B", neighbour, theirs)
		at := "/v1/" + b.Row.Slug
		var order struct{ Status string }
		f.ask(t, http.MethodGet, at+"/orders/"+theirs.order, tokenOfB, "").into(&order)
		var cart struct{ Lines []struct{ Quantity int } }
		f.ask(t, http.MethodGet, at+"/cart", tokenOfB, "").into(&cart)
		f.ask(t, http.MethodGet, at+"/addresses/"+theirs.address, tokenOfB, "").want(http.StatusOK)
		var afterSale struct{ Status string }
		f.ask(t, http.MethodGet, at+"/after-sales/"+theirs.afterSale, tokenOfB, "").into(&afterSale)
		if afterSale.Status != "applied" {
			t.Errorf("the neighbour has changed a case to %s", afterSale.Status)
		}
		var kept struct{ Favourite bool }
		f.ask(t, http.MethodGet, at+"/favourites/moka-pot", tokenOfB, "").into(&kept)
		var seen, said struct {
			Items []struct{ No, Status, Words string }
		}
		f.ask(t, http.MethodGet, at+"/history", tokenOfB, "").into(&seen)
		f.ask(t, http.MethodGet, at+"/reviews", tokenOfB, "").into(&said)
		if !kept.Favourite || len(seen.Items) != 1 {
			t.Errorf("the neighbour has changed what is kept: %t, %+v", kept.Favourite, seen)
		}
		if len(said.Items) != 1 || said.Items[0].No != theirs.review || said.Items[0].Status != "checking" || said.Items[0].Words != "theirs alone" {
			t.Errorf("the neighbour has changed a review: %+v", said)
		}
		if n := b.Count(&model.Photo{}, "no = ? AND used_at = 0", theirs.picture); n != 1 {
			t.Error("the neighbour shows a picture that is not theirs")
		}
		if order.Status != "pending" || len(cart.Lines) != 1 || cart.Lines[0].Quantity != 1 {
			t.Errorf("the neighbour has changed an order to %s or a cart to %+v", order.Status, cart)
		}
	})
}

func tryEverything(t *testing.T, f *front, s *testshop.Shop, who, token string, theirs things) {
	t.Helper()
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string                `json:"operationId"`
			RequestBody any                   `json:"requestBody"`
			Security    []map[string][]string `json:"security"`
		}
	}
	description, err := f.api.OpenAPI()
	if err == nil {
		err = json.Unmarshal(description, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		number := theirs.order
		if strings.Contains(path, "/addresses/") {
			number = theirs.address
		} else if strings.Contains(path, "/after-sales/{no}") {
			number = theirs.afterSale
		} else if strings.Contains(path, "/reviews/{no}") {
			number = theirs.review
		}
		target := strings.NewReplacer("{brand}", s.Row.Slug, "{no}", number, "{sku}", theirs.sku, "{handle}", "moka-pot", "{slug}", "home").Replace(path)
		for method, op := range d.Paths[path] {
			body, known := bodies(theirs)[op.OperationID]
			if op.RequestBody != nil && !known {
				t.Errorf("say in this test what a stranger would send to %s", op.OperationID)
				continue
			}
			r := f.ask(t, strings.ToUpper(method), target, token, body, "Idempotency-Key", "stranger-"+op.OperationID)
			told := slices.ContainsFunc([]string{theirs.order, theirs.afterSale, theirs.address, theirs.received, theirs.review, theirs.picture, "theirs alone"},
				func(private string) bool { return strings.Contains(string(r.body), private) })
			if r.status >= 500 || told {
				t.Errorf("%s: %s: %d %s", who, op.OperationID, r.status, r.body)
			}
			if len(op.Security) > 0 && strings.Contains(path, "{no}") && r.status < 400 {
				t.Errorf("%s: %s: %d %s", who, op.OperationID, r.status, r.body)
			}
		}
	}
}
