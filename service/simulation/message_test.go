package simulation_test

import (
	"context"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// templates are WeChat's ids of the messages of the shop, by event: what it begins with, and what it may change to.
var templates = map[model.MessageEvent][2]string{
	model.MessageOrderPaid:    {"template-paid-0123456789", "template-paid-again-0123456789"},
	model.MessageOrderShipped: {"template-shipped-0123456789", "template-shipped-again-0123456789"},
	model.MessageRefundDone:   {"template-refund-0123456789", "template-refund-again-0123456789"},
	model.MessageAfterSaleDue: {"template-due-0123456789", "template-due-again-0123456789"},
	model.MessageGroupFormed:  {"template-formed-0123456789", "template-formed-again-0123456789"},
	model.MessageGroupFailed:  {"template-failed-0123456789", "template-failed-again-0123456789"},
}

func withMessages(s *brand.Spec) {
	for _, event := range model.MessageEvents {
		s.Messages = append(s.Messages, messageOf(event, 0))
	}
}

// messageOf is what is sent on an event by one of its templates.
func messageOf(event model.MessageEvent, which int) brand.MessageTemplate {
	return brand.MessageTemplate{
		Event: event, Template: templates[event][which], Fields: []model.MessageField{{Name: "thing1", Value: model.FactShop}},
	}
}

// openTemplates makes the templates known to WeChat.
func (h *history) openTemplates(t *rapid.T) {
	for _, event := range model.MessageEvents {
		for _, id := range templates[event] {
			_, err := h.Sim.AddTemplate(simulator.Template{
				AppID: h.Merchant.AppID, ID: id, Title: string(event), Fields: map[string]string{"thing1": "Shop"},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// choose lets staff take back the template of an event, or change it for another, while messages are under way.
func (h *history) choose(t *rapid.T) {
	h.deliver(t)
	h.useTemplates(t, func(event model.MessageEvent) int {
		return pick(t, []int{0, 1, 1, -1}, "template of "+string(event))
	})
	h.jobs(t)
}

// useTemplates gives the shop a template for each event; -1 is none.
func (h *history) useTemplates(t *rapid.T, which func(model.MessageEvent) int) {
	spec := brand.Spec{
		Slug: h.Row.Slug, Name: h.Row.Name, Languages: h.Row.Languages, Theme: h.Row.Theme, Messages: []brand.MessageTemplate{},
	}
	for _, event := range model.MessageEvents {
		if one := which(event); one >= 0 {
			spec.Messages = append(spec.Messages, messageOf(event, one))
			h.chosen[event] = one
		}
	}
	_, _ = h.Brand.Apply(context.WithoutCancel(t.Context()), spec)
}

// allow lets a consumer allow a message.
func (h *history) allow(t *rapid.T) {
	h.leave(t, pick(t, h.buyers, "buyer"), pick(t, model.MessageEvents, "event"))
}

// leave is a consumer's consent to a message on an event: here, at WeChat, or, as it should be, at both. A report may
// come twice.
func (h *history) leave(t *rapid.T, buyer *testshop.Buyer, event model.MessageEvent) {
	id := templates[event][pick(t, []int{h.chosen[event], h.chosen[event], 0, 1}, "template")]
	how := pick(t, []string{"both", "both", "both, twice", "here", "WeChat"}, "where")
	if how != "here" {
		if err := h.Sim.Grant(h.Merchant.AppID, buyer.Name, id); err != nil {
			t.Fatal(err)
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "trouble") == 0 {
		h.trouble(t, simulator.OpMessage)
	}
	if how == "WeChat" {
		return
	}
	h.grants++
	for range 1 + strings.Count(how, "twice") {
		h.known(t, errOf(h.Message.Grant(h.Ctx, buyer.UserID, fmt.Sprintf("grant-%06d", h.grants), []string{id})))
	}
}

// tellMessages counts what became of the messages, and wants that WeChat was not asked for more than it was allowed.
func (h *history) tellMessages(t *rapid.T) {
	h.seen.add("messages sent", h.Count(&model.Message{}, "status = ?", model.MessageSent))
	h.seen.add("messages without leave", h.Count(&model.Message{}, "status = ?", model.MessageUnasked))
	h.seen.add("messages unclear", h.Count(&model.Message{}, "status = ?", model.MessageUnclear))
	h.seen.add("messages without a template", h.Count(&model.Message{}, "reason = ?", "no_template"))
	h.seen.add("messages refused by WeChat", h.Count(&model.Message{}, "reason = ?", "refused"))
	h.seen.add("messages by another template", h.Count(&model.Message{}, "status = ? AND template_id LIKE ?", model.MessageSent, "%-again-%"))
	told := map[string]int{}
	for _, m := range h.Sim.Messages() {
		told[m.OpenID+" "+m.TemplateID]++
	}
	ids := map[string]bool{}
	for _, of := range templates {
		ids[of[0]], ids[of[1]] = true, true
	}
	for _, b := range h.buyers {
		for id := range ids {
			openID := h.Sim.OpenID(h.Merchant.AppID, b.Name)
			n := h.Count(&model.Message{}, "user_id = ? AND template_id = ? AND status IN ('sent', 'unclear')", b.UserID, id)
			if int64(told[openID+" "+id]) > n {
				t.Errorf("WeChat has told user %d %d times, which is %d here", b.UserID, told[openID+" "+id], n)
			}
		}
	}
}
