package console_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hutong/model"
	"hutong/service/testdb"
)

type fileReport struct {
	DryRun               bool `json:"dry_run"`
	Sent, Known, Refused int
	Rows                 []struct {
		Row                              int
		Order, Carrier, Waybill, Outcome string
		Errors                           []struct{ Field, Code, Detail string }
	}
}

// outcomes are those of the rows, with the codes of the refusals.
func (r fileReport) outcomes() string {
	var out []string
	for _, row := range r.Rows {
		word := row.Outcome
		for _, e := range row.Errors {
			word += ":" + e.Code
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

func (p *premises) sendFile(content string, dry bool) (r fileReport) {
	p.t.Helper()
	p.do(http.MethodPost, fmt.Sprintf("/shipment-files?dry_run=%t", dry), withFile("", content).body).into(&r)
	return r
}

// A file of waybills: the dry run tells what the real one does, and changes nothing; the same file again sends nothing.
func TestFileOfWaybills(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		one, two := p.paid().no, p.paid().no
		theirs := d.premises(t).paid().no
		b := p.Buyer()
		basket := b.Wants(p.SKU(900, 9), 3)
		other := p.SKU(500, 9)
		basket.Lines = append(basket.Lines, b.Wants(other, 1).Lines...)
		parts := b.MustOrder(basket)
		p.check(b.Pay(parts.No))
		p.Deliver()
		unpaid := p.unpaid()
		file := strings.Join([]string{
			"\ufeff运单号,快递公司,订单号,SKU编号,数量,备注",
			"ZTO0000001,中通," + one,
			"SF1234567890,sf," + strings.ToLower(two),
			"YTO0000001,圆通速递," + parts.No + "," + basket.Lines[0].SKUNo + ",2",
			"YTO0000001,YTO," + parts.No + "," + other.No + ",1",
			",,,,,",
			"YTO0000002,YTO Express," + parts.No + "," + basket.Lines[0].SKUNo + ",2",
			"YTO0000003,YTO," + parts.No,
			"ZTO0000001,ZTO," + one,
			"ZTO0000009,ZTO," + one,
			"ZTO0000002,ZTO," + unpaid,
			"ZTO0000003,ZTO," + theirs,
			"ZTO0000004,nobody," + two,
			"x,ZTO," + two,
		}, "\r\n")
		want := "sent sent sent sent refused:not_left_to_send sent known refused:wrong_state refused:wrong_state refused:order_not_found " +
			"refused:invalid refused:invalid"
		p.do(http.MethodGet, "/me", "") // the hour in which the token is used is written down
		before := p.Fingerprint()
		dry := p.sendFile(file, true)
		if got := strings.ReplaceAll(" "+dry.outcomes(), " to_send", " sent")[1:]; got != want || !dry.DryRun {
			t.Errorf("dry: %s", got)
		}
		if fmt.Sprint(before) != fmt.Sprint(p.Fingerprint()) {
			t.Error("a dry run has changed something")
		}
		done := p.sendFile(file, false)
		if done.outcomes() != want || done.Sent != 5 || done.Known != 1 || done.Refused != 6 {
			t.Errorf("%s", done.outcomes())
		}
		if r := done.Rows[4]; r.Row != 6 || r.Carrier != "YTO" || r.Errors[0].Detail == "" {
			t.Errorf("%+v", r)
		}
		if o := p.State(parts.No); o.Status != model.OrderShipped || p.Count(&model.Parcel{}, "1 = 1") != 4 {
			t.Errorf("%s, %d parcels", o.Status, p.Count(&model.Parcel{}, "1 = 1"))
		}
		again := p.sendFile(file, false)
		if again.Sent != 0 || again.Known != 6 || p.Count(&model.Parcel{}, "1 = 1") != 4 {
			t.Errorf("again: %s", again.outcomes())
		}
	})
}

// The same file from many at once sends each parcel once.
func TestTheSameFileAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		file := "order;carrier;waybill\n"
		for i := range 3 {
			file += fmt.Sprintf("%s;ZTO;ZTO000000%d\n", p.paid().no, i)
		}
		sent := 0
		body := withFile("", file).body
		for _, r := range testdb.Race(6, func(int) reply {
			return d.ask(t, http.MethodPost, "/console/v1/shipment-files", p.owner, body)
		}) {
			var got fileReport
			r.into(&got)
			sent += got.Sent
			if got.Refused > 0 {
				t.Errorf("%+v", got)
			}
		}
		if n := p.Count(&model.Parcel{}, "1 = 1"); n != 3 || sent != 3 {
			t.Errorf("%d parcels, told of %d", n, sent)
		}
	})
}

// Excel writes long numbers its own way; what is no table, has no heading or is too long is refused.
func TestOtherFilesOfWaybills(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		f := excelize.NewFile()
		for cell, v := range map[string]any{"A1": "Ordine", "B1": "corriere", "C1": "tracking", "A2": p.paid().no, "B2": "Yunda Express", "C2": 75312345678901} {
			p.check(f.SetCellValue("Sheet1", cell, v))
		}
		var x bytes.Buffer
		p.check(f.Write(&x))
		if r := p.sendFile(x.String(), false); r.outcomes() != "sent" || r.Rows[0].Waybill != "75312345678901" || r.Rows[0].Carrier != "YD" {
			t.Errorf("%+v", r)
		}
		if r := p.sendFile("order,carrier,waybill\n"+p.paid().no+",ZTO,7.5312345678901E+13\n"+p.paid().no+",ZTO,7.53123E+18\n", true); r.outcomes() != "to_send refused:invalid" {
			t.Errorf("%+v", r)
		}
		for content, code := range map[string]string{
			"order,carrier\nA,B\n": "column_missing", "": "column_missing", "\x89PNG\r\n\x00": "not_a_sheet",
			"order,carrier,waybill\n" + strings.Repeat("A,B,C\n", 1_001): "too_many",
		} {
			p.do(http.MethodPost, "/shipment-files", withFile("", content).body).refused(http.StatusBadRequest, code)
		}
	})
}

// The template has what is to be sent, the longest waiting first, and no formula; sent back filled in, it is a file of
// waybills. Recipients are for those who may see them, and logged.
func TestTemplateAndPackingList(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		one, two := p.paid(), p.paid()
		p.unpaid()
		p.sent()
		p.Set(&model.Order{}, map[string]any{"remark": `=HYPERLINK("http://x")`}, "no = ?", one.no)
		_, warehouse := d.employ(t, p.Shop, model.RoleWarehouse)
		get := func(query string) string {
			r := d.ask(t, http.MethodGet, "/console/v1/shipment-template?"+query, warehouse, "", "Accept-Language", "en")
			if r.status != http.StatusOK || !strings.Contains(r.header.Get("Content-Disposition"), "waybills") {
				t.Fatalf("%d %v", r.status, r.header)
			}
			return string(r.body)
		}
		file := get("format=csv")
		if lines := strings.Split(strings.TrimSpace(file), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "\ufefforder,carrier,waybill,") ||
			!strings.HasPrefix(lines[1], one.no+",,,") || !strings.HasPrefix(lines[2], two.no+",,,") || !strings.Contains(lines[1], "'=HYPER") {
			t.Errorf("%s", file)
		}
		if strings.Contains(file, "王芳") || p.Count(&model.AuditEntry{}, "action = 'order.recipient_read'") != 0 {
			t.Error("recipients, unasked")
		}
		if full := get("format=csv&full=true"); !strings.Contains(full, "王芳") || p.Count(&model.AuditEntry{}, "action = 'order.recipient_read'") != 2 {
			t.Errorf("%s", full)
		}
		filled := strings.Replace(strings.Replace(file, one.no+",,", one.no+",ZTO,ZTO0000001", 1), two.no+",,", two.no+",ZTO,ZTO0000002", 1)
		if r := p.sendFile(filled, true); r.outcomes() != "to_send to_send" {
			t.Errorf("filled in: %+v", r)
		}
		if x, err := excelize.OpenReader(strings.NewReader(get("format=xlsx"))); err != nil {
			t.Error(err)
		} else if v, _ := x.GetCellValue("Sheet1", "A2"); v != one.no {
			t.Errorf("%q", v)
		}
		var list struct {
			Items []struct {
				Order, Remark string
				Place         model.Place
				Quantity      int
				Lines         []struct{ Code string }
			}
		}
		p.Set(&model.SKU{}, map[string]any{"code": "MOKA-3"}, "1 = 1")
		d.ask(t, http.MethodGet, "/console/v1/packing-list", warehouse, "").into(&list)
		if len(list.Items) != 2 || list.Items[0].Order != one.no || list.Items[0].Place.Phone != "13800000000" || list.Items[0].Quantity != 1 || list.Items[0].Lines[0].Code != "MOKA-3" {
			t.Errorf("%+v", list)
		}
		d.ask(t, http.MethodGet, "/console/v1/packing-list?order="+two.no, warehouse, "").into(&list)
		if len(list.Items) != 1 || list.Items[0].Order != two.no || p.Count(&model.AuditEntry{}, "action = 'order.recipient_read'") != 5 {
			t.Errorf("%+v", list)
		}
	})
}
