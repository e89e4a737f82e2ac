package storefront_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hutong/model"
)

// logged is what of each consumers' operation that writes is found in the audit log, or why nothing is.
var logged = map[string]string{
	"sign-in": "consumer.join", "set-phone": "consumer.phone", "change-me": "consumer.language",
	"create-address": "address.add", "replace-address": "address.change", "delete-address": "address.remove",
	"apply-after-sale": "after_sale.applied", "withdraw-after-sale": "after_sale.withdrawn",
	"export-me": "privacy.export", "delete-me": "privacy.delete", "cancel-order": "order.cancel",

	// Staff and jobs go on with a case in the same function, which its own tests look at.
	"send-back": "", "escalate-after-sale": "", "confirm-replacement": "",
	"confirm-receipt": "", "write-review": "", "add-to-review": "", "remove-review": "", "grant-messages": "",
	// The order itself says who, what, when and from where.
	"place-order": "",
	// The coupon itself says who, when and by which way; what it saves is in the order.
	"claim-coupon": "", "redeem-coupon-code": "",
	// Nothing of money, orders or personal data is changed by these.
	"quote": "", "quote-after-sale": "", "prepare-payment": "", "refresh-payment": "",
	"add-to-cart": "", "change-cart-line": "", "remove-cart-line": "", "select-cart": "", "clear-unavailable": "",
	// Of what somebody likes, looked at and showed, the consumer sees and removes each row.
	"add-favourite": "", "remove-favourite": "", "note-history": "", "forget-history": "", "clear-history": "", "set-history-settings": "",
	"send-picture": "",
	// That somebody looked at a group is for the brand's figures alone.
	"note-group-visit": "",
}

// Whoever adds an operation that writes says what the log has of it, or why nothing.
func TestWhatConsumersChangeIsInTheAuditLog(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		var d struct {
			Paths map[string]map[string]struct {
				OperationID string `json:"operationId"`
			}
		}
		description, err := f.api.OpenAPI()
		if err == nil {
			err = json.Unmarshal(description, &d)
		}
		if err != nil {
			t.Fatal(err)
		}
		known := maps.Clone(logged)
		for _, operations := range d.Paths {
			for method, op := range operations {
				if _, said := logged[op.OperationID]; !said && method != "get" {
					t.Errorf("say in this test what the audit log has of %s", op.OperationID)
				}
				delete(known, op.OperationID)
			}
		}
		if len(known) > 0 {
			t.Errorf("there is no operation %v", slices.Sorted(maps.Keys(known)))
		}

		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		at := "/v1/" + s.Row.Slug
		phone, err := f.Sim.PhoneCode(s.Merchant.AppID, "anna")
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range [][3]string{
			{http.MethodPost, "/me/phone", `{"code":"` + phone + `"}`},
			{http.MethodPatch, "/me", `{"language":"zh-CN"}`},
			{http.MethodPut, "/addresses/" + has.address, strings.Replace(home, "王芳", "李梅", 1)},
			{http.MethodDelete, "/addresses/" + has.address, ""},
			{http.MethodPost, "/after-sales/" + has.afterSale + "/withdrawal", ""},
			{http.MethodPost, "/orders/" + has.order + "/cancel", ""},
			{http.MethodGet, "/me/export", ""},
		} {
			if r := f.ask(t, step[0], at+step[1], token, step[2]); r.status >= 300 {
				t.Errorf("%s: %d %s", r.of, r.status, r.body)
			}
		}
		f.ask(t, http.MethodPost, at+"/me/deletion", f.signIn(t, s, "bruno"), `{"confirm":"delete"}`).want(http.StatusNoContent)
		for operation, action := range logged {
			if action != "" && s.Count(&model.AuditEntry{}, "action = ? AND actor_kind = 'consumer' AND actor_no <> '' AND address = '192.0.2.0/24'", action) == 0 {
				t.Errorf("%s has left no %s", operation, action)
			}
		}
		for _, personal := range []string{"李梅", "王芳", "13800000000", "南京西路"} {
			if strings.Contains(s.Fingerprint()["*model.AuditEntry"], personal) {
				t.Errorf("the log tells %s", personal)
			}
		}
		if n := s.Count(&model.Order{}, "placed_from <> ''"); n != 2 {
			t.Errorf("%d orders say where they were placed from", n)
		}
	})
}

func TestAConsumerIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		at := "/v1/" + s.Row.Slug
		f.ask(t, http.MethodPost, at+"/me/deletion", token, `{}`).refused(http.StatusBadRequest, "confirm: required")
		f.ask(t, http.MethodPost, at+"/me/deletion", token, `{"confirm":"delete"}`).refused(http.StatusConflict, "account_in_use")
		stranger := f.signIn(t, s, "bruno")
		var e struct {
			Account   struct{ No string }
			Addresses []any
			Orders    []any
		}
		f.ask(t, http.MethodGet, at+"/me/export", token, "").into(&e)
		if len(e.Addresses) != 1 || len(e.Orders) != 2 {
			t.Errorf("%+v", e)
		}
		f.ask(t, http.MethodPost, at+"/me/deletion", stranger, `{"confirm":"delete"}`).want(http.StatusNoContent)
		f.ask(t, http.MethodGet, at+"/me", stranger, "").refused(http.StatusUnauthorized, "unauthorized")
		f.ask(t, http.MethodGet, at+"/orders/"+has.order, token, "").want(http.StatusOK)
	})
}
