package wechat_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// author is somebody who has just signed in.
func (s *shop) author() (openID string) {
	s.Helper()
	code, err := s.sim.LoginCode(s.merchant.AppID, "mei")
	if err != nil {
		s.Fatal(err)
	}
	login, err := s.client.Login(s.Context(), code)
	if err != nil {
		s.Fatal(err)
	}
	return login.OpenID
}

func TestTextsAreLookedAt(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	check := func(text string) (model.Verdict, error) {
		return s.client.CheckText(t.Context(), wechat.TextCheck{OpenID: s.sim.OpenID(s.merchant.AppID, "mei"), Text: text})
	}
	_, err := check("好看")
	s.wants("somebody who never came", err, model.ErrInvalid)
	s.author()
	for text, want := range map[string]model.Verdict{
		"很好用": model.VerdictPass, "这是" + simulator.RiskyWord: model.VerdictRisky, "也许" + simulator.ReviewWord: model.VerdictReview,
	} {
		if got, err := check(text); got != want || err != nil {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	s.sim.RevokeTokens(s.merchant.AppID)
	if got, err := check("好看"); got != model.VerdictPass || err != nil {
		t.Errorf("with a token that was replaced: %s, %v", got, err)
	}
	s.fault(simulator.Fault{Op: simulator.OpCheckText, Kind: simulator.RateLimit})
	_, err = check("好看")
	s.wants("too many", err, model.ErrRateLimited)
	s.fault(simulator.Fault{Op: simulator.OpCheckText, Kind: simulator.ErrorBefore})
	_, err = check("好看")
	s.wants("busy", err, model.ErrWeChatBusy)
	s.clock.add(3 * time.Hour)
	_, err = check("好看")
	s.wants("away for three hours", err, model.ErrNotActive)
}

func TestThePushBringsTheVerdict(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	trace, err := s.client.CheckPicture(t.Context(), wechat.PictureCheck{OpenID: s.author(), URL: "https://shop.example/a.jpg"})
	if err != nil || trace == "" {
		t.Fatalf("%q, %v", trace, err)
	}
	push := func(form, content string) (wechat.Push, error) {
		address, body, err := s.sim.SealPush(s.merchant.AppID, "https://shop.example/push", []byte(content), s.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		if form == "xml" {
			sealed := strings.Split(strings.Split(string(body), `"Encrypt":"`)[1], `"`)[0]
			body = []byte("<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return s.client.OpenPush(t.Context(), u.Query(), body)
	}
	inJSON := `{"FromUserName":"o","CreateTime":1700000000,"MsgType":"event","Event":"wxa_media_check","trace_id":"t-1","result":{"suggest":"%s"}}`
	for suggest, want := range map[string]model.Verdict{
		"pass": model.VerdictPass, "risky": model.VerdictRisky, "review": model.VerdictReview, "": model.VerdictReview, "new": model.VerdictReview,
	} {
		got, err := push("json", fmt.Sprintf(inJSON, suggest))
		if err != nil || got.ID != "t-1" || got.Number != "t-1" || got.Event != wechat.EventMediaCheck || got.Verdict != want {
			t.Errorf("%q: %+v, %v", suggest, got, err)
		}
	}
	for _, failed := range []string{"-1008", "4294966288"} { // it could not fetch the picture
		got, err := push("json", `{"MsgType":"event","Event":"wxa_media_check","trace_id":"t-1","errcode":`+failed+`,"result":{"suggest":"pass"}}`)
		if err != nil || got.Verdict != model.VerdictReview {
			t.Errorf("errcode %s: %+v, %v", failed, got, err)
		}
		got, err = push("xml", `<xml><MsgType>event</MsgType><Event>wxa_media_check</Event><trace_id>t-1</trace_id><errcode>`+failed+
			`</errcode><result><suggest>pass</suggest></result></xml>`)
		if err != nil || got.Verdict != model.VerdictReview {
			t.Errorf("errcode %s in XML: %+v, %v", failed, got, err)
		}
	}
	got, err := push("xml", `<xml><FromUserName>o</FromUserName><CreateTime>1700000000</CreateTime><MsgType>event</MsgType>`+
		`<Event>wxa_media_check</Event><trace_id>t-2</trace_id><result><suggest>risky</suggest></result></xml>`)
	if err != nil || got.ID != "t-2" || got.Verdict != model.VerdictRisky {
		t.Errorf("XML: %+v, %v", got, err)
	}
	one, err1 := push("json", `{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"user_enter_tempsession"}`)
	two, err2 := push("json", `{"FromUserName":"o","CreateTime":2,"MsgType":"event","Event":"user_enter_tempsession"}`)
	if err1 != nil || err2 != nil || one.ID == two.ID || one.Event != "user_enter_tempsession" || one.Verdict != "" {
		t.Errorf("%+v %+v, %v %v", one, two, err1, err2)
	}
	text, err := push("json", `{"FromUserName":"o","CreateTime":1,"MsgType":"text","Content":"hello","MsgId":1234567890123456}`)
	if err != nil || text.ID != "1234567890123456" || text.Event != "text" {
		t.Errorf("%+v, %v", text, err)
	}
	for at, want := range map[string]bool{`,"confirm_receive_time":1700000001`: true, `,"confirm_receive_time":0`: false, ``: false} {
		got, err := push("json", `{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"trade_manage_order_settlement","merchant_trade_no":"ORDER-1"`+at+`}`)
		if err != nil || got.Event != wechat.EventSettlement || got.Number != "ORDER-1" || got.Received != want {
			t.Errorf("settlement %q: %+v, %v", at, got, err)
		}
	}
	for _, odd := range []string{"", "nonsense", "[]", `{"MsgType":"event"}`, "<xml>"} {
		_, err := push("json", odd)
		s.wants(odd, err, model.ErrInvalid)
	}
}

func TestAPushThatIsNotWeChatsIsRefused(t *testing.T) {
	s := open(t, simulator.ModePublicKey, 0)
	other, err := s.sim.AddMerchant(simulator.Merchant{PushToken: s.merchant.PushToken, PushKey: s.merchant.PushKey})
	if err != nil {
		t.Fatal(err)
	}
	content := []byte(`{"MsgType":"event","Event":"wxa_media_check","trace_id":"t"}`)
	sealed := func(appID string, at time.Time) (url.Values, []byte) {
		address, body, err := s.sim.SealPush(appID, "https://shop.example/push", content, at)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query(), body
	}
	now := s.clock.now()
	query, body := sealed(s.merchant.AppID, now)
	if _, err := s.client.OpenPush(t.Context(), query, body); err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) url.Values {
		q, _ := url.ParseQuery(query.Encode())
		q.Set(name, value)
		return q
	}
	old, oldBody := sealed(s.merchant.AppID, now.Add(-6*time.Minute))
	early, earlyBody := sealed(s.merchant.AppID, now.Add(6*time.Minute))
	foreign, foreignBody := sealed(other.AppID, now)
	for name, c := range map[string]struct {
		query url.Values
		body  []byte
	}{
		"in clear":            {with("encrypt_type", ""), content},
		"in clear, says aes":  {query, content},
		"raw":                 {with("encrypt_type", "raw"), body},
		"no signature":        {with("msg_signature", ""), body},
		"the other signature": {with("msg_signature", query.Get("signature")), body},
		"another nonce":       {with("nonce", "1"), body},
		"no timestamp":        {with("timestamp", ""), body},
		"another timestamp":   {with("timestamp", fmt.Sprint(now.Unix()+1)), body},
		"old":                 {old, oldBody}, "from the future": {early, earlyBody},
		"of another mini program": {foreign, foreignBody},
		"cut":                     {query, body[:len(body)/2]}, "empty": {query, nil},
	} {
		_, err := s.client.OpenPush(t.Context(), c.query, c.body)
		s.wants(name, err, model.ErrBadSignature)
	}
	none := accountOf(s.merchant)
	none.PushToken, none.PushKey, none.BrandID = "", "", 2
	client, err := s.sdk.Client(t.Context(), none)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.OpenPush(t.Context(), query, body)
	s.wants("without a push", err, model.ErrWeChatSettings)
	if _, err := client.PushEcho(query); !errors.Is(err, model.ErrWeChatSettings) {
		t.Errorf("without a push: %v", err)
	}
	echo := with("echostr", "12345")
	if said, err := s.client.PushEcho(echo); said != "12345" || err != nil {
		t.Errorf("%q, %v", said, err)
	}
	echo.Set("signature", "0")
	_, err = s.client.PushEcho(echo)
	s.wants("an echo for nobody", err, model.ErrBadSignature)
}

// FuzzPush feeds what anybody may post, and the same properly sealed.
func FuzzPush(f *testing.F) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	m, err := sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		f.Fatal(err)
	}
	client, err := wechat.New(wechat.Options{}).Client(f.Context(), accountOf(m))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"MsgType":"event","Event":"wxa_media_check","trace_id":"t"}`), "AAAA")
	f.Add([]byte(`<xml><MsgType>text</MsgType><MsgId>1</MsgId></xml>`), "")
	f.Fuzz(func(t *testing.T, content []byte, encrypt string) {
		address, body, err := sim.SealPush(m.AppID, "/push", content, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.OpenPush(t.Context(), u.Query(), body); err != nil && !errors.Is(err, model.ErrInvalid) {
			t.Errorf("sealed: %v", err)
		}
		if _, err := client.OpenPush(t.Context(), u.Query(), fmt.Appendf(nil, `{"Encrypt":%q}`, encrypt)); !errors.Is(err, model.ErrBadSignature) {
			t.Errorf("unsigned: %v", err)
		}
	})
}
