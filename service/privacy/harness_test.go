package privacy_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/address"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/cart"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/groupbuy"
	"hutong/service/identity"
	"hutong/service/member"
	"hutong/service/order"
	"hutong/service/promotion"
	"hutong/service/review"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// shop is one with somebody who has bought there.
type shop struct {
	*testshop.Shop
	t     *testing.T
	buyer order.Buyer
	no    string // the consumer's number
	token string
	keys  int
}

const street = "长乐路 398 号"

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := &shop{Shop: testshop.NewWorld(t, db, clock).Shop(tells), t: t}
		_, err := s.Sim.AddTemplate(simulator.Template{
			AppID: s.Merchant.AppID, ID: template, Title: "Paid", Fields: map[string]string{"character_string1": "Order"},
		})
		s.check(err)
		session := s.signIn()
		s.no, s.token = session.User.No, session.Token
		id, err := s.Identity.Authenticate(s.Ctx, s.Row.ID, s.token)
		s.check(err)
		s.buyer = order.Buyer{Brand: s.Row, UserID: id, Languages: []string{"en"}}
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

// kept is where a street may be found of a deleted account, until the law wants it no more.
const kept = "[*model.Order *model.ParcelEvent]"

const template = "paid-template-0123456789"

// tells lets a brand tell consumers that an order is paid.
func tells(b *brand.Spec) {
	b.Messages = []brand.MessageTemplate{{
		Event: model.MessageOrderPaid, Template: template, Fields: []model.MessageField{{Name: "character_string1", Value: model.FactOrder}},
	}}
}

func (s *shop) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// inUse wants the consumer's account to stay, because of something that is still under way.
func (s *shop) inUse(what string) {
	s.t.Helper()
	err := s.Privacy.Delete(s.Ctx, s.buyer.UserID)
	var e *model.Error
	if !errors.As(err, &e) || !errors.Is(err, model.ErrAccountInUse) || e.Args["what"] != what {
		s.t.Errorf("with %s: %v", what, err)
	}
}

func (s *shop) key() string { s.keys++; return fmt.Sprint("key-number-", s.keys) }

func (s *shop) signIn() identity.Session {
	s.t.Helper()
	code, err := s.Sim.LoginCode(s.Merchant.AppID, "mei")
	s.check(err)
	session, err := s.Identity.Login(s.Ctx, code, "en")
	s.check(err)
	return session
}

// buy is an order of the consumer's that is paid.
func (s *shop) buy(sku model.SKU) order.View {
	s.t.Helper()
	a, err := s.Address.Create(s.Ctx, s.buyer.UserID, s.key(), address.Input{
		Name: "李梅", Phone: "13912345678", ProvinceCode: "31", City: "上海市", District: "静安区", Detail: street,
	})
	s.check(err)
	b := testshop.Buyer{Buyer: s.buyer, Address: a.No}
	q, err := s.Order.Quote(s.Ctx, s.buyer, b.Wants(sku, 1))
	s.check(err)
	ctx := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorConsumer, No: fmt.Sprint(s.buyer.UserID), Address: "198.51.100.7"})
	v, err := s.Order.Place(ctx, s.buyer, s.key(), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: q.TotalFen})
	s.check(err)
	_, err = s.Payment.Prepare(s.Ctx, s.buyer, v.No)
	s.check(err)
	_, err = s.Sim.Pay(v.No)
	s.check(err)
	s.Deliver()
	return v
}

// send sends an order, and lets WeChat hear of it.
func (s *shop) send(no string) {
	s.t.Helper()
	s.ship(no)
	s.Later(time.Minute)
}

// ship sends an order.
func (s *shop) ship(no string) {
	s.t.Helper()
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	_, err := s.Fulfilment.Ship(staff, s.key(), no, fulfilment.Shipment{
		Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "ZTO", Waybill: fmt.Sprintf("ZTO%07d", s.keys)}},
	})
	s.check(err)
}

// receive sends an order, and lets it come.
func (s *shop) receive(no string) {
	s.t.Helper()
	s.send(no)
	var p model.Parcel
	s.check(s.DB.Read(s.Ctx).Order("id DESC").Take(&p).Error)
	_, err := s.Fulfilment.Track(s.Ctx, []fulfilment.Event{{
		Carrier: p.Carrier, Waybill: p.Waybill, Status: model.ParcelInTransit, At: model.At(s.Clock.Now()), Place: "静安寺站", Remark: "将送往 " + street,
	}})
	s.check(err)
	_, err = s.Fulfilment.Confirm(s.Ctx, s.buyer, no)
	s.check(err)
}

func (s *shop) photo() string {
	s.t.Helper()
	var b bytes.Buffer
	s.check(png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 4, 4))))
	p, err := s.Picture.Take(s.Ctx, s.buyer.UserID, b.Bytes())
	s.check(err)
	return p.No
}

// offer lets the consumer have a coupon, and buy in a flash sale.
func (s *shop) offer(sku model.SKU) {
	s.t.Helper()
	staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	now := model.At(s.Clock.Now())
	var p model.Product
	s.check(s.DB.Read(s.Ctx).Where("id = ?", sku.ProductID).Take(&p).Error)
	_, err := s.Promotion.Create(staff, s.key(), promotion.Spec{
		Name: model.Text{"en": "Flash"}, StartsAt: now, EndsAt: now.Add(time.Hour), Quota: &promotion.Quota{Total: 9, PerUser: 9},
		Conditions: promotion.ConditionsSpec{Products: []string{p.Handle}}, Effect: promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 900},
	})
	s.check(err)
	c, err := s.Promotion.CreateCoupon(staff, s.key(), promotion.CouponSpec{
		Name: model.Text{"en": "Welcome"}, Access: model.CouponPublic, Back: model.CouponBackNever, ValidDays: 9,
		ClaimUntil: now.Add(time.Hour), Effect: promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 1},
		Conditions: promotion.ConditionsSpec{AmountFromFen: 90_000},
	})
	s.check(err)
	_, err = s.Promotion.Claim(s.Ctx, s.buyer.UserID, s.key(), c.No)
	s.check(err)
}

// live lets the consumer leave traces everywhere, and ends what is under way.
func (s *shop) live() (orderNo string) {
	s.t.Helper()
	sku := s.SKU(910, 50)
	s.offer(sku)
	v := s.buy(sku)
	handle := v.Lines[0].Handle
	code, err := s.Sim.PhoneCode(s.Merchant.AppID, "mei")
	s.check(err)
	_, err = s.Identity.SetPhone(s.Ctx, s.buyer.UserID, code)
	s.check(err)
	level, err := s.Member.Create(s.Ctx, s.key(), member.Spec{Rank: 1, Name: member.Name{Name: model.Text{"zh-CN": "金卡"}}})
	s.check(err)
	var no string
	s.check(s.DB.Read(s.Ctx).Model(&model.User{}).Where("id = ?", s.buyer.UserID).Pluck("no", &no).Error)
	_, err = s.Member.Set(s.Ctx, no, level.No)
	s.check(err)
	s.check(s.Favourite.Add(s.Ctx, s.buyer.UserID, handle))
	s.check(s.History.Note(s.Ctx, s.buyer.UserID, handle))
	_, err = s.Cart.Add(s.Ctx, cart.Owner{UserID: s.buyer.UserID}, s.key(), cart.Item{SKU: sku.No, Quantity: 2})
	s.check(err)
	s.receive(v.No)
	_, err = s.Review.Write(s.Ctx, s.buyer.UserID, s.key(), review.Input{Order: v.No, Rating: 5, Words: "好", Pictures: []string{s.photo()}})
	s.check(err)
	s.photo()
	_, err = s.AfterSale.Apply(s.Ctx, s.buyer, s.key(), v.No, aftersale.Wish{
		Kind: model.AfterSaleReturn, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 0, Quantity: 1}},
		Note: aftersale.Note{Words: "门牌在后院", Pictures: []string{s.photo()}},
	})
	s.check(err)
	s.RunJobs()
	s.Later(6 * time.Second)
	_, err = s.Message.Grant(s.Ctx, s.buyer.UserID, s.key(), []string{template})
	s.check(err)
	return v.No
}

// leaveGroup opens a small group, leaves it before it is paid, and looks at it again.
func (s *shop) leaveGroup(sku model.SKU) {
	s.t.Helper()
	var handle string
	s.check(s.DB.Read(s.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handle).Error)
	now := s.Clock.Now()
	c, err := s.GroupBuy.Create(s.Ctx, s.key(), groupbuy.Campaign{
		Product: handle, Size: 2, StartsAt: model.At(now), EndsAt: model.At(now.Add(time.Hour)),
		Prices: []groupbuy.PriceInput{{SKUNo: sku.No, PriceFen: 800}},
	})
	s.check(err)
	a, err := s.Address.Create(s.Ctx, s.buyer.UserID, s.key(), address.Input{
		Name: "李梅", Phone: "13912345678", ProvinceCode: "31", City: "上海市", District: "静安区", Detail: street,
	})
	s.check(err)
	basket := (&testshop.Buyer{Buyer: s.buyer, Address: a.No}).Wants(sku, 1)
	basket.Group = &model.GroupWish{Campaign: c.No}
	v, err := s.Order.Place(s.Ctx, s.buyer, s.key(), order.Checkout{Basket: basket, ExpectedTotalFen: 800})
	s.check(err)
	_, err = s.Payment.Cancel(s.Ctx, s.buyer, v.No)
	s.check(err)
	s.check(s.GroupBuy.Visit(s.Ctx, s.buyer.UserID, v.Group.No, 0))
}

func (s *shop) withdraw() {
	s.t.Helper()
	views, _, err := s.AfterSale.List(s.Ctx, s.buyer, "", 0, 10)
	s.check(err)
	for _, v := range views {
		_, err := s.AfterSale.Withdraw(s.Ctx, s.buyer, v.No)
		s.check(err)
	}
}

// rows counts what in the whole database has some words in it.
func (s *shop) rows(words string) (in []string) {
	s.t.Helper()
	for table, print := range s.Fingerprint() {
		if strings.Contains(print, words) {
			in = append(in, table)
		}
	}
	slices.Sort(in)
	return in
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
