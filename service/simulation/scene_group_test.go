package simulation_test

import (
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/groupbuy"
	"hutong/service/order"
	"hutong/service/testshop"
)

func (h *history) groupScenes() []scene {
	return []scene{
		{"the last seat", h.lastSeat},
		{"the last piece of a campaign", h.lastOfCampaign},
		{"paid when the group is over", h.paidTooLate},
		{"cancelled while the last one pays", h.cancelledAtLast},
		{"new twice", h.newTwice},
		{"money of a group goes back", h.groupMoneyBack},
		{"a case in a group that fails", h.caseInFailedGroup},
	}
}

// table is a campaign of a scene's own.
type table struct {
	stall
	sku model.SKU
	no  string
	in  groupbuy.Campaign
}

// table lets a SKU be had in groups of so many for 8 yuan instead of 10.
func (s stall) table(size int, change func(*groupbuy.Campaign)) table {
	sku := s.SKU(1_000, 50)
	in := groupbuy.Campaign{
		Product: s.product(sku), Size: size, StartsAt: s.now(), EndsAt: s.now().Add(300 * 24 * time.Hour), Life: 86_400,
		Prices: []groupbuy.PriceInput{{SKUNo: sku.No, PriceFen: 800}},
	}
	if change != nil {
		change(&in)
	}
	return table{s, sku, granted(s.GroupBuy.Create(s.desk(), s.key(), in)).No, in}
}

// wants is a basket for a group; "" opens one.
func (g table) wants(b *testshop.Buyer, group string, pieces int) order.Basket {
	basket := g.basket(b, g.sku, pieces, order.NoCoupon)
	basket.Group = &model.GroupWish{Campaign: g.no, Group: group}
	return basket
}

// seated is somebody with an order in a group.
type seated struct {
	table
	*testshop.Buyer

	order, group string
}

// sits lets somebody order in a group.
func (g table) sits(b *testshop.Buyer, group string, pieces int) seated {
	v := granted(g.place(b, g.wants(b, group, pieces)))
	return seated{g, b, v.No, v.Group.No}
}

// opens opens a group whose leader has paid.
func (g table) opens(pieces int) seated {
	m := g.sits(g.Buyer(), "", pieces)
	m.pays()
	return m
}

// comes lets somebody new order in the group of a member, with WeChat's sheet open.
func (m seated) comes() seated {
	n := m.sits(m.table.Buyer(), m.group, 1)
	n.opensSheet()
	return n
}

func (m seated) opensSheet() { _ = granted(m.Payment.Prepare(m.Ctx, m.Buyer.Buyer, m.order)) }

func (m seated) pays() { m.opensSheet(); m.paySheet(m.order) }

// is wants a member's seat and group to be in these states.
func (m seated) is(seat model.SeatStatus, reason string, group model.GroupStatus) {
	m.t.Helper()
	var row model.GroupSeat
	var g model.Group
	read := m.DB.Read(m.Ctx)
	if err := read.Where("order_id = ?", m.State(m.order).ID).Take(&row).Error; err != nil {
		m.t.Fatal(err)
	}
	if err := m.DB.Read(m.Ctx).Where("id = ?", row.GroupID).Take(&g).Error; err != nil {
		m.t.Fatal(err)
	}
	if row.Status != seat || row.Reason != reason || g.Status != group {
		m.t.Errorf("a seat is %s (%s) in a group that is %s, not %s (%s) in one that is %s", row.Status, row.Reason, g.Status, seat, reason, group)
	}
}

// lastSeat is for who is quick: whoever is slow loses it, and has their money back when they pay all the same, unless the
// seat is free again by then.
func (h *history) lastSeat(t *rapid.T) {
	g := h.stall(t).table(2, nil)
	leader := g.opens(1)
	slow := leader.comes()
	late := g.Buyer()
	_, err := g.place(late, g.wants(late, leader.group, 1))
	g.refused(t, "a seat that is kept for somebody", err, model.ErrGroupFull)
	g.Clock.Turn(groupbuy.Hold + time.Second)
	quick := leader.comes()
	slow.is(model.SeatReleased, "seat_lapsed", model.GroupOpen)
	g.paySheet(slow.order)
	slow.is(model.SeatRefunding, "group_full", model.GroupOpen)
	g.paySheet(quick.order)
	for _, m := range []seated{leader, quick} {
		m.is(model.SeatConfirmed, "", model.GroupFormed)
	}
	g.settle()
	slow.is(model.SeatRefunded, "group_full", model.GroupFormed)
	is(g.stall, "what who was slow has back", g.State(slow.order).RefundedFen, g.State(slow.order).TotalFen)

	leader = g.opens(1)
	slow = leader.comes()
	g.Clock.Turn(groupbuy.Hold + time.Second)
	quick = leader.comes()
	slow.is(model.SeatReleased, "seat_lapsed", model.GroupOpen)
	must(t, errOf(g.Payment.Cancel(g.Ctx, quick.Buyer.Buyer, quick.order)))
	g.paySheet(slow.order)
	slow.is(model.SeatConfirmed, "", model.GroupFormed)

	leader = g.opens(1)
	one, other := g.Buyer(), g.Buyer()
	err, quicker := g.overtaken(one, g.wants(one, leader.group, 1), other, g.wants(other, leader.group, 1))
	g.refused(t, "a seat that somebody was quicker to take", err, model.ErrGroupFull)
	is(g.stall, "who was quicker", quicker, nil)
}

// lastOfCampaign are the last pieces that a campaign may sell, for which two open groups, and what it does not sell: other
// goods, or these at a higher price than alone. Whose seats these are nobody else sees.
func (h *history) lastOfCampaign(t *rapid.T) {
	g := h.overseas(t).table(2, func(c *groupbuy.Campaign) { c.Prices[0].Quota = 2 })
	g.promote(g.sku, off(100), nil) // which is not for groups
	first := g.sits(g.Buyer(), "", 1)
	is(g.stall, "what a seat costs", g.State(first.order).TotalFen, 800)
	one, other := g.Buyer(), g.Buyer()
	err, quicker := g.overtaken(one, g.wants(one, "", 1), other, g.wants(other, "", 1))
	g.refused(t, "more than a campaign may sell", err, model.ErrOutOfStock)
	is(g.stall, "who was quicker", quicker, nil)
	is(g.stall, "seats of a campaign of two pieces", g.Count(&model.GroupSeat{}, "holding = ? AND price_id IN (SELECT id FROM group_prices WHERE sku_id = ?)", true, g.sku.ID), 2)

	goods := g
	goods.sku = g.SKU(1_000, 5)
	_, err = g.placeFor(one, goods.wants(one, "", 1), 1_000)
	g.refused(t, "other goods than a campaign's", err, model.ErrGroupBasket)
	dearer := g.in
	dearer.Prices = []groupbuy.PriceInput{{SKUNo: g.sku.No, PriceFen: 1_001}}
	_, err = g.GroupBuy.Change(g.desk(), g.no, dearer)
	g.refused(t, "a campaign that is dearer than alone", err, model.ErrOutOfRange)
	for _, b := range []*testshop.Buyer{first.Buyer, one} {
		seats := 0
		if b == first.Buyer {
			seats = 1
		}
		mine, _, err := g.GroupBuy.MyGroups(g.Ctx, b.UserID, 0, 9)
		if err != nil || len(mine) != seats {
			t.Errorf("user %d has %d seats and is told of %d, %v", b.UserID, seats, len(mine), err)
		}
		is(g.stall, "whether a seat is mine", granted(g.GroupBuy.MySeat(g.Ctx, b.UserID, first.group)) != nil, seats == 1)
	}
}

// paidTooLate is who pays when the group's time is up: WeChat's clock decides. Then there are enough, or not.
func (h *history) paidTooLate(t *rapid.T) {
	g := h.stall(t).table(3, func(c *groupbuy.Campaign) { c.MinSize, c.Life = 2, 600 })
	few, enough := g.opens(1), g.opens(1)
	g.Clock.Turn(8 * time.Minute)
	late, inTime := few.comes(), enough.comes()
	_ = granted(g.Sim.Pay(inTime.order)) // of which nobody tells before the end
	g.Clock.Turn(2 * time.Minute)
	g.paySheet(late.order)
	late.is(model.SeatRefunding, "group_over", model.GroupOpen)
	inTime.is(model.SeatPaid, "", model.GroupOpen)
	g.settle()
	few.is(model.SeatRefunded, "too_few", model.GroupExpired)
	late.is(model.SeatRefunded, "group_over", model.GroupExpired)
	for _, m := range []seated{enough, inTime} {
		m.is(model.SeatConfirmed, "", model.GroupFormed)
	}
}

// cancelledAtLast is a group that the brand cancels while WeChat tells of its last payment: it is cancelled and all get
// their money back, or it has formed and cannot be cancelled.
func (h *history) cancelledAtLast(t *rapid.T) {
	g := h.stall(t).table(2, nil)
	for _, n := range []int{2, 3} {
		leader := g.opens(1)
		last := leader.comes()
		_ = granted(g.Sim.Pay(last.order))
		refresh := func() error { return errOf(g.Payment.Refresh(g.Ctx, last.Buyer.Buyer, last.order)) }
		err, told, _ := g.meet(g.t, n, func() error { return errOf(g.GroupBuy.CancelGroup(g.desk(), leader.group)) }, refresh)
		is(g.stall, "to tell of the last payment", told, nil)
		g.deliver(t)
		if err != nil {
			g.refused(t, "to cancel a group that has formed", err, model.ErrWrongState)
			leader.is(model.SeatConfirmed, "", model.GroupFormed)
			last.is(model.SeatConfirmed, "", model.GroupFormed)
			continue
		}
		leader.is(model.SeatRefunding, "by_the_brand", model.GroupCancelled)
		last.is(model.SeatRefunding, "group_over", model.GroupCancelled)
	}
}

// newTwice is who is new, and has bought something when they pay for their seat: in another group, or alone.
func (h *history) newTwice(t *rapid.T) {
	g := h.stall(t).table(3, func(c *groupbuy.Campaign) { c.NewOnly = true })
	first, second := g.opens(1), g.opens(1)
	one := first.comes()
	again := g.sits(one.Buyer, second.group, 1)
	again.opensSheet()
	g.paySheet(one.order)
	one.is(model.SeatPaid, "", model.GroupOpen)
	g.paySheet(again.order)
	again.is(model.SeatRefunding, "not_new", model.GroupOpen)

	other := second.comes()
	_ = g.bought(other.Buyer, g.basket(other.Buyer, g.SKU(500, 9), 1, order.NoCoupon))
	g.paySheet(other.order)
	other.is(model.SeatRefunding, "not_new", model.GroupOpen)
	_, err := g.place(other.Buyer, g.wants(other.Buyer, first.group, 1))
	g.refused(t, "a group for new customers", err, model.ErrNewOnly)
}

// groupMoneyBack is money of members that goes back: a part of it changes nothing, all of it takes them out of a group that
// is open, and a group that has formed stays.
func (h *history) groupMoneyBack(t *rapid.T) {
	g := h.stall(t).table(2, nil)
	leader := g.opens(2)
	early := fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}}
	_, err := g.Fulfilment.Ship(g.desk(), g.key(), leader.order, early)
	g.refused(t, "to send before the group has formed", err, model.ErrGroupNotFormed)
	g.refund(leader.order, 1, 0)
	leader.is(model.SeatPaid, "", model.GroupOpen)

	other := leader.comes()
	g.paySheet(other.order)
	leader.is(model.SeatConfirmed, "", model.GroupFormed)
	g.refund(other.order, 1, 0)
	other.is(model.SeatRefunded, "order_refunded", model.GroupFormed)
	leader.is(model.SeatConfirmed, "", model.GroupFormed)
	g.ship(t, placed{leader.Buyer, leader.order})
	is(g.stall, "an order of a group that has formed", g.State(leader.order).Status, model.OrderShipped)

	alone := g.opens(1)
	g.refund(alone.order, 1, 0)
	alone.is(model.SeatRefunded, "order_refunded", model.GroupCancelled)
}

// caseInFailedGroup is a case about a piece of two while the group fails: the other piece's money goes back at once, that
// one's with the case, and none of it twice.
func (h *history) caseInFailedGroup(t *rapid.T) {
	g := h.stall(t).table(2, nil)
	m := g.opens(2)
	v := granted(g.AfterSale.Apply(g.Ctx, m.Buyer.Buyer, g.key(), m.order, aftersale.Wish{
		Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}},
	}))
	_ = granted(g.GroupBuy.CancelGroup(g.desk(), m.group))
	back := func(what string, refunds int64, fen model.Fen) {
		g.settle()
		o := g.State(m.order)
		is(g.stall, "refunds, "+what, g.Count(&model.Refund{}, "order_id = ? AND status = ?", o.ID, model.RefundSucceeded), refunds)
		is(g.stall, "money back, "+what, o.RefundedFen, fen)
	}
	total := g.State(m.order).TotalFen
	freight := total - 1_600
	back("while the case has a piece", 1, 800)
	m.is(model.SeatRefunding, "by_the_brand", model.GroupCancelled)
	_ = granted(g.AfterSale.Agree(g.desk(), aftersale.Handling{No: v.No, Key: g.key()}, aftersale.Consent{}))
	back("when the case is done", 2, 1_600+freight)
	m.is(model.SeatRefunded, "by_the_brand", model.GroupCancelled)
}
