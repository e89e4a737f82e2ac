package console_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"hutong/model"
)

// Whatever consumers and staff have written, no spreadsheet runs it when it is exported; amounts are numbers. Recipients
// are in it for those alone who may see them, and what was taken is in the audit log.
func TestExportsRunNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		attack := `=cmd|'/C calc'!A0`
		v := p.paid()
		o := p.State(v.no)
		o.Place.Name, o.Place.Detail, o.Place.City = "@SUM(1)", "+1", "＝1"
		p.check(p.DB.InTx(p.Ctx, func(tx *gorm.DB) error {
			if err := tx.Model(&model.OrderLine{}).Where("order_id = ?", o.ID).Update("title", model.Text{"en": attack}).Error; err != nil {
				return err
			}
			return tx.Model(&model.Order{}).Where("id = ?", o.ID).Updates(map[string]any{"remark": "-2+3", "place": o.Place}).Error
		}))
		get := func(query string) []byte {
			r := d.ask(t, http.MethodGet, "/console/v1/exports/"+query, p.owner, "", "Accept-Language", "en")
			if r.status != http.StatusOK || r.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") ||
				r.header.Get("X-Content-Type-Options") != "nosniff" || r.header.Get("Content-Length") != fmt.Sprint(len(r.body)) {
				t.Fatalf("%s: %d %v %s", query, r.status, r.header, r.body)
			}
			return r.body
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(get("orders?format=csv&full=true"), []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[0]) != len(rows[1]) {
			t.Fatalf("%v, %v", rows, err)
		}
		for i, cell := range rows[1] {
			if cell != "" && strings.ContainsRune("=+-@＝", []rune(cell)[0]) {
				t.Errorf("%s runs: %s", rows[0][i], cell)
			}
		}
		if all := fmt.Sprint(rows[1]); !strings.Contains(all, "'"+attack) || !strings.Contains(all, "'@SUM(1)") || !strings.Contains(all, "'-2+3") || !strings.Contains(all, "9.00") {
			t.Errorf("%s", all)
		}
		x, err := excelize.OpenReader(bytes.NewReader(get("orders?format=xlsx")))
		p.check(err)
		for _, cell := range []string{"M2", "O2", "Q2"} {
			if formula, _ := x.GetCellFormula("Sheet1", cell); formula != "" {
				t.Errorf("%s is a formula: %s", cell, formula)
			}
		}
		if total, _ := x.GetCellValue("Sheet1", "K2"); total != "9.00" {
			t.Errorf("%q", total)
		}
		if masked := string(get("orders?format=csv")); strings.Contains(masked, "SUM(1)") || strings.Contains(masked, "138") {
			t.Errorf("recipients, unasked: %s", masked)
		}
		if found := string(get("orders?format=csv&status=pending")); strings.Contains(found, v.no) {
			t.Error("the filter does not count")
		}
		if journal := string(get("journal?format=csv&order=" + v.no)); !strings.Contains(journal, "wechat_clearing,9.00,") || !strings.Contains(journal, "customer_prepaid,,9.00") {
			t.Errorf("%s", journal)
		}
		if statements := string(get("statements?format=csv&by=month")); !strings.HasPrefix(statements, "\ufeffperiod,") {
			t.Errorf("%s", statements)
		}
		if n := p.Count(&model.AuditEntry{}, "action = 'order.export' AND actor_no = ?", p.no); n != 4 {
			t.Errorf("%d in the log", n)
		}
		_, finance := d.employ(t, p.Shop, model.RoleFinance)
		d.ask(t, http.MethodGet, "/console/v1/exports/orders", finance, "").into2xx()
		d.ask(t, http.MethodGet, "/console/v1/exports/orders?full=true", finance, "").refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodGet, "/console/v1/exports/orders?phone=13800000000", finance, "").refused(http.StatusForbidden, "forbidden")
	})
}

// into2xx wants a success, whatever it has.
func (r reply) into2xx() {
	r.t.Helper()
	if r.status >= 300 {
		r.t.Errorf("%s: %d %s", r.of, r.status, r.body)
	}
}

// A customer is shown with what they bought, masked, to whoever works for the shop, and to nobody else's.
func TestCustomers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		first, second := p.paid(), p.paid()
		p.done(http.MethodPost, "/orders/"+first.no+"/refunds", `{"reason":"other","lines":[{"line":0,"quantity":1}]}`)
		b := second.buyer
		later := b.MustOrder(b.Wants(p.SKU(100, 1), 1)).No
		type view struct {
			No           string
			Orders, Paid int
			PaidFen      model.Fen `json:"paid_fen"`
			RefundedFen  model.Fen `json:"refunded_fen"`
			LastOrderAt  int64     `json:"last_order_at"`
		}
		var list struct {
			Items      []view
			NextCursor string `json:"next_cursor"`
		}
		p.do(http.MethodGet, "/customers?limit=1", "").into(&list)
		if len(list.Items) != 1 || list.Items[0].No != p.buyerNo(second) || list.Items[0].Orders != 2 || list.Items[0].Paid != 1 || list.Items[0].PaidFen != 900 || list.Items[0].LastOrderAt == 0 {
			t.Errorf("%+v", list)
		}
		p.do(http.MethodGet, "/customers?limit=1&cursor="+list.NextCursor, "").into(&list)
		if len(list.Items) != 1 || list.Items[0].No != p.buyerNo(first) || list.Items[0].RefundedFen != 900 {
			t.Errorf("%+v", list)
		}
		var orders orderList
		r := p.do(http.MethodGet, "/customers/"+p.buyerNo(second)+"/orders", "")
		r.into(&orders)
		if len(orders.Items) != 2 || orders.Items[0].No != later || strings.Contains(string(r.body), "王芳") {
			t.Errorf("%+v", orders)
		}
		stranger := d.premises(t)
		stranger.do(http.MethodGet, "/customers/"+p.buyerNo(second), "").refused(http.StatusNotFound, "customer_not_found")
		stranger.do(http.MethodGet, "/customers/"+p.buyerNo(second)+"/orders", "").refused(http.StatusNotFound, "customer_not_found")
		if stranger.do(http.MethodGet, "/customers", "").into(&list); len(list.Items) != 0 {
			t.Errorf("%+v", list)
		}
		if stranger.do(http.MethodGet, "/orders?buyer="+p.buyerNo(second), "").into(&orders); len(orders.Items) != 0 {
			t.Errorf("%+v", orders)
		}
	})
}
