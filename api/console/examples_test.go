package console_test

import (
	"fmt"
	"net/http"
	"time"

	"hutong/model"
	"hutong/service/staff"
	"hutong/wechat/simulator"
)

// example is a request that succeeds: what {no}, {id} or {day} of the path is, and the body.
type example struct{ of, body string }

// withFile is an example whose body is a form with a file.
func withFile(of, content string) example {
	return example{of, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n" +
		"Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n"}
}

// boundary parts the fields of a form in a test.
const boundary = "hutong-test-boundary"

// examples makes, for each operation that names or changes something, what the request is about. An operation
// that is missing here fails the test: whoever adds one says how it is called.
var examples = map[string]func(p *premises) example{
	"get-order":     func(p *premises) example { return example{of: p.paid().no} },
	"get-recipient": func(p *premises) example { return example{of: p.paid().no} },
	"note-order":    func(p *premises) example { return example{p.paid().no, `{"words":"weekend delivery"}`} },
	"change-price": func(p *premises) example {
		return example{p.unpaid(), `{"amount_fen":-100,"words":"old customer","expected_total_fen":900}`}
	},
	"cancel-order":          func(p *premises) example { return example{p.unpaid(), `{"reason":"consumer_asked"}`} },
	"get-customer":          func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"get-customer-person":   func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"list-customer-coupons": func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"set-customer-level": func(p *premises) example {
		return example{p.buyerNo(p.paid()), fmt.Sprintf(`{"level":%q}`, p.level())}
	},
	"create-level":   func(p *premises) example { return example{body: p.levelBody()} },
	"rename-level":   func(p *premises) example { return example{p.level(), `{"name":{"en":"Silver"}}`} },
	"remove-level":   func(p *premises) example { return example{of: p.level()} },
	"get-segment":    func(p *premises) example { return example{of: p.segment()} },
	"create-segment": func(*premises) example { return example{body: segmentBody} },
	"change-segment": func(p *premises) example { return example{p.segment(), segmentBody} },
	"remove-segment": func(p *premises) example { return example{of: p.segment()} },
	"issue-coupon-to-segment": func(p *premises) example {
		return example{p.coupon("issued"), fmt.Sprintf(`{"segment":%q}`, p.segment())}
	},
	"set-coupon-issue-status": func(p *premises) example { return example{p.issue(), `{"status":"stopped"}`} },
	"list-customer-orders":    func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"get-fulfilment":          func(p *premises) example { return example{of: p.paid().no} },
	"ship-order": func(p *premises) example {
		return example{p.paid().no, `{"delivery":"express","parcels":[{"carrier":"ZTO","waybill":"ZTO0000001"}]}`}
	},
	"ship-list": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"rows":[{"order":%q,"carrier":"ZTO","waybill":"ZTO0000001"}]}`, p.paid().no)}
	},
	"ship-file": func(p *premises) example {
		return withFile("", "订单号,快递公司,运单号\n"+p.paid().no+",中通,ZTO0000001\n")
	},
	"correct-parcel": func(p *premises) example {
		return example{p.sent().parcel, `{"carrier":"SF","waybill":"SF00000001"}`}
	},
	"tell-again": func(p *premises) example { return example{of: p.unheard("invalid")} },
	"push-tracking-events": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"events":[{"carrier":"ZTO","waybill":%q,"status":"picked_up","at":%d}]}`, p.sent().waybill, p.Clock.Now().UnixMilli())}
	},

	"get-refund": func(p *premises) example { return example{of: p.refunded("")} },
	"refund-order": func(p *premises) example {
		return example{p.paid().no, `{"reason":"other","lines":[{"line":0,"quantity":1}]}`}
	},
	"reissue-refund": func(p *premises) example { return example{of: p.refunded(simulator.RefundClosed)} },
	"settle-refund": func(p *premises) example {
		return example{p.refunded(simulator.RefundClosed), `{"by":"bank_transfer","reference":"ICBC 20261126-0007"}`}
	},
	"ask-after-refund": func(p *premises) example { return example{of: p.refunded(simulator.RefundAbnormal)} },

	"get-after-sale":        func(p *premises) example { return example{of: p.asked()} },
	"agree-after-sale":      func(p *premises) example { return example{p.asked(), `{}`} },
	"refuse-after-sale":     func(p *premises) example { return example{p.asked(), `{"words":"no"}`} },
	"decide-after-sale":     func(p *premises) example { return example{p.escalated(), `{"verdict":"refund","words":"yes"}`} },
	"receive-after-sale":    func(p *premises) example { return example{p.back(model.AfterSaleReturn), `{"lines":[]}`} },
	"resend-after-sale":     func(p *premises) example { return example{p.arrived(model.AfterSaleExchange), label} },
	"compensate-after-sale": func(p *premises) example { return example{p.arrived(model.AfterSaleReturn), `{"words":"red packet"}`} },

	"get-reconciliation": func(p *premises) example { return example{of: p.reconciled()} },
	"run-reconciliation": func(p *premises) example { return example{body: fmt.Sprintf(`{"day":%q}`, p.reconciled())} },
	"resolve-bill-exception": func(p *premises) example {
		return example{p.exception(), `{"status":"ignored","note":"known"}`}
	},
	"decide-review":   func(p *premises) example { return example{p.reviewed(), `{"status":"hidden","reason":"an insult"}`} },
	"reply-to-review": func(p *premises) example { return example{p.reviewed(), `{"words":"Thank you"}`} },

	"preview-product": func(p *premises) example { return example{of: p.product().Handle} },
	"get-product":     func(p *premises) example { return example{of: p.product().Handle} },
	"create-product": func(*premises) example {
		return example{body: `{"title":{"en":"Molo bag","zh-CN":"莫洛手提包"},"skus":[{"price_fen":19900,"stock":5}]}`}
	},
	"change-product": func(p *premises) example {
		v := p.product()
		return example{v.Handle, fmt.Sprintf(`{"version":%d,"title":{"en":"Pier bag"},"skus":[{"price_fen":18900}]}`, v.Version)}
	},
	"set-product-state": func(p *premises) example { return example{p.product().Handle, `{"state":"published"}`} },
	"copy-product":      func(p *premises) example { return example{of: p.product().Handle} },

	"act-on-products": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"action":"publish","handles":[%q]}`, p.product().Handle)}
	},
	"change-skus": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"rows":[{"no":%q,"price_fen":100,"stock":7,"stock_was":5}]}`, p.product().SKUs[0].No)}
	},
	"list-stock-movements": func(p *premises) example { return example{of: p.product().SKUs[0].No} },
	"correct-stock": func(p *premises) example {
		return example{p.product().SKUs[0].No, `{"on_hand":4,"was":5,"reason":"damaged","note":"fell"}`}
	},
	"send-picture": func(*premises) example { return withFile("", onePixel) },
	"start-import": func(*premises) example { return withFile("", products) },
	"confirm-import": func(p *premises) example {
		no := p.imported("?dry_run=true")
		p.RunJobs()
		return example{of: no}
	},
	"resume-import":        func(p *premises) example { return example{of: p.failedImport()} },
	"list-import-findings": func(p *premises) example { return example{of: p.imported("")} },
	"get-import":           func(p *premises) example { return example{of: p.imported("")} },
	"list-import-lines":    func(p *premises) example { return example{of: p.imported("")} },
	"export-import-report": func(p *premises) example { return example{of: p.imported("")} },
	"set-stock-threshold":  func(p *premises) example { return example{p.product().SKUs[0].No, `{"low_at":3}`} },
	"set-stock-settings":   func(*premises) example { return example{body: `{"low_at":9}`} },
	"create-category":      func(*premises) example { return example{body: `{"name":{"en":"Rings"},"published":true}`} },
	"change-category":      func(p *premises) example { return example{p.category(), `{"name":{"en":"Bags"},"published":true}`} },
	"move-category": func(p *premises) example {
		return example{p.category(), fmt.Sprintf(`{"parent":%q}`, p.category())}
	},
	"remove-category": func(p *premises) example { return example{of: p.category()} },

	"get-promotion":          func(p *premises) example { return example{of: p.promotion()} },
	"create-promotion":       func(p *premises) example { return example{body: p.promotionBody()} },
	"change-promotion":       func(p *premises) example { return example{p.promotion(), p.promotionBody()} },
	"set-promotion-status":   func(p *premises) example { return example{p.promotion(), `{"status":"paused"}`} },
	"get-coupon":             func(p *premises) example { return example{of: p.coupon("public")} },
	"create-coupon":          func(p *premises) example { return example{body: p.couponBody("issued")} },
	"change-coupon":          func(p *premises) example { return example{p.coupon("public"), p.couponBody("public")} },
	"set-coupon-status":      func(p *premises) example { return example{p.coupon("public"), `{"status":"paused"}`} },
	"get-group-campaign":     func(p *premises) example { return example{of: p.campaign(p.SKU(900, 3))} },
	"create-group-campaign":  func(p *premises) example { return example{body: p.campaignOf(p.SKU(900, 3))} },
	"preview-group-campaign": func(p *premises) example { return example{body: p.campaignOf(p.SKU(900, 3))} },
	"change-group-campaign": func(p *premises) example {
		sku := p.SKU(900, 3)
		return example{p.campaign(sku), p.campaignOf(sku)}
	},
	"pause-group-campaign": func(p *premises) example { return example{of: p.campaign(p.SKU(900, 3))} },
	"resume-group-campaign": func(p *premises) example {
		no := p.campaign(p.SKU(900, 3))
		p.done(http.MethodPost, "/group-campaigns/"+no+"/pause", "")
		return example{of: no}
	},
	"cancel-group-campaign": func(p *premises) example { return example{of: p.campaign(p.SKU(900, 3))} },
	"get-group":             func(p *premises) example { return example{of: p.group()} },
	"cancel-group":          func(p *premises) example { return example{of: p.group()} },
	"issue-coupon": func(p *premises) example {
		return example{p.coupon("issued"), fmt.Sprintf(`{"orders":[%q]}`, p.paid().no)}
	},
	"make-coupon-codes": func(p *premises) example { return example{p.coupon("code"), `{"count":2}`} },

	"retry-job": func(p *premises) example { return example{of: p.dead()} },

	"get-page":           func(p *premises) example { return example{of: p.page()} },
	"list-page-versions": func(p *premises) example { return example{of: p.page()} },
	"add-page": func(p *premises) example {
		return example{body: `{"slug":"` + p.key() + `","title":{"en":"Our story"}}`}
	},
	"change-page": func(p *premises) example {
		slug := p.page()
		p.done(http.MethodPost, "/pages/"+slug+"/discard", `{"version":1}`)
		return example{slug, `{"version":2,"title":{"en":"Our story"},"blocks":[{"kind":"notice","text":{"en":"Hello"}}]}`}
	},
	"publish-page": func(p *premises) example { return example{p.page(), `{"version":1,"published":0}`} },
	"discard-page": func(p *premises) example { return example{p.page(), `{"version":1}`} },
	"restore-page": func(p *premises) example {
		slug := p.page()
		p.done(http.MethodPost, "/pages/"+slug+"/publish", `{"version":1,"published":0}`)
		return example{slug, `{"number":1,"version":2}`}
	},
	"unpublish-page": func(p *premises) example {
		slug := p.page()
		p.done(http.MethodPost, "/pages/"+slug+"/publish", `{"version":1,"published":0}`)
		return example{slug, `{"version":2,"published":1}`}
	},
	"remove-page":     func(p *premises) example { return example{of: p.page() + "?version=1&published=0"} },
	"list-page-links": func(p *premises) example { return example{of: p.page()} },
	"preview-page":    func(p *premises) example { return example{of: p.page()} },

	"put-setup-away": func(p *premises) example { return example{body: `{"away":true}`} },
	"change-profile": func(p *premises) example {
		return example{body: p.changed("/profile", map[string]any{"legal_name": p.key()}, "slug", "status", "may_open", "currency")}
	},
	"set-opening": func(p *premises) example {
		p.done(http.MethodPut, "/opening", `{"status":"suspended"}`)
		return example{body: `{"status":"active"}`}
	},
	"change-after-sale-settings": func(p *premises) example {
		return example{body: p.changed("/after-sale-settings", map[string]any{"fault_days": 20})}
	},
	"change-message-templates": func(p *premises) example {
		return example{body: p.changed("/message-templates", map[string]any{"templates": []any{}})}
	},
	"get-freight-template": func(p *premises) example { return example{of: p.freight()} },
	"add-freight-template": func(p *premises) example { return example{body: p.freightBody()} },
	"change-freight-template": func(p *premises) example {
		id := p.freight()
		return example{id, p.changed("/freight-templates/"+id, map[string]any{"name": p.key()}, "id", "products")}
	},
	"remove-freight-template": func(p *premises) example { return example{of: p.freight()} },
	"set-mini-program":        func(p *premises) example { return example{body: fmt.Sprintf(`{"app_id":%q}`, p.Merchant.AppID)} },
	"set-merchant": func(p *premises) example {
		var c struct {
			Merchant struct {
				CertSerial   string `json:"cert_serial"`
				Verification string `json:"verification"`
				PublicKeyID  string `json:"public_key_id"`
			}
		}
		p.do(http.MethodGet, "/credentials", "").into(&c)
		return example{body: fmt.Sprintf(`{"mch_id":%q,"cert_serial":%q,"verification":%q,"public_key_id":%q}`,
			p.Merchant.MchID, c.Merchant.CertSerial, c.Merchant.Verification, c.Merchant.PublicKeyID)}
	},
	"check-credentials": func(*premises) example { return example{body: `{}`} },

	"sign-in": func(p *premises) example {
		p.signedIn()
		return example{body: fmt.Sprintf(`{"brand":%q,"email":%q,"password":%q}`, p.Row.Slug, email(p.no), password)}
	},
	"end-session": func(p *premises) example {
		p.signedIn()
		made, err := p.Staff.SignIn(p.Ctx, staff.SignIn{Brand: p.Row.Slug, Email: email(p.no), Password: password}, "")
		p.check(err)
		return example{of: made.Session}
	},
	"change-name": func(p *premises) example {
		p.signedIn()
		return example{body: `{"name":"Aurelia"}`}
	},
	"change-password": func(p *premises) example {
		p.signedIn()
		return example{body: fmt.Sprintf(`{"current":%q,"password":"another lantern hangs"}`, password)}
	},
	"begin-totp": func(p *premises) example {
		p.signedIn()
		return example{body: fmt.Sprintf(`{"password":%q}`, password)}
	},
	"confirm-totp": func(p *premises) example { return example{body: fmt.Sprintf(`{"code":%q}`, p.code(p.begun()))} },
	"remove-totp": func(p *premises) example {
		secret := p.begun()
		_, err := p.Staff.ConfirmTOTP(p.Ctx, p.no, "", p.code(secret))
		p.check(err)
		p.Clock.Turn(time.Minute)
		p.session = p.signedInWith(p.code(secret))
		p.Clock.Turn(time.Minute)
		p.totp = "" // once this was done
		return example{body: fmt.Sprintf(`{"password":%q,"code":%q}`, password, p.code(secret))}
	},
	"list-sessions": func(p *premises) example { p.signedIn(); return example{} },
	"invite": func(*premises) example {
		return example{body: `{"email":"Carla@example.com","name":"Carla","role":"finance"}`}
	},
	"withdraw-invitation": func(p *premises) example { return example{of: p.invited("dario@example.com").No} },
	"reset-staff": func(p *premises) example {
		no := p.colleague().No
		p.d.session(p.t, p.Shop, no)
		return example{no, `{"remove_totp":true}`}
	},
	"get-invitation": func(p *premises) example { return example{of: p.invited("elio@example.com").Token} },
	"accept-invitation": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"token":%q,"password":%q}`, p.invited("fabia@example.com").Token, password)}
	},
	"set-security": func(*premises) example { return example{body: `{"require_totp":false}`} },

	"sign-out":           func(p *premises) example { p.signedIn(); return example{} },
	"end-other-sessions": func(p *premises) example { p.signedIn(); return example{} },

	"add-staff":    func(*premises) example { return example{body: `{"name":"Anna","role":"viewer"}`} },
	"change-staff": func(p *premises) example { return example{p.colleague().No, `{"role":"finance"}`} },
	"new-token":    func(p *premises) example { return example{p.colleague().No, `{"name":"books","days":5}`} },
	"revoke-token": func(p *premises) example {
		var made struct{ No string }
		p.do(http.MethodPost, "/staff/"+p.colleague().No+"/tokens", `{"name":"lost","days":5}`).into(&made)
		return example{of: made.No}
	},
}

const label = `{"carrier":"SF","waybill":"SF1234567890"}`
