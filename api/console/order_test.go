package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
)

type orderList struct {
	Items      []struct{ No, Status, Buyer string }
	NextCursor string `json:"next_cursor"`
}

// Staff find an order by its state, its number, the number of a payment on WeChat's bill, and its day.
func TestFindingAnOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		b := p.Buyer()
		unpaid := b.MustOrder(b.Wants(p.SKU(900, 3), 1)).No
		opened := p.Clock.Now().UnixMilli()
		p.Clock.Turn(time.Minute)
		paid := p.paid().no
		theirs := d.premises(t).paid().no
		for query, want := range map[string][]string{
			"":                                     {paid, unpaid},
			"status=paid":                          {paid},
			"status=paid&status=pending":           {paid, unpaid},
			"number=" + unpaid:                     {unpaid},
			"number=" + unpaid + "-2":              {unpaid},
			"number=" + unpaid + "&status=paid":    {},
			"number=" + theirs:                     {},
			"number=01JZQ4T7M9":                    {},
			fmt.Sprintf("from=%d", opened+1):       {paid},
			fmt.Sprintf("to=%d", opened+1):         {unpaid},
			fmt.Sprintf("from=%d&to=%d", 1, 2):     {},
			fmt.Sprintf("from=%d&limit=1", opened): {paid},
		} {
			var got orderList
			d.ask(t, http.MethodGet, "/console/v1/orders?"+query, p.owner, "").into(&got)
			var nos []string
			for _, o := range got.Items {
				nos = append(nos, o.No)
			}
			if fmt.Sprint(nos) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", query, nos, want)
			}
		}
		d.ask(t, http.MethodGet, "/console/v1/orders?status=paid,pending", p.owner, "").refused(http.StatusBadRequest, "not_one_of")
	})
}

// The detail tells the order's money to the last entry: adjustments, payments, refunds, what was booked.
func TestAnOrdersMoney(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		no := p.paid().no
		p.done(http.MethodPost, "/orders/"+no+"/refunds", `{"reason":"other","lines":[{"line":0,"quantity":1}]}`)
		var v struct {
			No, Status  string
			TotalFen    model.Fen `json:"total_fen"`
			Adjustments []struct {
				AmountFen model.Fen `json:"amount_fen"`
			}
			Payments []struct {
				No, Status    string
				TransactionID string    `json:"transaction_id"`
				AmountFen     model.Fen `json:"amount_fen"`
			}
			Refunds []struct {
				Status    string
				AmountFen model.Fen `json:"amount_fen"`
			}
			Events  []struct{ State, Actor string }
			Journal []struct {
				Kind     string
				Postings []struct {
					Account   string
					AmountFen model.Fen `json:"amount_fen"`
				}
			}
		}
		p.do(http.MethodGet, "/orders/"+no, "").into(&v)
		if v.TotalFen != 900 || len(v.Payments) != 1 || v.Payments[0].No != no || v.Payments[0].Status != "paid" ||
			v.Payments[0].AmountFen != 900 || v.Payments[0].TransactionID == "" || len(v.Refunds) != 1 || v.Refunds[0].AmountFen != 900 ||
			len(v.Events) != 2 || v.Events[1].State != "paid" || v.Adjustments == nil {
			t.Errorf("%+v", v)
		}
		for _, e := range v.Journal {
			var sum model.Fen
			for _, posting := range e.Postings {
				sum += posting.AmountFen
			}
			if sum != 0 || len(e.Postings) < 2 {
				t.Errorf("%s does not add up: %+v", e.Kind, e.Postings)
			}
		}
		if len(v.Journal) < 2 || v.Journal[0].Kind != "payment" || v.Journal[1].Kind != "refund_due" {
			t.Errorf("%+v", v.Journal)
		}
	})
}

// Who looks for somebody by name or phone has to be allowed to, finds whole names' beginnings and whole phones alone,
// sees them masked, and is written down; so is whose recipients were seen in full.
func TestFindingSomebody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		mine, other := p.paid(), p.paid()
		next := d.premises(t)
		p.called(mine.no, "欧阳娜娜", "13900000001")
		p.called(other.no, "欧 阳", "13900000002")
		next.called(next.paid().no, "欧阳娜娜", "13900000001")
		_, viewer := d.employ(t, p.Shop, model.RoleViewer)
		_, warehouse := d.employ(t, p.Shop, model.RoleWarehouse)
		for query, want := range map[string][]string{
			"name=欧阳": {mine.no}, "name=欧": {other.no, mine.no}, "name=娜娜": {}, "name=欧%25": {}, "name=_阳": {},
			"phone=13900000001": {mine.no}, "phone=%2B86+139-0000-0001": {mine.no}, "phone=1390000000": {},
			"name=欧&phone=13900000002&status=paid": {other.no}, "buyer=" + p.buyerNo(mine): {mine.no},
			"way=shop": {other.no, mine.no}, "way=group": {}, "channel=live": {}, "product=nothing": {},
			"product=" + p.handle(mine.no): {mine.no},
		} {
			var got orderList
			d.ask(t, http.MethodGet, "/console/v1/orders?"+query, warehouse, "").into(&got)
			nos := []string{}
			for _, o := range got.Items {
				nos = append(nos, o.No)
			}
			if fmt.Sprint(nos) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", query, nos, want)
			}
		}
		for _, query := range []string{"name=欧阳", "phone=13900000001", "full=true"} {
			d.ask(t, http.MethodGet, "/console/v1/orders?"+query, viewer, "").refused(http.StatusForbidden, "forbidden")
		}
		if r := d.ask(t, http.MethodGet, "/console/v1/orders?name=欧阳", p.owner, ""); strings.Contains(string(r.body), "欧阳") || strings.Contains(string(r.body), "13900000001") {
			t.Errorf("not masked: %s", r.body)
		}
		log := func(action string) int64 { return p.Count(&model.AuditEntry{}, "action = ?", action) }
		if n := log("order.search"); n != 10 {
			t.Errorf("%d searches are in the log", n)
		}
		if n := p.Count(&model.AuditEntry{}, "before_state LIKE '%欧%' OR after_state LIKE '%欧%' OR after_state LIKE '%1390000%'"); n != 0 {
			t.Error("the log tells whom they looked for")
		}
		if r := d.ask(t, http.MethodGet, "/console/v1/orders?full=true", p.owner, ""); !strings.Contains(string(r.body), "13900000001") || log("order.recipient_read") != 2 {
			t.Errorf("%d readings are in the log: %s", log("order.recipient_read"), r.body)
		}
	})
}

// called gives an order another recipient.
func (p *premises) called(no, name, phone string) {
	p.t.Helper()
	o := p.State(no)
	o.Place.Name, o.Place.Phone = name, phone
	p.check(p.DB.InTx(model.AcrossBrands(p.Ctx), func(tx *gorm.DB) error {
		return tx.Model(&model.Order{}).Where("id = ?", o.ID).
			Updates(map[string]any{"place": o.Place, "recipient": name, "phone": phone}).Error
	}))
}

func (p *premises) buyerNo(v *sale) string {
	p.t.Helper()
	var u model.User
	p.check(p.DB.Read(p.Ctx).Where("id = ?", v.buyer.UserID).Take(&u).Error)
	return u.No
}

func (p *premises) handle(no string) string {
	p.t.Helper()
	var l model.OrderLine
	p.check(p.DB.Read(p.Ctx).Where("order_id = ?", p.State(no).ID).Take(&l).Error)
	return l.Handle
}

// Pages go on where they ended, in one state and in several.
func TestPagesOfOrders(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		var want []string
		for i := range 9 {
			no := p.unpaid()
			if i%3 == 0 {
				p.done(http.MethodPost, "/orders/"+no+"/cancellation", `{"reason":"other"}`)
			}
			if i%2 == 0 {
				p.Clock.Turn(time.Second)
			}
			want = append([]string{no}, want...)
		}
		for _, query := range []string{"", "status=pending&status=cancelled", "status=pending&status=cancelled&status=pending"} {
			var got []string
			for cursor, page := "", 0; page == 0 || cursor != ""; page++ {
				var l orderList
				p.do(http.MethodGet, "/orders?limit=2&"+query+"&cursor="+cursor, "").into(&l)
				for _, o := range l.Items {
					got = append(got, o.No)
				}
				cursor = l.NextCursor
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q: %v, want %v", query, got, want)
			}
		}
	})
}

// A note is seen by the staff, with who wrote it, and by no consumer; after the buyer has gone nobody sees it.
func TestNotes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		b := p.Buyer()
		no := b.MustOrder(b.Wants(p.SKU(900, 3), 1)).No
		var got struct {
			Notes []struct{ Words, Staff, Name string }
		}
		p.do(http.MethodPost, "/orders/"+no+"/notes", `{"words":" call before noon "}`).into(&got)
		if len(got.Notes) != 1 || got.Notes[0].Words != "call before noon" || got.Notes[0].Staff != p.no || got.Notes[0].Name != "owner" {
			t.Errorf("%+v", got)
		}
		seen, err := p.Order.Get(p.Ctx, b.Buyer, no)
		if err != nil || strings.Contains(fmt.Sprintf("%+v", seen), "noon") {
			t.Errorf("%+v, %v", seen, err)
		}
		p.do(http.MethodPost, "/orders/"+no+"/notes", `{"words":"  "}`).refused(http.StatusBadRequest, "required")
		for range order.MostNotes - 1 {
			p.done(http.MethodPost, "/orders/"+no+"/notes", `{"words":"again"}`)
		}
		p.do(http.MethodPost, "/orders/"+no+"/notes", `{"words":"too many"}`).refused(http.StatusBadRequest, "too_many")
		p.done(http.MethodPost, "/orders/"+no+"/cancellation", `{"reason":"other"}`)
		p.check(p.Privacy.Delete(p.Ctx, b.UserID))
		p.do(http.MethodPost, "/orders/"+no+"/notes", `{"words":"gone"}`).refused(http.StatusConflict, "order_restricted")
		var gone struct{ Notes []any }
		if p.do(http.MethodGet, "/orders/"+no, "").into(&gone); len(gone.Notes) != 0 {
			t.Errorf("%+v", gone)
		}
		for query, want := range map[string]int{"name=王": 0, "phone=13800000000": 0, "number=" + no: 1} {
			var l orderList
			if p.do(http.MethodGet, "/orders?"+query, "").into(&l); len(l.Items) != want {
				t.Errorf("%s finds %d of a buyer who has gone", query, len(l.Items))
			}
		}
	})
}
