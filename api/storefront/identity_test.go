package storefront_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/identity"
	"hutong/service/member"
	"hutong/wechat/simulator"
)

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s, other := f.Shop(), f.Shop()
		at := "/v1/" + s.Row.Slug
		var session identity.Session
		code := f.code(t, s, "ann")
		first := f.ask(t, http.MethodPost, at+"/session", "", `{"code":"`+code+`"}`, "Accept-Language", "zh-CN")
		first.into(&session)
		if session.User.Language != "zh-CN" || session.ExpiresAt != model.At(f.Clock.Now().Add(2*time.Hour)) || len(session.User.No) != 26 {
			t.Errorf("%s", first.body)
		}
		if strings.Contains(string(first.body), "session_key") || first.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v %s", first.header, first.body)
		}

		sign := func(body string) reply { return f.ask(t, http.MethodPost, at+"/session", "", body) }
		sign(`{"code":"`+code+`"}`).refused(400, "code: login_code_used")
		sign(`{"code":"`+f.code(t, other, "ann")+`"}`).refused(400, "code: login_code_foreign")
		sign(`{"code":"a&appid=EVIL"}`).refused(400, "code: login_code_malformed")
		sign(`{"code":"`+strings.Repeat("0", 32)+`"}`).refused(400, "code: login_code_invalid")
		late := f.code(t, s, "ann")
		f.Clock.Turn(6 * time.Minute)
		sign(`{"code":"`+late+`"}`).refused(400, "code: login_code_expired")
		sign(`{}`).refused(400, "code: required")
		f.ask(t, http.MethodPost, "/v1/no-such-shop/session", "", `{"code":"x"}`).refused(404, "brand_not_found")

		var me identity.Me
		f.ask(t, http.MethodGet, at+"/me", session.Token, "").into(&me)
		if me != session.User {
			t.Errorf("%+v", me)
		}
		f.ask(t, http.MethodPatch, at+"/me", session.Token, `{"language":"en"}`).into(&me)
		if me.Language != "en" {
			t.Errorf("%+v", me)
		}
		var mine struct{ Level *member.Mine }
		if f.ask(t, http.MethodGet, at+"/me/level", session.Token, "").into(&mine); mine.Level != nil {
			t.Errorf("%+v", mine.Level)
		}
		gold, err := s.Member.Create(s.Ctx, "level-gold", member.Spec{Rank: 2, Name: member.Name{Name: model.Text{"en": "Gold", "zh-CN": "金卡"}}})
		if err == nil {
			_, err = s.Member.Set(s.Ctx, me.No, gold.No)
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.ask(t, http.MethodGet, at+"/me/level", session.Token, "", "Accept-Language", "zh-CN").into(&mine); mine.Level == nil || *mine.Level != (member.Mine{Rank: 2, Name: "金卡"}) {
			t.Errorf("%+v", mine.Level)
		}
		f.ask(t, http.MethodGet, at+"/me/level", "", "").refused(401, "unauthorized")
		f.ask(t, http.MethodPatch, at+"/me", session.Token, `{"language":"it"}`).refused(400, "language: not_one_of")
		f.ask(t, http.MethodPatch, at+"/me", session.Token, `{"language":"en","no":"x"}`).refused(400, "no: unknown_field")

		f.Clock.Turn(2 * time.Hour)
		f.ask(t, http.MethodGet, at+"/me", session.Token, "").refused(401, "session_expired")
		f.ask(t, http.MethodGet, at+"/me", "nonsense", "").refused(401, "unauthorized")
	})
}

func TestPhone(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		if err := f.Sim.SetUser(simulator.User{Name: "ann", Phone: "13912345678"}); err != nil {
			t.Fatal(err)
		}
		token := f.signIn(t, s, "ann")
		code, err := f.Sim.PhoneCode(s.Merchant.AppID, "ann")
		if err != nil {
			t.Fatal(err)
		}
		set := func(code string) reply {
			return f.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/me/phone", token, `{"code":"`+code+`"}`)
		}
		var me identity.Me
		set(code).into(&me)
		if me.Phone != "139****5678" {
			t.Errorf("%+v", me)
		}
		set(code).refused(400, "code: login_code_invalid")
		set(f.code(t, s, "ann")).refused(400, "code: login_code_invalid")
	})
}
