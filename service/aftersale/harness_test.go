package aftersale_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// place is where the shops of the tests have goods sent back to.
var place = model.ReturnPlace{Name: "退货仓", Phone: "021-12345678", Address: "上海市静安区南京西路 1 号"}

// desk is a shop with a member of its staff.
type desk struct {
	*testshop.Shop
	t     *testing.T
	staff context.Context
	keys  int
}

// each runs a test on both databases, in a shop that takes things back as is usual, unless an option says
// otherwise; at the end every invariant holds.
func each(t *testing.T, test func(t *testing.T, d *desk), options ...func(*brand.AfterSale)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		d := openDesk(t, testshop.NewWorld(t, db, clock), options...)
		test(t, d)
		d.Audit(t)
	}, testdb.Clock(clock.Now))
}

func openDesk(t *testing.T, w *testshop.World, options ...func(*brand.AfterSale)) *desk {
	t.Helper()
	s := w.Shop(func(spec *brand.Spec) {
		spec.AfterSale = &brand.AfterSale{ReturnPlace: &place}
		for _, option := range options {
			option(spec.AfterSale)
		}
	})
	return &desk{Shop: s, t: t, staff: model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})}
}

// key is an Idempotency-Key that no other request has.
func (d *desk) key() string {
	d.keys++
	return fmt.Sprintf("key-%06d", d.keys)
}

// sale is an order of so many pieces of one SKU, with who bought it.
type sale struct {
	d     *desk
	buyer *testshop.Buyer
	sku   model.SKU
	no    string // of the order
	of    string // number of the case
}

// sold lets somebody buy and pay pieces.
func (d *desk) sold(quantity int) *sale {
	d.t.Helper()
	v := &sale{d: d, buyer: d.Buyer(), sku: d.SKU(1_000, 20)}
	v.no = v.buyer.MustOrder(v.buyer.Wants(v.sku, quantity)).No
	if err := v.buyer.Pay(v.no); err != nil {
		d.t.Fatal(err)
	}
	d.Deliver()
	return v
}

// step works on the locked order.
func (v *sale) step(fn func(tx *gorm.DB, o *model.Order) error) {
	v.d.t.Helper()
	err := v.d.DB.InTx(v.d.Ctx, func(tx *gorm.DB) error {
		o, err := order.LockNo(tx, v.buyer.UserID, v.no)
		if err != nil {
			return err
		}
		return fn(tx, o)
	})
	if err != nil {
		v.d.t.Fatal(err)
	}
}

// shipped sends so many more pieces.
func (v *sale) shipped(n int) *sale {
	v.d.t.Helper()
	l := v.line()
	refused, err := v.d.Fulfilment.ShipAll(v.d.staff, []fulfilment.Row{{
		OrderNo: v.no, Box: fulfilment.Box{
			Carrier: "ZTO", Waybill: fmt.Sprintf("ZTO%06d", l.Shipped), Lines: []fulfilment.Piece{{SKUNo: l.SKUNo, Quantity: n}},
		},
	}})
	if err := errors.Join(append(refused, err)...); err != nil {
		v.d.t.Fatal(err)
	}
	return v
}

// received lets the consumer confirm the order.
func (v *sale) received() *sale {
	v.d.t.Helper()
	v.step(func(tx *gorm.DB, o *model.Order) error { return v.d.Order.Received(v.d.Ctx, tx, o, "consumer", "") })
	return v
}

func wish(kind model.AfterSaleKind, reason string, quantity int) aftersale.Wish {
	return aftersale.Wish{Kind: kind, Reason: reason, Lines: []aftersale.WishLine{{Quantity: quantity}}}
}

// apply opens a case.
func (v *sale) apply(w aftersale.Wish) (aftersale.View, error) {
	return v.d.AfterSale.Apply(v.d.Ctx, v.buyer.Buyer, v.d.key(), v.no, w)
}

// applied opens a case where that has to succeed.
func (v *sale) applied(w aftersale.Wish) *sale {
	v.d.t.Helper()
	got, err := v.apply(w)
	if err != nil {
		v.d.t.Fatal(err)
	}
	v.of = got.No
	return v
}

// must is the state of the case after a use case that has to succeed.
func (v *sale) must(_ aftersale.View, err error) *sale {
	v.d.t.Helper()
	if err != nil {
		v.d.t.Fatal(err)
	}
	return v
}

var parcel = aftersale.Parcel{Carrier: "SF", Waybill: "SF1234567890"}

func (v *sale) agree(c aftersale.Consent) (aftersale.View, error) {
	return v.d.AfterSale.Agree(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, c)
}

func (v *sale) refuse(words string) (aftersale.View, error) {
	return v.d.AfterSale.Refuse(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, aftersale.Note{Words: words})
}

func (v *sale) receive(restock int) (aftersale.View, error) {
	return v.d.AfterSale.Receive(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, aftersale.Arrival{Lines: []aftersale.Condition{{Restock: restock}}})
}

func (v *sale) resend() (aftersale.View, error) {
	return v.d.AfterSale.Resend(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, parcel)
}

func (v *sale) decide(verdict string) (aftersale.View, error) {
	return v.d.AfterSale.Decide(v.d.staff, aftersale.Handling{Key: v.d.key(), No: v.of}, aftersale.Decision{Verdict: verdict, Consent: aftersale.Consent{Note: aftersale.Note{Words: "decided"}}})
}

func (v *sale) withdraw() (aftersale.View, error) {
	return v.d.AfterSale.Withdraw(v.d.Ctx, v.buyer.Buyer, v.of)
}

func (v *sale) sendBack() (aftersale.View, error) {
	return v.d.AfterSale.SendBack(v.d.Ctx, v.buyer.Buyer, v.of, parcel)
}

func (v *sale) escalate() (aftersale.View, error) {
	return v.d.AfterSale.Escalate(v.d.Ctx, v.buyer.Buyer, v.of, aftersale.Note{Words: "please look again"})
}

func (v *sale) confirm() (aftersale.View, error) {
	return v.d.AfterSale.Confirm(v.d.Ctx, v.buyer.Buyer, v.of)
}

// now is the case as it is.
func (v *sale) now() aftersale.View {
	v.d.t.Helper()
	got, err := v.d.AfterSale.Find(v.d.staff, nil, v.of)
	if err != nil {
		v.d.t.Fatal(err)
	}
	return got
}

// want wants the case in a state.
func (v *sale) want(status model.AfterSaleStatus) *sale {
	v.d.t.Helper()
	if got := v.now(); got.Status != status {
		v.d.t.Errorf("the case is %s, want %s: %+v", got.Status, status, got.Events)
	}
	return v
}

// line is the order's line as it is.
func (v *sale) line() (l model.OrderLine) {
	v.d.t.Helper()
	tx := v.d.DB.Read(v.d.Ctx)
	if err := tx.Where("order_id = ?", v.d.State(v.no).ID).Take(&l).Error; err != nil {
		v.d.t.Fatal(err)
	}
	return l
}

// reasons are those of the case's moves.
func (v *sale) reasons() (reasons []string) {
	v.d.t.Helper()
	for _, e := range v.now().Events {
		reasons = append(reasons, fmt.Sprintf("%s:%s:%s", e.To, e.Actor, e.Reason))
	}
	return reasons
}

// refund gives pieces of an order back without any case.
func (d *desk) refund(v *sale, n int) error {
	return d.DB.InTx(d.staff, func(tx *gorm.DB) error {
		o, err := order.LockNo(tx, v.buyer.UserID, v.no)
		if err != nil {
			return err
		}
		_, err = d.Payment.RefundOrder(d.staff, tx, o, payment.RefundWish{
			Reason: payment.ReasonOther, Lines: []payment.RefundPart{{LineID: v.line().ID, Quantity: n, Sent: n}},
		})
		return err
	})
}

// paidBack lets WeChat give the money back that is on its way.
func (d *desk) paidBack() {
	d.t.Helper()
	d.Later(2 * time.Minute) // WeChat is asked
	d.Later(time.Second)     // and has done it
}
