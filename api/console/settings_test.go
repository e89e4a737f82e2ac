package console_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"hutong/api"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

type checks struct {
	Good   bool
	Checks []struct{ Check, Outcome, Setting, Code, Detail string }
}

// of is how a check ended: its outcome and its code.
func (c checks) of(check string) string {
	for _, one := range c.Checks {
		if one.Check == check {
			return one.Outcome + " " + one.Code
		}
	}
	return "none"
}

func (p *premises) tried(body string) (c checks) {
	p.t.Helper()
	p.do(http.MethodPost, "/credentials/check", body).into(&c)
	return c
}

// Whatever goes wrong at WeChat, the check tells what it is about, and takes an outage for no wrong setting.
func TestCredentialsAreTried(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		if c := p.tried(`{}`); !c.Good || c.of("mini_program") != "ok check_passed" || c.of("merchant") != "ok check_passed" ||
			c.of("binding") != "untested check_untested" || c.of("clock") != "ok check_passed" || c.of("message_push") != "ok check_passed" {
			t.Errorf("all is well: %+v", c)
		}
		p.paid()
		if c := p.tried(`{}`); c.of("binding") != "ok check_passed" {
			t.Errorf("paid: %+v", c)
		}
		for op, check := range map[simulator.Op]string{simulator.OpToken: "mini_program", simulator.OpQuery: "merchant"} {
			for _, kind := range []simulator.FaultKind{simulator.ErrorBefore, simulator.ErrorAfter, simulator.RateLimit} {
				p.check(d.Sim.AddFault(simulator.Fault{Op: op, Kind: kind}))
				c := p.tried(`{}`)
				if c.Good || c.of(check) != "unreachable check_unreachable" {
					t.Errorf("%s of %s: %+v", kind, op, c)
				}
			}
		}
		merchant := func(mchID, serial string) string {
			return fmt.Sprintf(`{"merchant":{"mch_id":%q,"cert_serial":%q,"apiv3_key":%q,"private_key":%q,"verification":"public_key","public_key_id":%q,"public_key":%q}}`,
				mchID, serial, p.Merchant.APIv3Key, p.Merchant.PrivateKey, p.Merchant.PublicKeyID, p.Merchant.PublicKey)
		}
		for body, want := range map[string][2]string{
			`{"mini_program":{"app_id":"wx0000000000000000","app_secret":"x"}}`:                    {"mini_program", "wrong check_app_id"},
			`{"mini_program":{"app_id":"wx0000000000000000"}}`:                                     {"mini_program", "not_set check_not_set"},
			fmt.Sprintf(`{"mini_program":{"app_id":%q,"app_secret":"another"}}`, p.Merchant.AppID): {"mini_program", "wrong check_app_secret"},
			merchant(p.Merchant.MchID, "00000000000000"):                                           {"merchant", "wrong check_signature"},
			merchant("1999999999", p.Merchant.CertSerial):                                          {"merchant", "wrong check_signature"},
		} {
			if c := p.tried(body); c.Good || c.of(want[0]) != want[1] {
				t.Errorf("%s: %+v", want[1], c)
			}
		}
		var c struct{ Checks []struct{ Detail string } }
		said := map[string]bool{}
		for _, language := range model.Languages {
			d.ask(t, http.MethodPost, "/console/v1/credentials/check", p.owner, `{}`, "Accept-Language", language).into(&c)
			said[c.Checks[0].Detail] = true
		}
		if len(said) != len(model.Languages) {
			t.Errorf("said: %v", said)
		}
		p.do(http.MethodPost, "/credentials/check", `{"mini_program":{"app_id":"wx"}}`).refused(http.StatusBadRequest, "too_short")
	})
}

// A secret goes in and never comes out: it is in no answer, no log, no audit row and no error.
func TestSecretsDoNotComeOut(t *testing.T) {
	var log bytes.Buffer
	each(t, func(t *testing.T, d *desk) {
		log.Reset()
		p := d.premises(t)
		_, operator := d.employ(t, p.Shop, model.RoleOperator)
		const secret, token, key = "5ec2e7000000000000000000000000ab", "TheTokenOfThePush1234567", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
		apiv3 := strings.Repeat("V", 28) + "wxyz"
		pem := strings.Split(p.Merchant.PrivateKey, "\n")[3]
		var answers bytes.Buffer
		ask := func(method, path, who, body string, status int) {
			t.Helper()
			r := d.ask(t, method, "/console/v1"+path, who, body)
			if r.status != status {
				t.Errorf("%s: %d %s", r.of, r.status, r.body)
			}
			answers.Write(r.body)
		}
		mini := fmt.Sprintf(`{"app_id":%q,"app_secret":%q,"push_token":%q,"push_key":%q`, p.Merchant.AppID, secret, token, key)
		merchant := func(mchID, rest string) string {
			b, err := json.Marshal(map[string]any{
				"mch_id": mchID, "apiv3_key": apiv3, "cert_serial": p.Merchant.CertSerial, "private_key": p.Merchant.PrivateKey,
				"verification": "public_key", "public_key_id": p.Merchant.PublicKeyID, "public_key": p.Merchant.PublicKey + rest,
			})
			p.check(err)
			return string(b)
		}
		ask(http.MethodPut, "/credentials/mini-program", p.owner, mini+"}", http.StatusOK)
		ask(http.MethodPut, "/credentials/mini-program", p.owner, mini+`,"nonsense":1}`, http.StatusBadRequest)
		ask(http.MethodPut, "/credentials/mini-program", p.owner, mini+` ,`, http.StatusBadRequest)
		ask(http.MethodPut, "/credentials/mini-program", operator, mini+"}", http.StatusForbidden)
		ask(http.MethodPut, "/credentials/merchant", p.owner, merchant(p.Merchant.MchID, ""), http.StatusOK)
		ask(http.MethodPut, "/credentials/merchant", p.owner, merchant("x", ""), http.StatusBadRequest)
		ask(http.MethodPut, "/credentials/merchant", p.owner, strings.Replace(merchant(p.Merchant.MchID, ""), "PUBLIC KEY", "NO KEY", 1), http.StatusBadRequest)
		ask(http.MethodPost, "/credentials/check", p.owner, `{"mini_program":`+mini+`},"merchant":`+merchant(p.Merchant.MchID, "")+`}`, http.StatusOK)
		ask(http.MethodPost, "/credentials/check", p.owner, `{}`, http.StatusOK)
		for _, path := range []string{"/credentials", "/profile", "/audit-log?limit=100", "/me"} {
			ask(http.MethodGet, path, p.owner, "", http.StatusOK)
		}
		ask(http.MethodGet, "/credentials", operator, "", http.StatusOK)
		var view struct {
			MiniProgram struct {
				AppSecret struct {
					Set      bool
					Since    int64
					EndsWith string `json:"ends_with"`
				} `json:"app_secret"`
			} `json:"mini_program"`
			Merchant struct {
				PrivateKey struct{ Fingerprint string } `json:"private_key"`
			}
		}
		p.do(http.MethodGet, "/credentials", "").into(&view)
		if s := view.MiniProgram.AppSecret; !s.Set || s.EndsWith != "00ab" || s.Since != d.Clock.Now().UnixMilli() || len(view.Merchant.PrivateKey.Fingerprint) != 16 {
			t.Errorf("%+v", view)
		}
		var rows []model.AuditEntry
		p.check(d.DB.Read(p.Ctx).Find(&rows).Error)
		audit, err := json.Marshal(rows)
		p.check(err)
		if !strings.Contains(string(audit), "credentials.merchant") || !strings.Contains(log.String(), "/console/v1/credentials/check") {
			t.Error("there is no audit row or no log to look in")
		}
		for name, s := range map[string]string{"app secret": secret, "push token": token, "push key": key, "APIv3 key": apiv3, "private key": pem} {
			for where, text := range map[string]string{"an answer": answers.String(), "the audit log": string(audit), "the log": log.String()} {
				if strings.Contains(text, s) {
					t.Errorf("the %s is in %s", name, where)
				}
			}
		}
	}, func(o *api.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
}

// Of those who change what they have read at once one wins, and the others are told.
func TestSettingsAreChangedByOneAtATime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		id := p.freight()
		for path, body := range map[string]string{
			"/profile":                 p.changed("/profile", map[string]any{"legal_name": "Lido S.r.l."}, "slug", "status", "may_open", "currency"),
			"/after-sale-settings":     p.changed("/after-sale-settings", map[string]any{"fault_days": 30}),
			"/freight-templates/" + id: p.changed("/freight-templates/"+id, map[string]any{"name": "other"}, "id", "products"),
		} {
			statuses := map[int]int{}
			for _, status := range testdb.Race(6, func(int) int { return d.ask(t, http.MethodPut, "/console/v1"+path, p.owner, body).status }) {
				statuses[status]++
			}
			if statuses[http.StatusOK] != 1 || statuses[http.StatusConflict] != 5 {
				t.Errorf("%s: %v", path, statuses)
			}
			p.do(http.MethodPut, path, body).refused(http.StatusConflict, "changed_meanwhile")
		}
	})
}

// What staff write into the profile can be read, and cannot act: colours white can be read on, addresses that run nothing.
func TestProfile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		change := func(with map[string]any) reply {
			return p.do(http.MethodPut, "/profile", p.changed("/profile", with, "slug", "status", "may_open", "currency"))
		}
		change(map[string]any{"theme": map[string]any{"accent": "#FFE08A"}}).refused(http.StatusBadRequest, "low_contrast")
		change(map[string]any{"theme": map[string]any{"accent": `red;}</style><script>`}}).refused(http.StatusBadRequest, "invalid")
		for _, logo := range []string{"javascript:alert(1)", `https://x/"onerror=alert(1)`, "data:text/html,x"} {
			change(map[string]any{"theme": map[string]any{"accent": "#8C2F39", "logo": logo}}).refused(http.StatusBadRequest, "invalid")
		}
		change(map[string]any{"contact": map[string]any{"email": `"><img src=x>@x`}}).refused(http.StatusBadRequest, "invalid")
		change(map[string]any{"time_zone": "../../etc/passwd"}).refused(http.StatusBadRequest, "invalid")
		var v struct {
			Theme    struct{ Accent string }
			TimeZone string `json:"time_zone"`
		}
		change(map[string]any{"theme": map[string]any{"accent": "#8C2F39"}, "time_zone": "Europe/Rome"}).into(&v)
		if v.Theme.Accent != "#8C2F39" || v.TimeZone != "Europe/Rome" {
			t.Errorf("%+v", v)
		}
	})
}

// Staff close their shop and open it again, but not one that the platform has suspended.
func TestOpening(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		shop := func() int { return d.ask(t, http.MethodGet, "/v1/"+p.Row.Slug, "", "").status }
		p.done(http.MethodPut, "/opening", `{"status":"suspended"}`)
		if s := shop(); s != http.StatusNotFound {
			t.Errorf("closed: %d", s)
		}
		p.done(http.MethodPut, "/opening", `{"status":"active"}`)
		if s := shop(); s != http.StatusOK {
			t.Errorf("opened: %d", s)
		}
		p.done(http.MethodPut, "/opening", `{"status":"suspended"}`)
		_, err := d.Brand.Apply(t.Context(), brand.Spec{
			Slug: p.Row.Slug, Name: p.Row.Name, Languages: p.Row.Languages, Theme: p.Row.Theme, Status: model.BrandSuspended,
		})
		p.check(err)
		p.do(http.MethodPut, "/opening", `{"status":"active"}`).refused(http.StatusConflict, "suspended_by_platform")
	})
}

// A freight template that products are priced by is not taken from them; there is one default.
func TestFreight(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		body := func(name string, standard bool) string {
			return fmt.Sprintf(`{"name":%q,"default":%t,"basis":"piece","rules":[{"first":1,"first_fen":800,"next":1,"next_fen":200}]}`, name, standard)
		}
		var first, second struct{ ID string }
		p.do(http.MethodPost, "/freight-templates", body("first", true)).into(&first)
		p.do(http.MethodPost, "/freight-templates", body("first", false)).refused(http.StatusConflict, "name_taken")
		p.do(http.MethodPost, "/freight-templates", `{"name":"none","basis":"piece","rules":[]}`).refused(http.StatusBadRequest, "invalid")
		sku := p.SKU(900, 3)
		p.do(http.MethodDelete, "/freight-templates/"+first.ID, "").refused(http.StatusConflict, "freight_in_use")
		p.do(http.MethodPost, "/freight-templates", body("second", true)).into(&second)
		if n := p.Count(&model.FreightTemplate{}, "is_default = ?", true); n != 1 {
			t.Errorf("%d defaults", n)
		}
		p.Set(&model.Product{}, map[string]any{"freight_template_id": first.ID}, "id = ?", sku.ProductID)
		p.do(http.MethodDelete, "/freight-templates/"+first.ID, "").refused(http.StatusConflict, "freight_in_use")
		p.Set(&model.Product{}, map[string]any{"freight_template_id": 0}, "id = ?", sku.ProductID)
		p.done(http.MethodDelete, "/freight-templates/"+first.ID, "")
		p.do(http.MethodDelete, "/freight-templates/"+first.ID, "").refused(http.StatusNotFound, "freight_not_found")
	})
}

// The checklist is read of what there is.
func TestSetup(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		of := func() (ready bool, left map[string][]string) {
			var v struct {
				Ready bool
				Steps []struct {
					Step    string
					Done    bool
					Missing []string
				}
			}
			p.do(http.MethodGet, "/setup", "").into(&v)
			left = map[string][]string{}
			for _, one := range v.Steps {
				if !one.Done {
					left[one.Step] = one.Missing
				}
			}
			return v.Ready, left
		}
		ready, left := of()
		if ready || left["product"] == nil || left["mini_program"] != nil || left["merchant"] != nil || left["return_place"] != nil || left["test_order"] == nil {
			t.Errorf("new: %t %v", ready, left)
		}
		p.paid()
		if ready, left = of(); !ready || left["product"] != nil || left["test_order"] != nil {
			t.Errorf("sold: %t %v", ready, left)
		}
		p.done(http.MethodPut, "/opening", `{"status":"suspended"}`)
		if ready, left = of(); ready || left["opening"] == nil {
			t.Errorf("closed: %t %v", ready, left)
		}

		_, viewer := d.employ(t, p.Shop, model.RoleOperator)
		away := func(whose string) bool {
			var v struct{ Away bool }
			d.ask(t, http.MethodGet, "/console/v1/setup", whose, "").into(&v)
			return v.Away
		}
		put := func(body string) {
			if r := d.ask(t, http.MethodPut, "/console/v1/setup/away", viewer, body); r.status != http.StatusNoContent {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
		if put(`{"away":true}`); !away(viewer) || away(p.owner) {
			t.Error("put away for others, or not for who did it")
		}
		if put(`{"away":false}`); away(viewer) {
			t.Error("it does not come back")
		}
	})
}
