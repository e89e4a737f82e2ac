package simulator

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestAdmin(t *testing.T) {
	l := newLab(t, Options{})
	id := l.announced("ORDER-1")
	l.announced("ORDER-2")
	for i, c := range []struct {
		method, path, body string
		status             int
		has                string
	}{
		{"POST", "/_sim/login-codes", `{"appid":"` + l.m.AppID + `","user":"mei"}`, 200, `"code":"0`},
		{"POST", "/_sim/phone-codes", `{"appid":"` + l.m.AppID + `","user":"梅"}`, 200, `"code":`},
		{"POST", "/_sim/login-codes", `{"appid":"wx","user":"mei"}`, 404, "not known"},
		{"POST", "/_sim/login-codes", `{"appid":"` + l.m.AppID + `","user":"<b>"}`, 404, "not known"},
		{"POST", "/_sim/login-codes", `{"appid":`, 400, "error"},
		{"POST", "/_sim/login-codes", `{} {}`, 400, "error"},
		{"POST", "/_sim/login-codes", `{"secret":1}`, 400, "error"},
		{"POST", "/_sim/users", `{"name":"mei","phone":"13900001234"}`, 200, "mei"},
		{"GET", "/_sim/merchants", "", 200, l.m.MchID},
		{"POST", "/_sim/payments/" + id + "/pay", "", 200, `"state":"SUCCESS"`},
		{"POST", "/_sim/payments/ORDER-1/pay", "", 409, "already paid"},
		{"POST", "/_sim/payments/ORDER-9/pay", "", 404, "not known"},
		{"GET", "/_sim/payments", "", 200, `"out_trade_no":"ORDER-2"`},
		{"POST", "/_sim/deliver", "", 200, `"event":"TRANSACTION.SUCCESS"`},
		{"GET", "/_sim/deliveries", "", 200, `"accepted":true`},
		{"POST", "/_sim/faults", `{"op":"prepay","kind":"stall","delay_ms":1500,"times":2}`, 200, `"delay_ms":1500`},
		{"POST", "/_sim/faults", `{"op":"prepay","kind":"lost"}`, 400, "no fault"},
		{"POST", "/_sim/faults", `{"op":"prepay","kind":"stall","delay_ms":-1}`, 400, "delay_ms"},
		{"GET", "/_sim/faults", "", 200, `"times":2`},
		{"DELETE", "/_sim/faults", "", 200, "[]"},
		{"GET", "/_sim/operations", "", 200, `"notify_refund"`},
		{"GET", "/_sim/refunds", "", 200, "[]"},
		{"POST", "/_sim/refunds/" + l.m.MchID + "/R-1/settle", `{"state":"SUCCESS"}`, 404, "not known"},
		{"GET", "/v3/unknown", "", 404, "NOT_FOUND"},
	} {
		status, body, _ := l.call(c.method, c.path, c.body)
		if status != c.status || !contains(body, c.has) {
			t.Errorf("%d: %s %s %s: %d %s", i, c.method, c.path, c.body, status, body)
		}
		if contains(body, l.m.AppSecret) || contains(body, l.m.APIv3Key) || contains(body, "PRIVATE") {
			t.Errorf("%s shows a secret", c.path)
		}
	}
	l.refunded("ORDER-1", "R-1", 100)
	settle := "/_sim/refunds/" + l.m.MchID + "/R-1/settle"
	for i, c := range []struct {
		state  string
		status int
	}{{"PROCESSING", 409}, {"ABNORMAL", 200}, {"ABNORMAL", 409}, {"SUCCESS", 200}, {"CLOSED", 409}} {
		if status, body, _ := l.call("POST", settle, `{"state":"`+c.state+`"}`); status != c.status {
			t.Errorf("%d: settle %s: %d %s", i, c.state, status, body)
		}
	}
}

// TestSigningUp: a merchant that signs up over HTTP is told what it takes to trade, and nobody is told again.
func TestSigningUp(t *testing.T) {
	l := newLab(t, Options{})
	status, body, _ := l.call("POST", "/_sim/merchants", `{"name":"Daybreak Tea","push_url":"http://127.0.0.1:1/callbacks"}`)
	var told agreed
	if err := json.Unmarshal([]byte(body), &told); err != nil || status != 200 {
		t.Fatal(status, body, err)
	}
	var of *Merchant
	for _, m := range l.Merchants() {
		if m.MchID == told.MchID {
			of = &m
		}
	}
	if of == nil || told.MchID == l.m.MchID || told.AppID == l.m.AppID || told.Name != "Daybreak Tea" || of.PushURL != "http://127.0.0.1:1/callbacks" ||
		told.AppSecret != of.AppSecret || told.APIv3Key != of.APIv3Key || told.PrivateKey != of.PrivateKey || told.PublicKeyID != of.PublicKeyID || told.PushKey != of.PushKey {
		t.Errorf("%+v, %+v", told, of)
	}
	if contains(body, of.PlatformKey) || contains(body, strings.Split(of.PlatformKey, "\n")[1]) {
		t.Error("WeChat's own key is told")
	}
	if _, body, _ := l.call("GET", "/_sim/merchants", ""); contains(body, told.AppSecret) || !contains(body, told.AppID) {
		t.Errorf("the list: %s", body)
	}
	if status, _, _ := l.call("POST", "/_sim/merchants", `{"mchid":"1"}`); status != 400 {
		t.Errorf("a field that there is not: %d", status)
	}
}

// TestOrigins: pages of this machine may drive the simulator, others may not.
func TestOrigins(t *testing.T) {
	l := newLab(t, Options{Origins: []string{"https://shop.example"}})
	for origin, want := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:5173": true, "http://[::1]:1": true, "https://shop.example": true,
		"https://evil.example": false, "http://127.0.0.1.evil.example": false, "null": false, "file://": false,
		"https://shop.example:444": false,
	} {
		status, _, h := l.call("POST", "/_sim/deliver", "", "Origin", origin)
		if (status == 200) != want || (h.Get("Access-Control-Allow-Origin") == origin) != want {
			t.Errorf("%s: %d %q", origin, status, h.Get("Access-Control-Allow-Origin"))
		}
	}
	if status, _, h := l.call("OPTIONS", "/_sim/faults", "", "Origin", "http://localhost:5173"); status != 204 ||
		!contains(h.Get("Access-Control-Allow-Headers"), "Content-Type") {
		t.Errorf("preflight: %d %v", status, h)
	}
	if status, _, _ := l.call("POST", "/_sim/faults", `{"op":"prepay","kind":"stall"}`, "Content-Type", "text/plain"); status != 400 {
		t.Errorf("a form's content type was taken: %d", status)
	}
	if status, _, _ := l.call("POST", "/_sim/faults", `{"op":"`+strings.Repeat("x", maxBody)+`"}`); status != 400 {
		t.Errorf("a huge body was taken: %d", status)
	}
}

// TestSheet: what wx.requestPayment is given must be signed by the merchant; the sheet shows why a payment
// cannot be made.
func TestSheet(t *testing.T) {
	l := newLab(t, Options{})
	id := l.announced("ORDER-1")
	show := func(request any) (int, string) {
		raw, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		status, body, _ := l.call("POST", "/phone/api/sheet", string(raw))
		return status, body
	}
	params := requestPayment{
		AppID: l.m.AppID, TimeStamp: "1700000000", NonceStr: "n", Package: "prepay_id=" + id, SignType: "RSA",
	}
	params.PaySign = sign(privateKey(t, l.m.PrivateKey), l.m.AppID+"\n1700000000\nn\nprepay_id="+id+"\n")
	if status, body := show(params); status != 200 || !contains(body, `"state":"payable"`) || !contains(body, `"total":100`) {
		t.Errorf("signed: %d %s", status, body)
	}
	forged := params
	forged.NonceStr = "m"
	if status, body := show(forged); status != 400 || !contains(body, "signature") {
		t.Errorf("forged: %d %s", status, body)
	}
	if status, _ := show(requestPayment{PrepayID: "wx0"}); status != 404 {
		t.Errorf("unknown: %d", status)
	}
	if status, body, _ := l.call("POST", "/phone/api/pay", `{"prepay_id":"`+id+`"}`); status != 200 || !contains(body, `"paid"`) {
		t.Errorf("pay: %d %s", status, body)
	}
	if status, _, _ := l.call("POST", "/phone/api/pay", `{"prepay_id":"`+id+`"}`); status != 409 {
		t.Errorf("pay again: %d", status)
	}
	expired := l.announced("ORDER-2")
	l.add(prepayLife + time.Second)
	closed := l.announced("ORDER-3")
	if status, body, _ := l.signed("POST", "/v3/pay/transactions/out-trade-no/ORDER-3/close", `{"mchid":"`+l.m.MchID+`"}`); status != 204 {
		t.Fatalf("close: %d %s", status, body)
	}
	for id, want := range map[string]string{id: "paid", expired: "expired", closed: "closed"} {
		if status, body := show(requestPayment{PrepayID: id}); status != 200 || !contains(body, fmt.Sprintf(`"state":%q`, want)) {
			t.Errorf("%s: %d %s", want, status, body)
		}
	}
	l.announced("ORDER-4")
	_, body, _ := l.call("GET", "/phone/api/state", "")
	var got screen
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Waiting) != 1 || got.Waiting[0].OutTradeNo != "ORDER-4" || len(got.Inbox) != 1 || got.Inbox[0].Kind != "paid" {
		t.Errorf("the phone shows %+v and %+v", got.Waiting, got.Inbox)
	}
}

// TestPages: everything the phone loads is embedded, and the policy allows nothing else.
func TestPages(t *testing.T) {
	l := newLab(t, Options{})
	reference := regexp.MustCompile(`(?:src|href)="([^"]+)"|from '([^']+)'`)
	seen := map[string]bool{}
	var follow func(path string)
	follow = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		status, body, h := l.call("GET", path, "")
		if status != 200 || !contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d %v", path, status, h)
		}
		for _, m := range reference.FindAllStringSubmatch(body, -1) {
			follow("/phone/" + strings.TrimPrefix(m[1]+m[2], "./"))
		}
	}
	follow("/phone/")
	follow("/phone/pay")
	if len(seen) != 12 {
		t.Errorf("the pages need %d files: %v", len(seen), seen)
	}
	err := fs.WalkDir(assets, "phone", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(assets, path)
		for _, address := range regexp.MustCompile(`https?://[^\s"'<]+`).FindAllString(string(raw), -1) {
			if !strings.HasPrefix(address, "http://www.w3.org/") && !strings.HasPrefix(address, "http://127.0.0.1") {
				t.Errorf("%s names %s", path, address)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for app, want := range map[string]string{
		"http://127.0.0.1:8080/h5/": "frame-src http://127.0.0.1:8080;", "https://evil.example/": "frame-src 'none';",
		"javascript:alert(1)": "frame-src 'none';", "http://127.0.0.1:1; script-src *": "frame-src 'none';",
	} {
		_, _, h := l.call("GET", "/phone/?app="+url.QueryEscape(app), "")
		if csp := h.Get("Content-Security-Policy"); !contains(csp, want) {
			t.Errorf("%s: %s", app, csp)
		}
	}
}

// TestWords: every operation and every fault has words in all three languages, and no language lacks a key.
func TestWords(t *testing.T) {
	raw, err := assets.ReadFile("phone/words.js")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	starts := []int{strings.Index(text, "'zh-CN': {"), strings.Index(text, "\n  en: {"), strings.Index(text, "\n  it: {"), strings.Index(text, "const asked")}
	keys := regexp.MustCompile(`(\w+): ['{]`)
	var first string
	for i := range 3 {
		part := text[starts[i]:starts[i+1]]
		var names []string
		for _, m := range keys.FindAllStringSubmatch(part, -1) {
			if m[1] != "en" && m[1] != "it" {
				names = append(names, m[1])
			}
		}
		if all := strings.Join(names, " "); i == 0 {
			first = all
		} else if all != first {
			t.Errorf("language %d has other keys:\n%s\n%s", i, first, all)
		}
		for _, op := range Ops() {
			if !contains(part, " "+string(op)+": ") {
				t.Errorf("language %d lacks operation %s", i, op)
			}
			for _, k := range FaultsOf(op) {
				if strings.Count(part, " "+string(k)+": ") < 2 {
					t.Errorf("language %d lacks fault %s", i, k)
				}
			}
		}
	}
}
