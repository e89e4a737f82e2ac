package console_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/review"
	"hutong/service/staff"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// premises is a shop with an owner, in which examples are made.
type premises struct {
	*testshop.Shop
	t     *testing.T
	d     *desk
	owner string // access token
	no    string // of the owner
	keys  int

	session string // of the owner
	totp    string // the secret of the owner's second factor
}

// signedIn begins a new session of the owner, who has no second factor.
func (p *premises) signedIn() {
	p.t.Helper()
	if p.totp != "" {
		p.check(p.Staff.SetLogin(p.Ctx, p.no, email(p.no), password))
		p.Clock.Turn(time.Minute)
		p.check(p.Staff.RemoveTOTP(p.Ctx, p.no, password, p.code(p.totp)))
		p.totp = ""
	}
	p.session = p.d.session(p.t, p.Shop, p.no)
}

// signedInWith is a new session of the owner, who has a second factor.
func (p *premises) signedInWith(code string) string {
	p.t.Helper()
	made, err := p.Staff.SignIn(p.Ctx, staff.SignIn{Brand: p.Row.Slug, Email: email(p.no), Password: password, Code: code}, "")
	p.check(err)
	return made.Cookie
}

// invited is an invitation to work here.
func (p *premises) invited(email string) staff.NewInvitation {
	p.t.Helper()
	made, err := p.Staff.Invite(p.Ctx, staff.Invite{Email: email, Role: model.RoleViewer})
	p.check(err)
	return made
}

// begun is the secret of a second factor that is being set up.
func (p *premises) begun() string {
	p.t.Helper()
	p.signedIn()
	made, err := p.Staff.BeginTOTP(p.Ctx, p.no, password)
	p.check(err)
	p.totp = made.Secret
	return made.Secret
}

// code is what an authenticator app shows.
func (p *premises) code(secret string) string {
	p.t.Helper()
	c, err := totp.GenerateCode(secret, p.Clock.Now())
	p.check(err)
	return c
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

// unheard is the number of an order of which WeChat refuses to hear what was sent.
func (p *premises) unheard(code string) string {
	p.t.Helper()
	no := p.sent().no
	p.Later(time.Minute)
	p.Set(&model.ShippingUpload{}, map[string]any{"status": model.UploadRefused, "refused_for": code}, "order_id = ?", p.State(no).ID)
	return no
}

// campaignOf is a campaign of groups for a SKU, as staff send it.
func (p *premises) campaignOf(sku model.SKU) string {
	p.t.Helper()
	var handle string
	p.check(p.DB.Read(p.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handle).Error)
	now := p.Clock.Now()
	return fmt.Sprintf(`{"product":%q,"prices":[{"sku":%q,"price_fen":700}],"size":2,"starts_at":%d,"ends_at":%d}`,
		handle, sku.No, now.UnixMilli(), now.Add(time.Hour).UnixMilli())
}

// campaign is the number of a campaign of groups for a SKU.
func (p *premises) campaign(sku model.SKU) string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/group-campaigns", p.campaignOf(sku)).into(&made)
	return made.No
}

// group is the number of an open group with a paid seat.
func (p *premises) group() string {
	p.t.Helper()
	sku := p.SKU(900, 3)
	b := p.Buyer()
	basket := b.Wants(sku, 1)
	basket.Group = &model.GroupWish{Campaign: p.campaign(sku)}
	o := b.MustOrder(basket)
	p.check(b.Pay(o.No))
	p.Deliver()
	return o.Group.No
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

// changed is what an address answers, with some of it changed and some left out.
func (p *premises) changed(path string, with map[string]any, without ...string) string {
	p.t.Helper()
	var all map[string]any
	p.do(http.MethodGet, path, "").into(&all)
	maps.Copy(all, with)
	for _, name := range append(without, "$schema") {
		delete(all, name)
	}
	body, err := json.Marshal(all)
	p.check(err)
	return string(body)
}

// page is the slug of a page that was begun and never published.
func (p *premises) page() string {
	p.t.Helper()
	slug := p.key()
	p.done(http.MethodPost, "/pages", `{"slug":"`+slug+`","title":{"en":"Our story"}}`)
	return slug
}

func (p *premises) freightBody() string {
	return fmt.Sprintf(`{"name":%q,"basis":"piece","rules":[{"first":1,"first_fen":800,"next":1,"next_fen":200}]}`, p.key())
}

// freight is the id of a freight template that no product uses.
func (p *premises) freight() string {
	p.t.Helper()
	var made struct{ ID string }
	p.do(http.MethodPost, "/freight-templates", p.freightBody()).into(&made)
	return made.ID
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

// levelBody is a level of a rank that nothing has yet.
func (p *premises) levelBody() string {
	p.t.Helper()
	var n int64
	p.check(p.DB.Read(p.Ctx).Model(&model.MemberLevel{}).Select("COALESCE(MAX(level_rank), 0)").Scan(&n).Error)
	return fmt.Sprintf(`{"rank":%d,"name":{"en":"Gold"}}`, n+1)
}

func (p *premises) level() string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/member-levels", p.levelBody()).into(&made)
	return made.No
}

// segmentBody is a segment of who has bought something.
const segmentBody = `{"name":"buyers","rule":{"paid_from":1}}`

func (p *premises) segment() string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/segments", segmentBody).into(&made)
	return made.No
}

// issue is coupons on their way to a segment.
func (p *premises) issue() string {
	p.t.Helper()
	var made struct{ No string }
	p.do(http.MethodPost, "/coupons/"+p.coupon("issued")+"/segment-issues", fmt.Sprintf(`{"segment":%q}`, p.segment())).into(&made)
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

// failedImport is one that failed for no reason of its file's.
func (p *premises) failedImport() string {
	no := p.imported("")
	p.Set(&model.Import{}, map[string]any{"status": model.ImportFailed, "fault": "internal"}, "no = ?", no)
	return no
}

// onePixel is a PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
