package wechat_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// letter is a message that WeChat has nothing against, and a consumer's leave for it.
func (s *shop) letter() wechat.Message {
	s.Helper()
	t, err := s.sim.AddTemplate(simulator.Template{AppID: s.merchant.AppID, Title: "订单支付成功通知", Fields: map[string]string{
		"character_string1": "订单号", "amount2": "金额", "time3": "时间", "phrase4": "状态", "thing5": "商品",
	}})
	if err != nil {
		s.Fatal(err)
	}
	if err := s.sim.Grant(s.merchant.AppID, "mei", t.ID); err != nil {
		s.Fatal(err)
	}
	return wechat.Message{
		OpenID: s.sim.OpenID(s.merchant.AppID, "mei"), TemplateID: t.ID, Page: "pages/order?no=1", Language: "zh-CN",
		Fields: map[string]string{
			"character_string1": "01JZQ4T7M9S8X5N2K6V3B1C0DE", "amount2": "¥99.00", "time3": "2026年6月1日 12:00",
			"phrase4": "已付款", "thing5": "摩卡壶",
		},
	}
}

func TestMessage(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	m := s.letter()
	if err := s.client.SendMessage(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := s.sim.Messages()
	if len(got) != 1 || got[0].Fields["amount2"] != "¥99.00" || got[0].Language != "zh_CN" || got[0].Page != m.Page {
		t.Errorf("%+v", got)
	}
	s.wants("without leave", s.client.SendMessage(t.Context(), m), model.ErrNotSubscribed)

	s.letter()
	s.sim.RevokeTokens(s.merchant.AppID)
	if err := s.client.SendMessage(t.Context(), m); err != nil {
		t.Errorf("with a token that was replaced: %v", err)
	}
}

func TestMessageRefused(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	for name, c := range map[string]struct {
		change func(*wechat.Message)
		field  string
	}{
		"openid":   {func(m *wechat.Message) { m.OpenID = "o-nobody" }, "openid"},
		"template": {func(m *wechat.Message) { m.TemplateID = "gone" }, "template"},
		"page":     {func(m *wechat.Message) { m.Page = "/pages/no page" }, "page"},
		"long thing": {func(m *wechat.Message) {
			m.Fields["thing5"] = "摩卡壶摩卡壶摩卡壶摩卡壶摩卡壶摩卡壶摩卡壶"
		}, "fields"},
		"latin phrase": {func(m *wechat.Message) { m.Fields["phrase4"] = "paid" }, "fields"},
		"field absent": {func(m *wechat.Message) { delete(m.Fields, "time3") }, "fields"},
	} {
		m := s.letter()
		c.change(&m)
		err := s.client.SendMessage(t.Context(), m)
		var known *model.Error
		if !errors.Is(err, model.ErrMessageRefused) || !errors.As(err, &known) || known.Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message whose outcome nobody knows is told from one that was surely not sent.
func TestMessageFaults(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 200*time.Millisecond)
	s.server.Config.SetKeepAlivesEnabled(false) // a connection that is kept may take a request after the server's end
	for kind, want := range map[simulator.FaultKind]*model.Error{
		simulator.ErrorBefore: model.ErrWeChatBusy, simulator.RateLimit: model.ErrRateLimited,
		simulator.ErrorAfter: model.ErrUnclear, simulator.Drop: model.ErrUnclear, simulator.Stall: model.ErrUnclear,
	} {
		m := s.letter()
		s.fault(simulator.Fault{Op: simulator.OpMessage, Kind: kind, Delay: time.Second})
		err := s.client.SendMessage(t.Context(), m)
		if !errors.Is(err, want) || (want != model.ErrUnclear) == errors.Is(err, model.ErrUnclear) {
			t.Errorf("%s: %v, want %v", kind, err, want)
		}
	}
	m := s.letter()
	s.server.Close()
	if err := s.client.SendMessage(t.Context(), m); !errors.Is(err, model.ErrWeChatBusy) || errors.Is(err, model.ErrUnclear) {
		t.Errorf("with nobody there: %v", err)
	}
}
