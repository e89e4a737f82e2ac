package simulation_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/groupbuy"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// groups are the campaigns of a history, and the groups that its consumers know.
type groups struct {
	campaigns []campaign
	known     []string // numbers of groups, the newest last
	keys      int
}

type campaign struct {
	no  string
	sku model.SKU
	in  groupbuy.Campaign
}

// startCampaigns lets two SKUs be bought in groups: one by two without any limit, one by three with every limit there
// is, of whom two are enough in the end.
func (h *history) startCampaigns(t *rapid.T) {
	now := h.Clock.Now()
	for i, sku := range []model.SKU{h.SKU(2_990, 6), h.SKU(3_990, 9)} {
		var handle string
		if err := h.DB.Read(h.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handle).Error; err != nil {
			t.Fatal(err)
		}
		in := groupbuy.Campaign{
			Product: handle, Size: 2 + i, StartsAt: model.At(now), EndsAt: model.At(now.Add(365 * 24 * time.Hour)), Life: 3_600,
			Prices: []groupbuy.PriceInput{{SKUNo: sku.No, PriceFen: 1_990, LeaderFen: 1_490}},
		}
		if i == 1 {
			in.MinSize, in.UserLimit, in.NewOnly, in.Life, in.Prices[0].Quota = 2, 2, true, 900, 7
		}
		v, err := h.GroupBuy.Create(h.Ctx, fmt.Sprintf("campaign-%d", i), in)
		if err != nil {
			t.Fatal(err)
		}
		h.groups.campaigns = append(h.groups.campaigns, campaign{v.No, sku, in})
	}
}

// someone is a buyer, sometimes a new one.
func (h *history) someone(t *rapid.T) *testshop.Buyer {
	if h.crasher.Crashed() || len(h.buyers) > 12 || rapid.IntRange(0, 2).Draw(t, "newcomer") > 0 {
		return h.anyone(t)
	}
	defer h.aside()()
	b := h.Buyer()
	h.buyers = append(h.buyers, b)
	return b
}

// seat lets a buyer order in a group of a campaign; "" opens one.
func (h *history) seat(t *rapid.T, b *testshop.Buyer, c campaign, group string) (placed, bool) {
	h.groups.keys++
	basket := order.Basket{
		AddressNo: b.Address, Lines: []offer.Want{{SKUNo: c.sku.No, Quantity: rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "pieces")}},
		Group: &model.GroupWish{Campaign: c.no, Group: group, From: rapid.IntRange(0, 3).Draw(t, "from")},
	}
	v, err := b.Order(h.Ctx, fmt.Sprintf("seat-%05d", h.groups.keys), basket)
	if err != nil {
		return placed{}, false
	}
	o := placed{b, v.No}
	h.orders = append(h.orders, o)
	if group == "" {
		h.groups.known = append(h.groups.known, v.Group.No)
	}
	return o, true
}

// group is one that somebody has told of, or "".
func (h *history) group(t *rapid.T) string {
	if len(h.groups.known) == 0 {
		return ""
	}
	known := h.groups.known[max(0, len(h.groups.known)-3):]
	if h.rival.at && rapid.Bool().Draw(t, "the newest group") { // where the interrupted are, most likely
		return known[len(known)-1]
	}
	return pick(t, known, "group")
}

// join lets one buyer open or join a group, and pay or not.
func (h *history) join(t *rapid.T) {
	c, group := pick(t, h.groups.campaigns, "campaign"), ""
	if rapid.IntRange(0, 3).Draw(t, "joins") > 0 {
		group = h.group(t)
	}
	o, ok := h.seat(t, h.someone(t), c, group)
	if !ok {
		return
	}
	h.known(t, errOf(h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no)))
	if rapid.IntRange(0, 3).Draw(t, "notification troubled") == 0 {
		h.trouble(t, simulator.OpNotifyPayment)
	}
	if rapid.IntRange(0, 4).Draw(t, "pays") > 0 {
		_, _ = h.Sim.Pay(o.no)
	}
}

// gather lets a group fill up, all at once or nearly so.
func (h *history) gather(t *rapid.T) {
	c := pick(t, h.groups.campaigns, "campaign")
	first, ok := h.seat(t, h.someone(t), c, "")
	if !ok {
		return
	}
	h.payFor(first)
	h.deliver(t)
	group := h.groups.known[len(h.groups.known)-1]
	for range c.in.Size - rapid.IntRange(0, 1).Draw(t, "missing") - 1 {
		if o, ok := h.seat(t, h.someone(t), c, group); ok {
			h.payFor(o)
		}
	}
	if rapid.Bool().Draw(t, "told at once") {
		h.deliver(t)
	}
}

func (h *history) payFor(o placed) {
	if _, err := h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no); err == nil {
		_, _ = h.Sim.Pay(o.no)
	}
}

// miss is who reserves a seat and is slow: another takes it, sometimes leaves again, and both pay or not.
func (h *history) miss(t *rapid.T) {
	c := h.groups.campaigns[0]
	first, ok := h.seat(t, h.someone(t), c, "")
	if !ok {
		return
	}
	h.payFor(first)
	h.deliver(t)
	group := h.groups.known[len(h.groups.known)-1]
	slow, ok := h.seat(t, h.someone(t), c, group)
	if !ok {
		return
	}
	h.known(t, errOf(h.Payment.Prepare(h.Ctx, slow.buyer.Buyer, slow.no)))
	h.Clock.Turn(groupbuy.Hold + time.Second)
	quick, ok := h.seat(t, h.someone(t), c, group)
	if ok && rapid.Bool().Draw(t, "leaves again") {
		h.known(t, errOf(h.Payment.Cancel(h.Ctx, quick.buyer.Buyer, quick.no)))
	} else if ok && rapid.IntRange(0, 2).Draw(t, "pays") > 0 {
		h.payFor(quick)
	}
	_, _ = h.Sim.Pay(slow.no)
	if rapid.Bool().Draw(t, "told at once") {
		h.deliver(t)
	}
	h.jobs(t)
}

// runGroups is what staff do with campaigns and groups.
func (h *history) runGroups(t *rapid.T) {
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	c := pick(t, h.groups.campaigns, "campaign")
	switch rapid.IntRange(0, 9).Draw(t, "what staff do") {
	case 0:
		h.known(t, errOf(h.GroupBuy.Pause(staff, c.no)))
	case 1, 2, 3:
		h.known(t, errOf(h.GroupBuy.Resume(staff, c.no)))
	case 4:
		if rapid.Bool().Draw(t, "for good") {
			h.known(t, errOf(h.GroupBuy.Cancel(staff, c.no)))
		}
	case 5, 6, 7:
		if group := h.group(t); group != "" {
			h.known(t, errOf(h.GroupBuy.CancelGroup(staff, group)))
		}
	default:
		c.in.Prices[0].Quota = rapid.Int64Range(0, 9).Draw(t, "quota")
		h.known(t, errOf(h.GroupBuy.Change(staff, c.no, c.in)))
	}
}

// tellGroups counts what became of groups, and wants that none is left open and nobody waits for money.
func (h *history) tellGroups(t *rapid.T) {
	h.seen.add("groups formed", h.Count(&model.Group{}, "status = ? AND paid = size", model.GroupFormed))
	h.seen.add("groups formed by their minimum", h.Count(&model.Group{}, "status = ? AND paid < size", model.GroupFormed))
	h.seen.add("groups expired", h.Count(&model.Group{}, "status = ?", model.GroupExpired))
	h.seen.add("groups cancelled by the brand", h.Count(&model.Group{}, "reason = ?", "by_the_brand"))
	h.seen.add("groups abandoned", h.Count(&model.Group{}, "reason = ?", "empty"))
	h.seen.add("members refunded", h.Count(&model.GroupSeat{}, "status = ?", model.SeatRefunded))
	h.seen.add("late members seated", h.Count(&model.GroupEvent{}, "from_state = ? AND to_state = ?", model.SeatReleased, model.SeatPaid))
	h.seen.add("late members refused", h.Count(&model.GroupEvent{}, "from_state = ? AND to_state = ?", model.SeatReleased, model.SeatRefunding))
	for what, n := range map[string]int64{
		"open groups":                          h.Count(&model.Group{}, "status = ?", model.GroupOpen),
		"members who wait for their money":     h.Count(&model.GroupSeat{}, "status = ?", model.SeatRefunding),
		"seats of no group that is still open": h.Count(&model.GroupSeat{}, "status IN ?", []model.SeatStatus{model.SeatReserved, model.SeatPaid}),
	} {
		if n != 0 {
			t.Errorf("%d %s are left hanging", n, what)
		}
	}
}
