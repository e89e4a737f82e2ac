package console_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/model"
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
