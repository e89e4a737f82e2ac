package console_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/review"
	"hutong/service/testshop"
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
	"cancel-order":         func(p *premises) example { return example{p.unpaid(), `{"reason":"consumer_asked"}`} },
	"get-customer":         func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"list-customer-orders": func(p *premises) example { return example{of: p.buyerNo(p.paid())} },
	"get-fulfilment":       func(p *premises) example { return example{of: p.paid().no} },
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
	"push-tracking-events": func(p *premises) example {
		return example{body: fmt.Sprintf(`{"events":[{"carrier":"ZTO","waybill":%q,"status":"picked_up","at":%d}]}`, p.sent().waybill, p.Clock.Now().UnixMilli())}
	},

	"get-refund": func(p *premises) example { return example{of: p.refunded("")} },
	"refund-order": func(p *premises) example {
		return example{p.paid().no, `{"reason":"other","lines":[{"line":0,"quantity":1}]}`}
	},
	"reissue-refund":   func(p *premises) example { return example{of: p.refunded(simulator.RefundClosed)} },
	"ask-after-refund": func(p *premises) example { return example{of: p.refunded(simulator.RefundAbnormal)} },

	"get-after-sale":        func(p *premises) example { return example{of: p.asked()} },
	"agree-after-sale":      func(p *premises) example { return example{p.asked(), `{}`} },
	"refuse-after-sale":     func(p *premises) example { return example{p.asked(), `{"words":"no"}`} },
	"decide-after-sale":     func(p *premises) example { return example{p.escalated(), `{"verdict":"refund","words":"yes"}`} },
	"receive-after-sale":    func(p *premises) example { return example{p.back(model.AfterSaleReturn), `{"lines":[]}`} },
	"resend-after-sale":     func(p *premises) example { return example{p.arrived(model.AfterSaleExchange), label} },
	"compensate-after-sale": func(p *premises) example { return example{p.arrived(model.AfterSaleReturn), `{"words":"red packet"}`} },

	"get-reconciliation": func(p *premises) example { return example{of: p.reconciled()} },
	"resolve-bill-exception": func(p *premises) example {
		return example{p.exception(), `{"status":"ignored","note":"known"}`}
	},
	"decide-review":   func(p *premises) example { return example{p.reviewed(), `{"status":"hidden","reason":"an insult"}`} },
	"reply-to-review": func(p *premises) example { return example{p.reviewed(), `{"words":"Thank you"}`} },

	"get-product": func(p *premises) example { return example{of: p.product().Handle} },
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

	"get-promotion":        func(p *premises) example { return example{of: p.promotion()} },
	"create-promotion":     func(p *premises) example { return example{body: p.promotionBody()} },
	"change-promotion":     func(p *premises) example { return example{p.promotion(), p.promotionBody()} },
	"set-promotion-status": func(p *premises) example { return example{p.promotion(), `{"status":"paused"}`} },
	"get-coupon":           func(p *premises) example { return example{of: p.coupon("public")} },
	"create-coupon":        func(p *premises) example { return example{body: p.couponBody("issued")} },
	"change-coupon":        func(p *premises) example { return example{p.coupon("public"), p.couponBody("public")} },
	"set-coupon-status":    func(p *premises) example { return example{p.coupon("public"), `{"status":"paused"}`} },
	"issue-coupon": func(p *premises) example {
		return example{p.coupon("issued"), fmt.Sprintf(`{"orders":[%q]}`, p.paid().no)}
	},
	"make-coupon-codes": func(p *premises) example { return example{p.coupon("code"), `{"count":2}`} },

	"retry-job": func(p *premises) example { return example{of: p.dead()} },

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

// premises is a shop with an owner, in which examples are made.
type premises struct {
	*testshop.Shop
	t     *testing.T
	d     *desk
	owner string // access token
	no    string // of the owner
	keys  int
}

func (d *desk) premises(t *testing.T) *premises {
	t.Helper()
	s := d.Shop(func(spec *brand.Spec) {
		spec.AfterSale = &brand.AfterSale{
			ReturnPlace:     &model.ReturnPlace{Name: "退货仓", Phone: "021-12345678", Address: "上海市宝山区月罗路 9 号"},
			CompensationFen: 500,
		}
	})
	p := &premises{Shop: s, t: t, d: d}
	p.no, p.owner = d.employ(t, s, model.RoleOwner)
	return p
}

func (p *premises) key() string {
	p.keys++
	return fmt.Sprintf("%s-%06d", p.Row.Slug, p.keys)
}

// do lets the owner do something.
func (p *premises) do(method, path, body string) reply {
	p.t.Helper()
	return p.d.ask(p.t, method, "/console/v1"+path, p.owner, body, "Idempotency-Key", p.key())
}

// done is do where it has to succeed.
func (p *premises) done(method, path, body string) {
	p.t.Helper()
	if r := p.do(method, path, body); r.status >= 300 {
		p.t.Fatalf("%s: %d %s", r.of, r.status, r.body)
	}
}

// sale is a paid order of one piece.
type sale struct {
	p               *premises
	buyer           *testshop.Buyer
	no              string
	parcel, waybill string
}

func (p *premises) paid() *sale {
	p.t.Helper()
	v := &sale{p: p, buyer: p.Buyer()}
	v.no = v.buyer.MustOrder(v.buyer.Wants(p.SKU(900, 3), 1)).No
	p.check(v.buyer.Pay(v.no))
	p.Deliver()
	return v
}

// unpaid is the number of an order that is being paid.
func (p *premises) unpaid() string {
	p.t.Helper()
	b := p.Buyer()
	no := b.MustOrder(b.Wants(p.SKU(900, 3), 1)).No
	_, err := p.Payment.Prepare(p.Ctx, b.Buyer, no)
	p.check(err)
	return no
}

func (p *premises) sent() *sale {
	p.t.Helper()
	v := p.paid()
	v.waybill = fmt.Sprintf("ZTO%07d", p.keys)
	var far struct{ Parcels []struct{ No string } }
	p.do(http.MethodPost, "/orders/"+v.no+"/shipments", `{"delivery":"express","parcels":[{"carrier":"ZTO","waybill":"`+v.waybill+`"}]}`).into(&far)
	v.parcel = far.Parcels[0].No
	return v
}

// reviewed is the number of a review that everybody sees.
func (p *premises) reviewed() string {
	p.t.Helper()
	v := p.sent()
	_, err := p.Fulfilment.Confirm(p.Ctx, v.buyer.Buyer, v.no)
	p.check(err)
	r, err := p.Review.Write(p.Ctx, v.buyer.UserID, fmt.Sprint("review-key-", p.keys), review.Input{Order: v.no, Rating: 5}, "en")
	p.check(err)
	return r.No
}

// refunded is the number of a refund of which WeChat has made this.
func (p *premises) refunded(outcome simulator.FaultKind) string {
	p.t.Helper()
	if outcome != "" {
		p.Later(2 * time.Minute) // for other refunds not to take what is meant for this one
		p.check(p.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: outcome}))
	}
	var r struct{ No string }
	p.do(http.MethodPost, "/orders/"+p.paid().no+"/refunds", `{"reason":"other","lines":[{"line":0,"quantity":1}]}`).into(&r)
	p.Later(2 * time.Minute)
	p.Later(time.Second)
	return r.No
}

// apply is the number of a case about a sale.
func (v *sale) apply(kind model.AfterSaleKind, reason string) string {
	v.p.t.Helper()
	c, err := v.p.AfterSale.Apply(v.p.Ctx, v.buyer.Buyer, v.p.key(), v.no, aftersale.Wish{
		Kind: kind, Reason: reason, Lines: []aftersale.WishLine{{Quantity: 1}},
	})
	v.p.check(err)
	return c.No
}

func (p *premises) asked() string {
	p.t.Helper()
	return p.paid().apply(model.AfterSaleRefund, "unwanted")
}

func (p *premises) escalated() string {
	p.t.Helper()
	v := p.paid()
	no := v.apply(model.AfterSaleRefund, "unwanted")
	p.done(http.MethodPost, "/after-sales/"+no+"/refusal", `{"words":"no"}`)
	_, err := p.AfterSale.Escalate(p.Ctx, v.buyer.Buyer, no, aftersale.Note{})
	p.check(err)
	return no
}

// back is a case whose goods are on their way back.
func (p *premises) back(kind model.AfterSaleKind) string {
	p.t.Helper()
	v := p.sent()
	_, err := p.Fulfilment.Confirm(p.Ctx, v.buyer.Buyer, v.no)
	p.check(err)
	no := v.apply(kind, "faulty")
	p.done(http.MethodPost, "/after-sales/"+no+"/agreement", `{}`)
	_, err = p.AfterSale.SendBack(p.Ctx, v.buyer.Buyer, no, aftersale.Parcel{Carrier: "SF", Waybill: "SF1234567890"})
	p.check(err)
	return no
}

func (p *premises) arrived(kind model.AfterSaleKind) string {
	p.t.Helper()
	no := p.back(kind)
	p.done(http.MethodPost, "/after-sales/"+no+"/arrival", `{"lines":[]}`)
	return no
}

// reconciled is a day that differs from WeChat's bill: what was sold is missing there.
func (p *premises) reconciled() string {
	p.t.Helper()
	p.paid()
	day := model.DayOf(model.At(p.Clock.Now()))
	p.Sim.EditBills(simulator.BillEdit{
		Trade: func([]simulator.TradeRow) []simulator.TradeRow { return nil },
		Flow:  func([]simulator.FlowRow) []simulator.FlowRow { return nil },
	})
	defer p.Sim.EditBills(simulator.BillEdit{})
	p.Clock.Turn(4 * 24 * time.Hour) // so late that WeChat is believed
	_, err := p.Reconcile.Run(p.Ctx, day)
	p.check(err)
	return string(day)
}

func (p *premises) exception() string {
	p.t.Helper()
	views, _, err := p.Reconcile.Exceptions(p.Ctx, model.Day(p.reconciled()), []model.ExceptionStatus{model.ExceptionOpen}, 0, 1)
	p.check(err)
	if len(views) == 0 {
		p.t.Fatal("the day is in order")
	}
	return views[0].No
}

// dead is the id of a job that was given up.
func (p *premises) dead() string {
	p.t.Helper()
	v := p.Buyer()
	v.MustOrder(v.Wants(p.SKU(900, 3), 1))
	p.Overdue()
	return fmt.Sprint(p.GiveUp("order.expire").ID)
}

// draft is a product that is not published.
type draft struct {
	Handle  string
	Version int64
	SKUs    []struct {
		No     string
		OnHand int64 `json:"on_hand"`
	}
}

func (p *premises) product() (d draft) {
	p.t.Helper()
	p.do(http.MethodPost, "/products", `{"title":{"en":"Molo"},"skus":[{"price_fen":19900,"stock":5,"code":"M-1"}]}`).into(&d)
	return d
}

// category is the slug of a category that has nothing in it.
func (p *premises) category() string {
	p.t.Helper()
	slug := fmt.Sprintf("shelf-%d", p.keys)
	p.done(http.MethodPost, "/categories", `{"slug":"`+slug+`","name":{"en":"Shelf"},"published":false}`)
	return slug
}

func (p *premises) promotionBody() string {
	now := p.Clock.Now().UnixMilli()
	return fmt.Sprintf(`{"name":{"en":"10 off from 100"},"conditions":{"amount_from_fen":10000},`+
		`"effect":{"kind":"amount","amount_fen":1000},"starts_at":%d,"ends_at":%d}`, now, now+3_600_000)
}

func (p *premises) couponBody(access string) string {
	now := p.Clock.Now().UnixMilli()
	return fmt.Sprintf(`{"name":{"en":"5 off"},"access":%q,"conditions":{},"effect":{"kind":"amount","amount_fen":500},`+
		`"back":"unsent","per_user":1,"claim_from":%d,"claim_until":%d,"valid_days":7}`, access, now, now+3_600_000)
}

func (p *premises) promotion() string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/promotions", p.promotionBody()).into(&made)
	return made.No
}

func (p *premises) coupon(access string) string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/coupons", p.couponBody(access)).into(&made)
	return made.No
}

func (p *premises) colleague() (m struct{ No string }) {
	p.t.Helper()
	p.do(http.MethodPost, "/staff", `{"name":"Bruno","role":"viewer"}`).into(&m)
	return m
}

func (p *premises) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// products is a file of one product.
const products = "Handle,Title,Variant Price\nimported,Imported,12.50\n"

// imported is the number of an import that has not been run.
func (p *premises) imported(query string) string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/imports"+query, withFile("", products).body).into(&made)
	return made.No
}

// onePixel is a PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
