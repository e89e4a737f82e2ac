package console_test

import (
	"net/http"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/testshop"
)

// asked is the number of a case: somebody wants the money for what has not been sent.
func (d *desk) asked(t *testing.T, s *testshop.Shop) string {
	t.Helper()
	b := s.Buyer()
	order := b.MustOrder(b.Wants(s.SKU(900, 3), 1))
	if err := b.Pay(order.No); err != nil {
		t.Fatal(err)
	}
	d.Deliver()
	c, err := d.AfterSale.Apply(s.Ctx, b.Buyer, "key-"+order.No, order.No, aftersale.Wish{
		Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.No
}

// what each operation on a case is sent.
var handlings = map[string]string{
	"agree-after-sale": `{}`, "refuse-after-sale": `{"words":"no"}`, "receive-after-sale": `{"lines":[{"line":0,"restock":1}]}`,
	"resend-after-sale": `{"carrier":"SF","waybill":"SF1234567890"}`, "compensate-after-sale": `{"words":"red packet"}`,
	"decide-after-sale": `{"verdict":"refund","words":"all right"}`,
}

// Staff see the desk, refuse, and the owner has the last word; each of it is in the audit log, with who did it.
func TestAfterSaleDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		serviceNo, service := d.employ(t, s, model.RoleService)
		_, owner := d.employ(t, s, model.RoleOwner)
		first, second := d.asked(t, s), d.asked(t, s)

		var page struct {
			Items      []struct{ No, Status string }
			NextCursor string `json:"next_cursor"`
		}
		at := "/console/v1/after-sales"
		d.ask(t, http.MethodGet, at+"?limit=1", service, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].No != first || page.NextCursor == "" {
			t.Errorf("the first page: %+v", page)
		}
		d.ask(t, http.MethodGet, at+"?limit=1&cursor="+page.NextCursor, service, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].No != second {
			t.Errorf("the second page: %+v", page)
		}
		for filter, want := range map[string]int{"status=agreed": 0, "status=applied": 2, "due_before=1": 0, "order=01JZQ4T7M9S8X5N2K6V3B1C0DE": 0} {
			if d.ask(t, http.MethodGet, at+"?"+filter, service, "").into(&page); len(page.Items) != want {
				t.Errorf("%s: %d cases", filter, len(page.Items))
			}
		}

		var c struct {
			Status string
			Events []struct{ Actor, Words string }
		}
		refuse := func() reply {
			return d.ask(t, http.MethodPost, at+"/"+first+"/refusal", service, handlings["refuse-after-sale"], "Idempotency-Key", "refuse-01")
		}
		refuse().into(&c)
		if refuse().into(&c); c.Status != "refused" || len(c.Events) != 2 || c.Events[1].Actor != "staff:"+serviceNo || c.Events[1].Words != "no" {
			t.Errorf("%+v", c)
		}
		d.ask(t, http.MethodPost, at+"/"+second+"/refusal", service, `{}`, "Idempotency-Key", "refuse-02").refused(http.StatusBadRequest, "required")
		d.ask(t, http.MethodPost, at+"/"+second+"/agreement", service, `{}`).refused(http.StatusBadRequest, "idempotency_key_required")
		d.ask(t, http.MethodPost, at+"/"+second+"/decision", service, handlings["decide-after-sale"], "Idempotency-Key", "decide-01").refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodPost, at+"/"+second+"/decision", owner, handlings["decide-after-sale"], "Idempotency-Key", "decide-02").refused(http.StatusConflict, "wrong_state")
		d.ask(t, http.MethodPost, at+"/"+second+"/agreement", owner, `{}`, "Idempotency-Key", "agree-001").into(&c)
		if c.Status != "refunding" {
			t.Errorf("%+v", c)
		}

		var log struct{ Items []struct{ Action string } }
		d.ask(t, http.MethodGet, "/console/v1/audit-log?actor_kind=staff&subject_kind=after_sale", owner, "").into(&log)
		if len(log.Items) != 2 || log.Items[0].Action != "after_sale.refunding" || log.Items[1].Action != "after_sale.refused" {
			t.Errorf("%+v", log)
		}
	})
}

// A case of another brand is not there, whatever the request.
func TestCasesOfAnotherBrand(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		mine, theirs := d.Shop(), d.Shop()
		_, token := d.employ(t, mine, model.RoleOwner)
		no, tried := d.asked(t, theirs), 0
		before := theirs.Fingerprint()
		for _, o := range d.operations(t) {
			if !strings.Contains(o.path, "/after-sales/{no}") {
				continue
			}
			tried++
			body := handlings[o.ID]
			if o.RequestBody != nil && body == "" {
				t.Errorf("say in this test what %s is sent", o.ID)
			}
			d.ask(t, o.method, o.at(no), token, body, "Idempotency-Key", "stranger-"+o.ID).refused(http.StatusNotFound, "after_sale_not_found")
		}
		for table, rows := range theirs.Fingerprint() {
			if rows != before[table] {
				t.Errorf("rows of another brand's %s have changed", table)
			}
		}
		if tried != len(handlings)+1 {
			t.Errorf("%d operations on a case", tried)
		}
	})
}
