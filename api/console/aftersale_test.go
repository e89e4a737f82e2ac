package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/order"
	"hutong/service/promotion"
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
		at, lastWord := "/console/v1/after-sales", `{"verdict":"refund","words":"all right"}`
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
			return d.ask(t, http.MethodPost, at+"/"+first+"/refusal", service, `{"words":"no"}`, "Idempotency-Key", "refuse-01")
		}
		refuse().into(&c)
		if refuse().into(&c); c.Status != "refused" || len(c.Events) != 2 || c.Events[1].Actor != "staff:"+serviceNo || c.Events[1].Words != "no" {
			t.Errorf("%+v", c)
		}
		d.ask(t, http.MethodPost, at+"/"+second+"/refusal", service, `{}`, "Idempotency-Key", "refuse-02").refused(http.StatusBadRequest, "required")
		d.ask(t, http.MethodPost, at+"/"+second+"/agreement", service, `{}`).refused(http.StatusBadRequest, "idempotency_key_required")
		d.ask(t, http.MethodPost, at+"/"+second+"/decision", service, lastWord, "Idempotency-Key", "decide-01").refused(http.StatusForbidden, "forbidden")
		d.ask(t, http.MethodPost, at+"/"+second+"/decision", owner, lastWord, "Idempotency-Key", "decide-02").refused(http.StatusConflict, "wrong_state")
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

// long is the number of a paid order of as many lines as can be bought, after which comes a gift of two pieces.
func (d *desk) long(t *testing.T, s *testshop.Shop, b *testshop.Buyer, gift model.SKU) string {
	t.Helper()
	now := model.At(d.Clock.Now())
	_, err := s.Promotion.Create(model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"}), "promotion-gift", promotion.Spec{
		Name: model.Text{"en": "Gift"}, StartsAt: now, EndsAt: now.Add(24 * time.Hour),
		Effect: promotion.EffectSpec{Kind: model.EffectGift, GiftSKU: gift.No, GiftPieces: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	basket := order.Basket{AddressNo: b.Address}
	for range order.MaxLines {
		basket.Lines = append(basket.Lines, b.Wants(s.SKU(100, 1), 1).Lines...)
	}
	o := b.MustOrder(basket)
	if len(o.Lines) != order.MaxLines+1 || o.Lines[order.MaxLines].SKUNo != gift.No {
		t.Fatalf("%d lines", len(o.Lines))
	}
	if err := b.Pay(o.No); err != nil {
		t.Fatal(err)
	}
	d.Deliver()
	return o.No
}

// The gift of an order of as many lines as can be bought is called off by the consumer, and given back by staff with all
// the rest, like any other line.
func TestTheGiftOfALongOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, owner := d.employ(t, s, model.RoleOwner)
		b, gift := s.Buyer(), s.SKU(900, 2)
		no := d.long(t, s, b, gift)
		code, err := d.Sim.LoginCode(s.Merchant.AppID, b.Name)
		if err != nil {
			t.Fatal(err)
		}
		var session struct{ Token string }
		d.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/session", "", `{"code":"`+code+`"}`).into(&session)

		var lines []string
		for i := range order.MaxLines + 1 {
			lines = append(lines, fmt.Sprintf(`{"line":%d,"quantity":1}`, i))
		}
		asks, wish := "/v1/"+s.Row.Slug+"/orders/"+no+"/after-sales", `{"kind":"refund","reason":"unwanted","lines":[%s]}`
		var whole struct {
			AmountFen model.Fen `json:"amount_fen"`
		}
		d.ask(t, http.MethodPost, asks+"/quote", session.Token, fmt.Sprintf(wish, strings.Join(lines, ","))).into(&whole)
		if whole.AmountFen != 5_000 {
			t.Errorf("all of it: %d", whole.AmountFen)
		}
		var c struct{ No, Status string }
		d.ask(t, http.MethodPost, asks, session.Token, fmt.Sprintf(wish, lines[order.MaxLines]), "Idempotency-Key", "call-off").into(&c)
		d.ask(t, http.MethodPost, "/console/v1/after-sales/"+c.No+"/agreement", owner, `{}`, "Idempotency-Key", "agree-001").into(&c)
		d.Later(2 * time.Minute)
		d.ask(t, http.MethodGet, "/console/v1/after-sales/"+c.No, owner, "").into(&c)
		if now := s.Reload(gift); c.Status != "done" || now.OnHand != 1 {
			t.Errorf("called off: %s, %d on hand", c.Status, now.OnHand)
		}

		var back refund
		d.ask(t, http.MethodPost, "/console/v1/orders/"+no+"/refunds", owner,
			`{"reason":"out_of_stock","lines":[`+strings.Join(lines, ",")+`]}`, "Idempotency-Key", "all-back").into(&back)
		d.Later(2 * time.Minute)
		d.Later(2 * time.Minute)
		if now := s.Reload(gift); back.Amount != 5_000 || len(back.Lines) != order.MaxLines+1 || now.OnHand != 2 || s.State(no).Status != model.OrderClosed {
			t.Errorf("given back: %d of %d lines, %d on hand, %s", back.Amount, len(back.Lines), now.OnHand, s.State(no).Status)
		}
	})
}
