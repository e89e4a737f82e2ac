package storefront_test

import (
	"net/http"
	"strings"
	"testing"

	"hutong/service/address"
)

const goodAddress = `{"name":"王小明","phone":"13800138000","province_code":"31","city":"上海市","district":"静安区","detail":"南京西路 1 号"}`

func TestAddresses(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		at, ann, bob := "/v1/"+s.Row.Slug+"/addresses", f.signIn(t, s, "ann"), f.signIn(t, s, "bob")
		create := func(key, body string) reply {
			return f.ask(t, http.MethodPost, at, ann, body, "Idempotency-Key", key)
		}
		var list struct{ Items []address.View }
		f.ask(t, http.MethodGet, at, ann, "").into(&list)
		if list.Items == nil || len(list.Items) != 0 {
			t.Errorf("%+v", list)
		}

		var home, again, work address.View
		create("key-home", goodAddress).want(201).into(&home)
		if home.Province != "上海市" || !home.Default || home.Postcode != "" {
			t.Errorf("%+v", home)
		}
		create("key-home", goodAddress).want(201).into(&again)
		if again != home {
			t.Errorf("the second time %+v", again)
		}
		create("key-home", strings.Replace(goodAddress, "王小明", "李雷", 1)).refused(409, "Idempotency-Key: idempotency_key_reused")
		f.ask(t, http.MethodPost, at, ann, goodAddress).refused(400, "Idempotency-Key: idempotency_key_required")
		create("key-work", goodAddress).into(&work)

		bad := create("key-bad-1", `{"name":" ","phone":"123","province_code":"99","city":"","detail":"`+strings.Repeat("x", 121)+`"}`)
		bad.refused(400, "detail: too_long")
		create("key-bad-2", `{"name":" ","phone":"12345678901","province_code":"99","city":"上海","detail":"x"}`).
			refused(400, "name: required", "phone: invalid", "province_code: invalid")
		if strings.Contains(string(bad.body), "12345678901") {
			t.Errorf("a phone is in the answer: %s", bad.body)
		}

		changed := strings.Replace(goodAddress, `"name"`, `"default":true,"name"`, 1)
		f.ask(t, http.MethodPut, at+"/"+work.No, ann, changed).into(&work)
		f.ask(t, http.MethodGet, at, ann, "").into(&list)
		if len(list.Items) != 2 || list.Items[0].No != work.No || !list.Items[0].Default || list.Items[1].Default {
			t.Errorf("%+v", list)
		}

		f.ask(t, http.MethodGet, at+"/"+home.No, bob, "").refused(404, "address_not_found")
		f.ask(t, http.MethodPut, at+"/"+home.No, bob, goodAddress).refused(404, "address_not_found")
		f.ask(t, http.MethodDelete, at+"/"+home.No, bob, "").refused(404, "address_not_found")
		f.ask(t, http.MethodGet, at+"/"+home.No, ann, "").into(&again)
		f.ask(t, http.MethodDelete, at+"/"+work.No, ann, "").want(204)
		f.ask(t, http.MethodDelete, at+"/"+work.No, ann, "").refused(404, "address_not_found")
		f.ask(t, http.MethodGet, at+"/"+home.No, ann, "").into(&again)
		if !again.Default {
			t.Errorf("no default is left: %+v", again)
		}
	})
}
