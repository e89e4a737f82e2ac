package callback_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hutong/api"
	"hutong/api/storefront"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// gate is a shop whose message push goes through the real router.
type gate struct {
	*testshop.Shop
	api     *api.API
	metrics *prometheus.Registry
}

func each(t *testing.T, test func(t *testing.T, g *gate)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := testshop.NewWorld(t, db, clock)
		g := &gate{Shop: w.Shop(), metrics: prometheus.NewRegistry()}
		var err error
		g.api, err = api.New(api.Options{
			Brand: w.Brand.Resolve, Verify: w.Identity.Authenticate, WeChatPay: w.Payment.Notified,
			PushEcho: w.Push.Echo, Push: w.Push.Pushed, Clock: clock.Now, Metrics: g.metrics,
			Storefront: &storefront.Server{Services: w.Services},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Handle(g.api)
		test(t, g)
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

// send sends a request to a shop's address.
func (g *gate) send(method, slug string, query url.Values, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/callbacks/"+slug+"/wechat?"+query.Encode(), strings.NewReader(body))
	w := httptest.NewRecorder()
	g.api.ServeHTTP(w, r)
	return w
}

// sealed is what WeChat sends for a mini program.
func (g *gate) sealed(t *testing.T, appID, content string, at time.Time) (url.Values, string) {
	t.Helper()
	address, body, err := g.Sim.SealPush(appID, "", []byte(content), at)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query(), string(body)
}

// counted is how many pushes had an outcome, by the metric.
func (g *gate) counted(t *testing.T, outcome string) float64 {
	t.Helper()
	families, err := g.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "hutong_callbacks_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["sender"] == "mini_program" && labels["outcome"] == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	t.Fatalf("no outcome %s", outcome)
	return 0
}

// asked are the traces of one subject's pictures that WeChat was asked about; its own pushes are lost.
func (g *gate) asked(t *testing.T, told *[]model.Verdict, pictures ...string) (traces []string) {
	t.Helper()
	if err := g.Sim.AddFault(simulator.Fault{Op: simulator.OpPush, Kind: simulator.Lost, Times: len(pictures)}); err != nil {
		t.Fatal(err)
	}
	g.Moderate(told, pictures...)
	g.Later(5 * time.Second)
	err := g.DB.Read(g.Ctx).Model(&model.ContentCheck{}).Where("status = ?", model.CheckAsked).Order("id").Pluck("trace_id", &traces).Error
	if err != nil || len(traces) != len(pictures) {
		t.Fatalf("asked about %d pictures of %d, %v", len(traces), len(pictures), err)
	}
	return traces
}

func verdictOn(trace, suggest string) string {
	return fmt.Sprintf(`{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"wxa_media_check","trace_id":%q,"result":{"suggest":%q}}`, trace, suggest)
}

// Whatever an attacker posts about a picture that waits for its verdict changes nothing, and is told nothing; then
// WeChat's own push is taken, once.
func TestOnlyWeChatTellsAVerdict(t *testing.T) {
	each(t, func(t *testing.T, g *gate) {
		var told []model.Verdict
		trace := g.asked(t, &told, "/media/a.jpg")[0]
		content := verdictOn(trace, "pass")
		now := g.Clock.Now()
		other := g.World.Shop()
		twin, err := g.Sim.AddMerchant(simulator.Merchant{PushToken: g.Merchant.PushToken, PushKey: g.Merchant.PushKey})
		if err != nil {
			t.Fatal(err)
		}
		query, body := g.sealed(t, g.Merchant.AppID, content, now)
		with := func(name, value string) url.Values {
			q, _ := url.ParseQuery(query.Encode())
			q.Set(name, value)
			return q
		}
		old, oldBody := g.sealed(t, g.Merchant.AppID, content, now.Add(-301*time.Second))
		early, earlyBody := g.sealed(t, g.Merchant.AppID, content, now.Add(301*time.Second))
		foreign, foreignBody := g.sealed(t, other.Merchant.AppID, content, now)
		copied, copiedBody := g.sealed(t, twin.AppID, content, now)
		slug := g.Row.Slug
		before := g.Fingerprint()
		refusals := 0
		for name, c := range map[string]struct {
			slug   string
			query  url.Values
			body   string
			status int
		}{
			"in clear":                    {slug, with("encrypt_type", ""), content, 401},
			"in clear, says aes":          {slug, query, content, 401},
			"in clear, signed as an echo": {slug, with("msg_signature", query.Get("signature")), content, 401},
			"not said to be encrypted":    {slug, with("encrypt_type", "raw"), body, 401},
			"no query":                    {slug, nil, body, 401},
			"another signature":           {slug, with("msg_signature", strings.Repeat("0", 40)), body, 401},
			"another time":                {slug, with("timestamp", fmt.Sprint(now.Unix()-1)), body, 401},
			"old":                         {slug, old, oldBody, 401},
			"from the future":             {slug, early, earlyBody, 401},
			"with another shop's key":     {slug, foreign, foreignBody, 401},
			"of another mini program":     {slug, copied, copiedBody, 401},
			"at another shop's address":   {other.Row.Slug, query, body, 401},
			"at no shop's address":        {"nobody", query, body, 404},
			"too large":                   {slug, query, body + strings.Repeat(" ", 64<<10), 413},
		} {
			w := g.send(http.MethodPost, c.slug, c.query, c.body)
			if w.Code != c.status || w.Body.String() != "refused" {
				t.Errorf("%s: %d %q, want %d", name, w.Code, w.Body, c.status)
			}
			refusals++
		}
		for table, rows := range g.Fingerprint() {
			if rows != before[table] {
				t.Errorf("%s has changed", table)
			}
		}
		if n := g.counted(t, "refused"); n != float64(refusals) || len(told) != 0 {
			t.Errorf("%v refused of %d, told %v", n, refusals, told)
		}
		for range 3 { // a replay within five minutes is WeChat's own repetition
			if w := g.send(http.MethodPost, slug, query, body); w.Code != 200 || w.Body.String() != "success" {
				t.Errorf("%d %q", w.Code, w.Body)
			}
		}
		again, againBody := g.sealed(t, g.Merchant.AppID, verdictOn(trace, "risky"), now)
		g.send(http.MethodPost, slug, again, againBody) // another verdict under the same trace
		if fmt.Sprint(told) != "[pass]" || g.counted(t, "applied") != 1 || g.counted(t, "repeated") != 3 {
			t.Errorf("told %v", told)
		}
		if n := g.Count(&model.Callback{}, "notification_id = ? AND deliveries = 4 AND outcome = ?", trace, model.CallbackApplied); n != 1 {
			t.Errorf("%d are logged", n)
		}
	})
}

// Of two verdicts on one picture the first stays; of all pictures at once one verdict is told, the worst.
func TestVerdictsThatRace(t *testing.T) {
	for name, traces := range map[string]int{"on one picture": 1, "on six pictures": 6} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, g *gate) {
				var told []model.Verdict
				g.race(t, g.asked(t, &told, slices.Repeat([]string{"/media/a.jpg"}, traces)...))
				if len(told) != 1 || g.counted(t, "applied") != float64(traces) {
					t.Fatalf("told %v", told)
				}
				if n := g.Count(&model.ContentCheck{}, "verdict = ?", told[0]); n == 0 || told[0] == model.VerdictPass && n != int64(traces) {
					t.Errorf("told %v, written %d times", told, n)
				}
			})
		})
	}
}

// race pushes twelve verdicts at once, every fourth one bad.
func (g *gate) race(t *testing.T, traces []string) {
	t.Helper()
	const n = 12
	var queries [n]url.Values
	var bodies [n]string
	for i := range n {
		suggest := "pass"
		if i%4 == 1 {
			suggest = "risky"
		}
		queries[i], bodies[i] = g.sealed(t, g.Merchant.AppID, verdictOn(traces[i%len(traces)], suggest), g.Clock.Now())
	}
	testdb.Race(n, func(i int) error {
		if w := g.send(http.MethodPost, g.Row.Slug, queries[i], bodies[i]); w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		return nil
	})
}

// The push of XML, of a suspended shop and of an event that nobody waits for is taken as well.
func TestWhatIsTaken(t *testing.T) {
	each(t, func(t *testing.T, g *gate) {
		query, body := g.sealed(t, g.Merchant.AppID, `<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime>`+
			`<MsgType>event</MsgType><Event>user_info_modified</Event></xml>`, g.Clock.Now())
		var in struct{ Encrypt string }
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Fatal(err)
		}
		spec := brand.Spec{
			Slug: g.Row.Slug, Status: model.BrandSuspended, Name: g.Row.Name, Languages: g.Row.Languages, Theme: g.Row.Theme,
		}
		if _, err := g.Brand.Apply(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
		w := g.send(http.MethodPost, g.Row.Slug, query, "<xml><Encrypt><![CDATA["+in.Encrypt+"]]></Encrypt></xml>")
		if w.Code != 200 || w.Body.String() != "success" || g.counted(t, "unhandled") != 1 {
			t.Errorf("%d %q", w.Code, w.Body)
		}
		if n := g.Count(&model.Callback{}, "event = 'user_info_modified' AND outcome = ?", model.CallbackUnhandled); n != 1 {
			t.Errorf("%d are logged", n)
		}
	})
}
