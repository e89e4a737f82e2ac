package groupbuy_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/groupbuy"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// shop is a shop with one SKU that is to be had in groups.
type shop struct {
	*testshop.Shop
	t        *testing.T
	sku      model.SKU
	campaign string
	keys     int
}

// The prices of the SKU: alone, in a group, for who opens one.
const (
	solo   = model.Fen(9_900)
	price  = model.Fen(7_900)
	leader = model.Fen(6_900)
)

// each runs a test in a shop on both databases; its orders live for a day unless an option says otherwise.
func each(t *testing.T, test func(t *testing.T, s *shop), options ...func(*brand.Spec)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, clock, options...)
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

// onMariaDB is each on the database that proves races.
func onMariaDB(t *testing.T, test func(t *testing.T, s *shop), options ...func(*brand.Spec)) {
	t.Helper()
	clock := testshop.NewClock()
	s := newShop(t, testdb.MariaDB(t, testdb.Clock(clock.Now)), clock, options...)
	test(t, s)
	s.Audit(t)
}

func newShop(t *testing.T, db *database.DB, clock *testshop.Clock, options ...func(*brand.Spec)) *shop {
	t.Helper()
	s := &shop{Shop: testshop.NewWorld(t, db, clock).Shop(options...), t: t}
	s.sku = s.SKU(solo, 1_000)
	return s
}

// longOrders lets orders live for a day.
func longOrders(s *brand.Spec) { s.OrderTTL = 86_400 }

func (s *shop) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) key() string {
	s.keys++
	return fmt.Sprintf("key-%06d", s.keys)
}

func (s *shop) handle() (handle string) {
	s.t.Helper()
	s.check(s.DB.Read(s.Ctx).Model(&model.Product{}).Where("id = ?", s.sku.ProductID).Pluck("handle", &handle).Error)
	return handle
}

// input is a campaign of the SKU for groups of so many.
func (s *shop) input(size int) groupbuy.Campaign {
	s.t.Helper()
	return groupbuy.Campaign{
		Product: s.handle(), Size: size, StartsAt: model.At(s.Clock.Now()), EndsAt: model.At(s.Clock.Now().Add(30 * 24 * time.Hour)),
		Prices: []groupbuy.PriceInput{{SKUNo: s.sku.No, PriceFen: price, LeaderFen: leader}},
	}
}

// run lets a campaign run.
func (s *shop) run(size int, options ...func(*groupbuy.Campaign)) {
	s.t.Helper()
	in := s.input(size)
	for _, option := range options {
		option(&in)
	}
	v, err := s.GroupBuy.Create(s.Ctx, s.key(), in)
	s.check(err)
	s.campaign = v.No
}

// wants is a basket for a group; "" opens one.
func (s *shop) wants(b *testshop.Buyer, group string) order.Basket {
	return order.Basket{
		AddressNo: b.Address, Lines: []offer.Want{{SKUNo: s.sku.No, Quantity: 1}},
		Group: &model.GroupWish{Campaign: s.campaign, Group: group},
	}
}

// member is somebody with an order in a group.
type member struct {
	*testshop.Buyer
	order order.View
}

func (s *shop) place(b *testshop.Buyer, group string) (member, error) {
	v, err := b.Order(s.Ctx, "key-"+b.Address+group, s.wants(b, group))
	return member{b, v}, err
}

// mustPlace lets somebody new order in a group.
func (s *shop) mustPlace(group string) member {
	s.t.Helper()
	m, err := s.place(s.Buyer(), group)
	s.check(err)
	return m
}

// pay lets a member pay, and WeChat tell of it.
func (s *shop) pay(m member) {
	s.t.Helper()
	s.check(m.Pay(m.order.No))
	s.Deliver()
}

// open opens a group whose leader has paid.
func (s *shop) open() (leader member, group string) {
	s.t.Helper()
	m := s.mustPlace("")
	s.pay(m)
	return m, m.order.Group.No
}

func (s *shop) group(no string) (g model.Group) {
	s.t.Helper()
	s.check(s.DB.Read(s.Ctx).Where("no = ?", no).Take(&g).Error)
	return g
}

func (s *shop) seat(orderNo string) (seat model.GroupSeat) {
	s.t.Helper()
	s.check(s.DB.Read(s.Ctx).Where("order_id = ?", s.State(orderNo).ID).Take(&seat).Error)
	return seat
}

// seats counts the seats of a group by state.
func (s *shop) seats(group string) map[model.SeatStatus]int64 {
	s.t.Helper()
	id, out := s.group(group).ID, map[model.SeatStatus]int64{}
	for _, status := range model.SeatStatuses {
		if n := s.Count(&model.GroupSeat{}, "group_id = ? AND status = ?", id, status); n > 0 {
			out[status] = n
		}
	}
	return out
}

// settle does all that is due, and lets refunds come to their end.
func (s *shop) settle() {
	s.t.Helper()
	for range 4 {
		s.Later(2 * time.Minute)
	}
}

// is fails when an error is not the one that is wanted, as such or as the problem of a line.
func is(t *testing.T, err error, want *model.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %s", err, want.Code)
	}
}
