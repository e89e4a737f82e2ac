package simulator

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAuthorization(t *testing.T) {
	signature := base64.StdEncoding.EncodeToString([]byte("signature"))
	good := `WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="1",serial_no="A",signature="` + signature + `"`
	got, err := parseAuthorization(good)
	if err != nil || got.mchID != "1" || got.nonce != "n" || got.timestamp != "1" || got.serial != "A" || string(got.signature) != "signature" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parseAuthorization(strings.ReplaceAll(good, ",", ", ")); err != nil {
		t.Errorf("with spaces: %v", err)
	}
	for _, bad := range []string{
		"", "Bearer x", scheme, scheme + " ", scheme + ` mchid=1`, strings.Replace(good, `"1"`, `"`, 1),
		strings.Replace(good, "nonce_str", "mchid", 1), strings.Replace(good, signature, "%%%", 1),
		strings.Replace(good, `mchid="1",`, "", 1), good + strings.Repeat(" ", 4096),
	} {
		if _, err := parseAuthorization(bad); err == nil {
			t.Errorf("%.80q was taken", bad)
		}
	}
}

// TestSignatureIsChecked: each part of the message counts.
func TestSignatureIsChecked(t *testing.T) {
	l := newLab(t, Options{})
	other, err := l.AddMerchant(Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	type parts struct {
		method, path, nonce, body, serial, mchID string
		at                                       int64
	}
	good := parts{"GET", "/v3/certificates?a=b", "n", "", l.m.CertSerial, l.m.MchID, now}
	for name, change := range map[string]func(*parts){
		"nothing": func(*parts) {}, "method": func(p *parts) { p.method = "POST" },
		"path": func(p *parts) { p.path = "/v3/certificates" }, "nonce": func(p *parts) { p.nonce = "m" },
		"body": func(p *parts) { p.body = "{}" }, "serial": func(p *parts) { p.serial = other.CertSerial },
		"merchant": func(p *parts) { p.mchID = other.MchID }, "old": func(p *parts) { p.at -= 301 },
		"early": func(p *parts) { p.at += 302 }, "stranger": func(p *parts) { p.mchID = "1" },
	} {
		p := good
		change(&p)
		signed := p
		if name != "old" && name != "early" {
			signed = good
		}
		signature := sign(privateKey(t, l.m.PrivateKey), fmt.Sprintf("%s\n%s\n%d\n%s\n%s\n", signed.method, signed.path, signed.at, signed.nonce, signed.body))
		r := httptest.NewRequestWithContext(t.Context(), p.method, p.path, strings.NewReader(p.body))
		r.Header.Set("Authorization", fmt.Sprintf(`%s mchid="%s",nonce_str="%s",timestamp="%d",serial_no="%s",signature="%s"`,
			scheme, p.mchID, p.nonce, p.at, p.serial, signature))
		m, err := l.authenticate(r, []byte(p.body))
		if (err == nil) != (name == "nothing") {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
	status, body, h := l.call("GET", "/v3/certificates", "")
	if status != 401 || !contains(body, "SIGN_ERROR") || h.Get("Wechatpay-Signature") != "" {
		t.Errorf("unsigned: %d %s", status, body)
	}
}

// TestAnswersAreSigned: every 2xx, the empty one too, and nothing else.
func TestAnswersAreSigned(t *testing.T) {
	l := newLab(t, Options{})
	l.announced("ORDER-1")
	m, err := l.merchant(l.m.MchID)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"ORDER-1": 204, "ORDER-2": 404} {
		status, body, h := l.signed("POST", "/v3/pay/transactions/out-trade-no/"+path+"/close", `{"mchid":"`+l.m.MchID+`"}`)
		if status != want {
			t.Fatalf("%s: %d %s", path, status, body)
		}
		signature, err := base64.StdEncoding.DecodeString(h.Get("Wechatpay-Signature"))
		message := h.Get("Wechatpay-Timestamp") + "\n" + h.Get("Wechatpay-Nonce") + "\n" + body + "\n"
		ok := err == nil && verify(&m.platform.PublicKey, message, signature)
		if ok != (want == 204) {
			t.Errorf("%d is signed: %v", status, ok)
		}
	}
}

func TestMiniProgramErrors(t *testing.T) {
	l := newLab(t, Options{})
	good := "appid=" + l.m.AppID + "&secret=" + l.m.AppSecret
	login := "/sns/jscode2session?grant_type=authorization_code&"
	for _, c := range []struct {
		path string
		want int
	}{
		{login + "secret=x&js_code=x", 41002},
		{login + "appid=wx&secret=x&js_code=x", 40013},
		{login + "appid=" + l.m.AppID + "&js_code=x", 41004},
		{login + "appid=" + l.m.AppID + "&secret=x&js_code=x", 40125},
		{login + good, 41008},
		{login + good + "&js_code=x", 40029},
		{"/sns/jscode2session?" + good + "&js_code=x", 40002},
		{"/cgi-bin/token?grant_type=client_credential&appid=x", 40013},
		{"/cgi-bin/token?" + good, 40002},
	} {
		if _, body, _ := l.call("GET", c.path, ""); !contains(body, fmt.Sprintf(`"errcode":%d`, c.want)) {
			t.Errorf("%s: %s, want %d", c.path, body, c.want)
		}
	}
	_, body, _ := l.call("GET", "/cgi-bin/token?grant_type=client_credential&"+good, "")
	token := strings.Split(body, `"`)[3]
	phone := "/wxa/business/getuserphonenumber"
	for path, want := range map[string]int{
		phone: 41001, phone + "?access_token=x": 40014, phone + "?access_token=" + strings.Repeat("x", 46): 40001,
		phone + "?access_token=" + token: 40029,
	} {
		if _, body, _ := l.call("POST", path, `{"code":"x"}`); !contains(body, fmt.Sprintf(`"errcode":%d`, want)) {
			t.Errorf("%s: %s, want %d", path, body, want)
		}
	}
	l.add(3 * time.Hour)
	if _, body, _ := l.call("POST", phone+"?access_token="+token, `{"code":"x"}`); !contains(body, "42001") {
		t.Errorf("an old token: %s", body)
	}
}

// TestStableToken: the same token until its last five minutes; a forced refresh gives another, and the old
// one works five minutes more.
func TestStableToken(t *testing.T) {
	l := newLab(t, Options{})
	get := func(force bool) string {
		_, body, _ := l.call("POST", "/cgi-bin/stable_token", fmt.Sprintf(
			`{"grant_type":"client_credential","appid":%q,"secret":%q,"force_refresh":%v}`, l.m.AppID, l.m.AppSecret, force))
		return strings.Split(body, `"`)[3]
	}
	one := get(false)
	l.add(114 * time.Minute)
	if again := get(false); again != one {
		t.Error("another token six minutes before the end")
	}
	l.add(2 * time.Minute)
	two := get(false)
	if two == one {
		t.Error("the same token four minutes before the end")
	}
	if three := get(true); three == two {
		t.Error("a forced refresh gave the same token")
	}
	use := func(token string) string {
		_, body, _ := l.call("POST", "/wxa/business/getuserphonenumber?access_token="+token, `{"code":"x"}`)
		return body
	}
	if got := use(two); !contains(got, "40029") {
		t.Errorf("the old token at once: %s", got)
	}
	l.add(6 * time.Minute)
	if got := use(two); !contains(got, "42001") {
		t.Errorf("the old token after six minutes: %s", got)
	}
}

func FuzzAuthorization(f *testing.F) {
	f.Add(`WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="1",serial_no="A",signature="QQ=="`)
	f.Add(`WECHATPAY2-SHA256-RSA2048 mchid="`)
	f.Add(`WECHATPAY2-SHA256-RSA2048 ="",=`)
	f.Fuzz(func(t *testing.T, header string) {
		if a, err := parseAuthorization(header); err == nil && (a.mchID == "" || a.serial == "" || len(header) > 4096) {
			t.Errorf("%q gave %+v", header, a)
		}
	})
}

// FuzzBodies posts any body to every endpoint that reads one, past the signature. Nothing may panic; what
// is refused is refused as WeChat does.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", "{}", `{"amount":null}`, `{"appid":1}`, `{"time_expire":"x"}`, `{"amount":{"total":1e99}}`,
		`{"out_trade_no":"ORDER-1","out_refund_no":"R","amount":{"refund":-1,"total":1,"currency":"CNY"}}`,
		`{"grant_type":"client_credential","appid":null}`, `{"op":"prepay","kind":"stall","delay_ms":9223372036854775807}`,
	} {
		f.Add([]byte(body))
	}
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	m, err := s.AddMerchant(Merchant{})
	if err != nil {
		f.Fatal(err)
	}
	opened, err := s.merchant(m.MchID)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &call{Request: httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/?mchid=1", nil), body: body, m: opened}
		for name, h := range map[string]func(*call) answer{
			"prepay": s.prepay, "close": s.closePayment, "refund": s.refund, "stable token": s.stableToken,
			"phone": s.phoneNumber,
		} {
			s.mu.Lock()
			a := h(c)
			s.mu.Unlock()
			if a.status < 200 || a.status >= 500 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		for _, path := range []string{"/_sim/login-codes", "/_sim/users", "/_sim/faults", "/phone/api/sheet", "/phone/api/pay"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(string(body)))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		s.ClearFaults()
	})
}
