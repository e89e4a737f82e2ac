package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// paid is the number of an order of three pieces at 900 that somebody has paid.
func (d *desk) paid(t *testing.T, s *testshop.Shop) string {
	t.Helper()
	b := s.Buyer()
	o := b.MustOrder(b.Wants(s.SKU(900, 5), 3))
	if err := b.Pay(o.No); err != nil {
		t.Fatal(err)
	}
	d.Deliver()
	return o.No
}

type refund struct {
	No     string
	Order  string
	Status string
	ToDo   string    `json:"to_do"`
	Amount model.Fen `json:"amount_fen"`
	Lines  []struct{ Line, Quantity, Dropped int }

	SettledBy  string `json:"settled_by"`
	SettledRef string `json:"settled_ref"`
}

// Finance gives money back, finds the refund that WeChat gave up, and makes it again; each of it once per key, in
// the audit log, and nobody of another shop sees or does anything of it.
func TestRefundsAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s, other := d.Shop(), d.Shop()
		no, finance := d.employ(t, s, model.RoleFinance)
		_, stranger := d.employ(t, other, model.RoleOwner)
		order := d.paid(t, s)
		path, body := "/console/v1/orders/"+order+"/refunds", `{"reason":"out_of_stock","lines":[{"line":0,"quantity":2}]}`

		d.ask(t, http.MethodPost, path, finance, body).refused(http.StatusBadRequest, "idempotency_key_required")
		d.ask(t, http.MethodPost, path, stranger, body, "Idempotency-Key", "refund-key").refused(http.StatusNotFound, "order_not_found")
		if err := d.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
			t.Fatal(err)
		}
		var first, again refund
		d.ask(t, http.MethodPost, path, finance, body, "Idempotency-Key", "refund-key").into(&first)
		d.ask(t, http.MethodPost, path, finance, body, "Idempotency-Key", "refund-key").into(&again)
		if again.No != first.No || first.Amount != 1_800 || first.Order != order || len(first.Lines) != 1 || first.Lines[0].Dropped != 2 {
			t.Errorf("%+v, and again %+v", first, again)
		}
		sent := `{"reason":"returned","lines":[{"line":0,"quantity":1,"sent":1}]}`
		d.ask(t, http.MethodPost, path, finance, sent, "Idempotency-Key", "refund-sent").refused(http.StatusConflict, "over_refund")
		d.ask(t, http.MethodPost, path, finance, `{"reason":"because"}`, "Idempotency-Key", "refund-odd").refused(http.StatusBadRequest, "not_one_of")

		for range 3 {
			d.Later(2 * time.Minute)
		}
		var stuck struct{ Items []refund }
		d.ask(t, http.MethodGet, "/console/v1/refunds?status=abnormal&status=closed", finance, "").into(&stuck)
		if len(stuck.Items) != 1 || stuck.Items[0].No != first.No || stuck.Items[0].ToDo != "reissue" {
			t.Fatalf("stuck: %+v", stuck)
		}
		at := "/console/v1/refunds/" + first.No
		d.ask(t, http.MethodGet, at, stranger, "").refused(http.StatusNotFound, "refund_not_found")
		d.ask(t, http.MethodPost, at+"/reissue", stranger, "", "Idempotency-Key", "reissue-key").refused(http.StatusNotFound, "refund_not_found")
		d.ask(t, http.MethodPost, at+"/ask", stranger, "").refused(http.StatusNotFound, "refund_not_found")
		var fresh refund
		d.ask(t, http.MethodPost, at+"/reissue", finance, "", "Idempotency-Key", "reissue-key").into(&fresh)
		d.ask(t, http.MethodPost, at+"/reissue", finance, "", "Idempotency-Key", "reissue-key").into(&again)
		d.ask(t, http.MethodPost, at+"/reissue", finance, "", "Idempotency-Key", "reissue-two").refused(http.StatusConflict, "wrong_state")
		for range 3 {
			d.Later(2 * time.Minute)
		}
		d.ask(t, http.MethodPost, "/console/v1/refunds/"+fresh.No+"/ask", finance, "").into(&fresh)
		if again.No != fresh.No || fresh.Status != "succeeded" || fresh.Amount != 1_800 {
			t.Errorf("%+v, and again %+v", fresh, again)
		}
		for action, want := range map[string]int64{"order.refund": 1, "refund.reissue": 1, "refund.ask_again": 1} {
			if n := s.Count(&model.AuditEntry{}, "action = ? AND actor_no = ?", action, no); n != want {
				t.Errorf("%s is %d times in the audit log", action, n)
			}
		}
	})
}

// What WeChat gave up is paid from the bank: who may give money back says so with what it is found by, once, and the
// books show it outside WeChat.
func TestSettledAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s, other := d.Shop(), d.Shop()
		no, finance := d.employ(t, s, model.RoleFinance)
		_, warehouse := d.employ(t, s, model.RoleWarehouse)
		_, stranger := d.employ(t, other, model.RoleOwner)
		if err := d.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
			t.Fatal(err)
		}
		var first, again refund
		d.ask(t, http.MethodPost, "/console/v1/orders/"+d.paid(t, s)+"/refunds", finance,
			`{"reason":"out_of_stock","lines":[{"line":0,"quantity":2}]}`, "Idempotency-Key", "refund-key").into(&first)
		for range 3 {
			d.Later(2 * time.Minute)
		}
		path, body := "/console/v1/refunds/"+first.No+"/settle", `{"by":"bank_transfer","reference":"ICBC 7"}`
		d.ask(t, http.MethodPost, path, finance, body).refused(http.StatusBadRequest, "idempotency_key_required")
		d.ask(t, http.MethodPost, path, stranger, body, "Idempotency-Key", "settle-key").refused(http.StatusNotFound, "refund_not_found")
		d.ask(t, http.MethodPost, path, warehouse, body, "Idempotency-Key", "settle-key").refused(http.StatusForbidden, "forbidden")
		for wrong, code := range map[string]string{
			`{"by":"barter","reference":"a cow"}`: "not_one_of", `{"by":"cash"}`: "required", `{"by":"cash","reference":" "}`: "required",
			`{"by":"cash","reference":"` + strings.Repeat("9", 65) + `"}`: "too_long",
		} {
			d.ask(t, http.MethodPost, path, finance, wrong, "Idempotency-Key", "settle-odd").refused(http.StatusBadRequest, code)
		}
		d.ask(t, http.MethodPost, path, finance, body, "Idempotency-Key", "settle-key").into(&first)
		d.ask(t, http.MethodPost, path, finance, body, "Idempotency-Key", "settle-key").into(&again)
		d.ask(t, http.MethodPost, path, finance, body, "Idempotency-Key", "settle-two").refused(http.StatusConflict, "wrong_state")
		if first.Status != "settled" || first.SettledBy != "bank_transfer" || first.SettledRef != "ICBC 7" || again.Status != "settled" {
			t.Errorf("%+v, and again %+v", first, again)
		}
		if n := s.Count(&model.AuditEntry{}, "action = 'refund.settle' AND actor_no = ?", no); n != 1 {
			t.Errorf("%d times in the audit log", n)
		}
		s.Audit(t)
	})
}

// An accountant reads the trial balance and the journal; those of another shop are empty.
func TestBooksAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s, other := d.Shop(), d.Shop()
		_, finance := d.employ(t, s, model.RoleFinance)
		_, stranger := d.employ(t, other, model.RoleOwner)
		order := d.paid(t, s)
		d.paid(t, s)

		var balance struct {
			Accounts []struct {
				Account string
				Balance model.Fen `json:"balance_fen"`
			}
			Debit  model.Fen `json:"debit_fen"`
			Credit model.Fen `json:"credit_fen"`
		}
		d.ask(t, http.MethodGet, "/console/v1/money/trial-balance", finance, "").into(&balance)
		if len(balance.Accounts) != 2 || balance.Debit != 5_400 || balance.Credit != 5_400 || balance.Accounts[0].Balance != 5_400 {
			t.Errorf("%+v", balance)
		}
		d.ask(t, http.MethodGet, "/console/v1/money/trial-balance?as_of=1", finance, "").into(&balance)
		if len(balance.Accounts) != 0 {
			t.Errorf("in 1970: %+v", balance)
		}
		var page struct {
			Items      []struct{ Kind, Ref string }
			NextCursor string `json:"next_cursor"`
		}
		journal := "/console/v1/money/journal"
		d.ask(t, http.MethodGet, journal+"?limit=1", finance, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Ref == order || page.NextCursor == "" {
			t.Errorf("the first page: %+v", page)
		}
		cursor := page.NextCursor
		page.NextCursor = ""
		d.ask(t, http.MethodGet, journal+"?limit=1&cursor="+cursor, finance, "").into(&page)
		if len(page.Items) != 1 || page.Items[0].Ref != order || page.NextCursor != "" {
			t.Errorf("the second page: %+v", page)
		}
		d.ask(t, http.MethodGet, journal+"?order="+order, stranger, "").refused(http.StatusNotFound, "order_not_found")
		d.ask(t, http.MethodGet, journal, stranger, "").into(&page)
		if len(page.Items) != 0 {
			t.Errorf("another shop sees %+v", page)
		}
	})
}
