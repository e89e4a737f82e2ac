package simulation_test

import (
	"fmt"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/wechat/simulator"
)

// templates are WeChat's ids of the messages of the shop, by event.
var templates = map[model.MessageEvent]string{
	model.MessageOrderPaid: "template-paid-0123456789", model.MessageOrderShipped: "template-shipped-0123456789",
	model.MessageRefundDone: "template-refund-0123456789", model.MessageAfterSaleDue: "template-due-0123456789",
}

func withMessages(s *brand.Spec) {
	for _, event := range model.MessageEvents {
		s.Messages = append(s.Messages, brand.MessageTemplate{
			Event: event, Template: templates[event], Fields: []model.MessageField{{Name: "thing1", Value: model.FactShop}},
		})
	}
}

// openTemplates makes the templates known to WeChat.
func (h *history) openTemplates(t *rapid.T) {
	for _, event := range model.MessageEvents {
		_, err := h.Sim.AddTemplate(simulator.Template{
			AppID: h.Merchant.AppID, ID: templates[event], Title: string(event), Fields: map[string]string{"thing1": "Shop"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// allow lets a consumer allow messages: here, at WeChat, or, as it should be, at both. A report may come twice.
func (h *history) allow(t *rapid.T) {
	buyer := pick(t, h.buyers, "buyer")
	id := templates[pick(t, model.MessageEvents, "event")]
	how := rapid.IntRange(0, 5).Draw(t, "where")
	if how != 0 {
		if err := h.Sim.Grant(h.Merchant.AppID, buyer.Name, id); err != nil {
			t.Fatal(err)
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "trouble") == 0 {
		h.trouble(t, simulator.OpMessage)
	}
	h.grants++
	for range 1 + how/5 {
		if how != 1 {
			_, _ = h.Message.Grant(h.Ctx, buyer.UserID, fmt.Sprintf("grant-%06d", h.grants), []string{id})
		}
	}
}

// tellMessages counts what became of the messages, and wants that WeChat was not asked for more than it was allowed.
func (h *history) tellMessages(t *rapid.T) {
	h.seen.add("messages sent", h.Count(&model.Message{}, "status = ?", model.MessageSent))
	h.seen.add("messages without leave", h.Count(&model.Message{}, "status = ?", model.MessageUnasked))
	h.seen.add("messages unclear", h.Count(&model.Message{}, "status = ?", model.MessageUnclear))
	told := map[string]int{}
	for _, m := range h.Sim.Messages() {
		told[m.OpenID+" "+m.TemplateID]++
	}
	for _, b := range h.buyers {
		for _, id := range templates {
			openID := h.Sim.OpenID(h.Merchant.AppID, b.Name)
			n := h.Count(&model.Message{}, "user_id = ? AND template_id = ? AND status IN ('sent', 'unclear')", b.UserID, id)
			if int64(told[openID+" "+id]) > n {
				t.Errorf("WeChat has told user %d %d times, which is %d here", b.UserID, told[openID+" "+id], n)
			}
		}
	}
}
