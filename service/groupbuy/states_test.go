package groupbuy_test

import (
	"slices"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/groupbuy"
	"hutong/service/internal/offer"
	"hutong/service/payment"
)

// inState makes a member whose seat is in a state, by what leads there in life.
func (s *shop) inState(status model.SeatStatus) (m member, group string) {
	s.t.Helper()
	_, group = s.open()
	m = s.mustPlace(group)
	switch status {
	case model.SeatReserved:
	case model.SeatReleased:
		_, err := s.Payment.Cancel(s.Ctx, m.Buyer.Buyer, m.order.No)
		s.check(err)
	case model.SeatPaid:
		s.pay(m)
	case model.SeatConfirmed:
		s.pay(m)
		s.pay(s.mustPlace(group))
	case model.SeatRefunding, model.SeatRefunded:
		s.pay(m)
		_, err := s.GroupBuy.CancelGroup(s.Ctx, group)
		s.check(err)
		if status == model.SeatRefunded {
			s.settle()
		}
	}
	if got := s.seat(m.order.No).Status; got != status {
		s.t.Fatalf("the seat is %s, want %s", got, status)
	}
	return m, group
}

// What happens to a seat in each state: the end of its group, a cancellation, its order's end, a refund, the shipping.
// Where no arrow leads, nothing changes.
func TestWhatHappensToASeatInEachState(t *testing.T) {
	staff := func(s *shop) { s.Ctx = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"}) }
	happens := map[string]struct {
		do   func(s *shop, m member, group string)
		ends map[model.SeatStatus]model.SeatStatus // what is not named stays
	}{
		"its time is up": {
			func(s *shop, _ member, _ string) { s.Later(25 * time.Hour) },
			map[model.SeatStatus]model.SeatStatus{
				model.SeatReserved: model.SeatReleased, model.SeatPaid: model.SeatRefunded, model.SeatRefunding: model.SeatRefunded,
			},
		},
		"the brand cancels the group": {
			func(s *shop, _ member, group string) { _, _ = s.GroupBuy.CancelGroup(s.Ctx, group) },
			map[model.SeatStatus]model.SeatStatus{
				model.SeatReserved: model.SeatReleased, model.SeatPaid: model.SeatRefunded, model.SeatRefunding: model.SeatRefunded,
			},
		},
		"the brand cancels the campaign": {
			func(s *shop, _ member, _ string) { _, _ = s.GroupBuy.Cancel(s.Ctx, s.campaign) },
			map[model.SeatStatus]model.SeatStatus{
				model.SeatReserved: model.SeatReleased, model.SeatPaid: model.SeatRefunded, model.SeatRefunding: model.SeatRefunded,
			},
		},
		"its consumer leaves": {
			func(s *shop, m member, _ string) { _, _ = s.Payment.Cancel(s.Ctx, m.Buyer.Buyer, m.order.No) },
			map[model.SeatStatus]model.SeatStatus{model.SeatReserved: model.SeatReleased, model.SeatRefunding: model.SeatRefunded},
		},
		"staff give the money back": {
			func(s *shop, m member, _ string) {
				_, _ = s.Payment.RefundByStaff(s.Ctx, s.key(), m.order.No, payment.StaffRefund{
					Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}},
				})
			},
			map[model.SeatStatus]model.SeatStatus{
				model.SeatPaid: model.SeatRefunded, model.SeatConfirmed: model.SeatRefunded, model.SeatRefunding: model.SeatRefunded,
			},
		},
	}
	for name, c := range happens {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *shop) {
				staff(s)
				for _, from := range model.SeatStatuses {
					s.sku = s.SKU(solo, 1_000)
					s.run(3)
					m, group := s.inState(from)
					c.do(s, m, group)
					s.settle()
					want, moves := c.ends[from]
					if !moves {
						want = from
					}
					got := s.seat(m.order.No).Status
					// A reserved seat lapses with its order while the refunds settle.
					if got != want && !(want == model.SeatReserved && got == model.SeatReleased) {
						t.Errorf("%s, then %s: %s, want %s", from, name, got, want)
					}
					s.Audit(t)
				}
			}, longOrders)
		})
	}
}

// Nothing is sent before the group has formed, whatever the seat's state.
func TestOnlyConfirmedSeatsAreSent(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(3)
		for _, status := range model.SeatStatuses {
			m, _ := s.inState(status)
			_, err := s.Fulfilment.Ship(s.Ctx, s.key(), m.order.No, fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}})
			switch status {
			case model.SeatConfirmed:
				s.check(err)
			case model.SeatPaid, model.SeatRefunding:
				is(t, err, model.ErrGroupNotFormed)
			default:
				if err == nil {
					t.Errorf("%s: was sent", status)
				}
			}
		}
	}, longOrders)
}

// A campaign moves along its arrows alone, pair by pair.
func TestCampaignsMoveAlongTheArrows(t *testing.T) {
	moves := map[model.CampaignStatus]func(s *shop, no string) error{
		model.CampaignRunning:   func(s *shop, no string) error { _, err := s.GroupBuy.Resume(s.Ctx, no); return err },
		model.CampaignPaused:    func(s *shop, no string) error { _, err := s.GroupBuy.Pause(s.Ctx, no); return err },
		model.CampaignCancelled: func(s *shop, no string) error { _, err := s.GroupBuy.Cancel(s.Ctx, no); return err },
	}
	each(t, func(t *testing.T, s *shop) {
		for _, from := range model.CampaignStatuses {
			for _, to := range model.CampaignStatuses {
				s.sku = s.SKU(solo, 10)
				s.run(2)
				if from != model.CampaignRunning {
					s.check(moves[from](s, s.campaign))
				}
				err := moves[to](s, s.campaign)
				var c model.GroupCampaign
				s.check(s.DB.Read(s.Ctx).Where("no = ?", s.campaign).Take(&c).Error)
				switch {
				case from == to || model.CampaignFlow.Allows(from, to):
					s.check(err)
					if c.Status != to {
						t.Errorf("%s to %s: %s", from, to, c.Status)
					}
				default:
					is(t, err, model.ErrWrongState)
					if c.Status != from {
						t.Errorf("%s to %s: %s", from, to, c.Status)
					}
				}
			}
		}
	})
}

// Who reserved a seat and was slow: another takes it. When they pay all the same they have a free seat if one opened, else
// their money back.
func TestWhoPaysLateHasAFreeSeatOrTheMoneyBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for _, leaves := range []bool{true, false} {
			s.sku = s.SKU(solo, 10)
			s.run(2)
			_, group := s.open()
			slow := s.mustPlace(group)
			_, err := s.place(s.Buyer(), group)
			is(t, err, model.ErrGroupFull) // it is kept for a while
			s.Clock.Turn(groupbuy.Hold + time.Second)
			quick := s.mustPlace(group)
			if got := s.seat(slow.order.No); got.Status != model.SeatReleased || got.Reason != "seat_lapsed" {
				t.Fatalf("%+v", got)
			}
			if leaves {
				_, err := s.Payment.Cancel(s.Ctx, quick.Buyer.Buyer, quick.order.No)
				s.check(err)
			}
			s.pay(slow)
			s.settle()
			seat, g := s.seat(slow.order.No), s.group(group)
			if leaves && (seat.Status != model.SeatConfirmed || g.Status != model.GroupFormed) {
				t.Errorf("a seat was free: %+v in %+v", seat, g)
			}
			if !leaves && (seat.Status != model.SeatRefunded || seat.Reason != "group_full" && seat.Reason != "seat_lapsed") {
				t.Errorf("no seat was free: %+v in %+v", seat, g)
			}
		}
	}, longOrders)
}

// When a group's time is up, its disclosed minimum is enough; one less is not.
func TestTheDisclosedMinimumIsEnough(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for members, want := range map[int]model.GroupStatus{1: model.GroupExpired, 2: model.GroupFormed, 3: model.GroupFormed} {
			s.sku = s.SKU(solo, 10)
			s.run(4, func(c *groupbuy.Campaign) { c.MinSize = 2 })
			_, group := s.open()
			for range members - 1 {
				s.pay(s.mustPlace(group))
			}
			if g := s.group(group); g.Status != model.GroupOpen {
				t.Errorf("%d of 4 before the end: %s", members, g.Status)
			}
			s.Later(25 * time.Hour)
			if g := s.group(group); g.Status != want || g.Paid != members {
				t.Errorf("%d of 4: %+v", members, g)
			}
		}
	})
}

// A refund after forming is the member's alone; the leader's takes the leader's price back, no more.
func TestARefundAfterFormingDoesNotBreakTheGroup(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		first, group := s.open()
		s.pay(s.mustPlace(group))
		s.Ctx = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		r, err := s.Payment.RefundByStaff(s.Ctx, s.key(), first.order.No, payment.StaffRefund{
			Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}},
		})
		s.check(err)
		s.settle()
		if r.AmountFen != leader {
			t.Errorf("the leader gets %d back", r.AmountFen)
		}
		if g := s.group(group); g.Status != model.GroupFormed || g.Paid != 2 {
			t.Errorf("%+v", g)
		}
		if got := s.seats(group); got[model.SeatConfirmed] != 1 || got[model.SeatRefunded] != 1 {
			t.Errorf("%v", got)
		}
	})
}

// A member whose money goes back before the group has formed leaves it, and the seat is free again; the last one ends it.
func TestARefundBeforeFormingFreesTheSeat(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		first, group := s.open()
		s.Ctx = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		_, err := s.Payment.RefundByStaff(s.Ctx, s.key(), first.order.No, payment.StaffRefund{
			Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}},
		})
		s.check(err)
		s.settle()
		if g := s.group(group); g.Status != model.GroupCancelled || g.Reason != "empty" || g.Paid != 0 {
			t.Errorf("%+v", g)
		}
	})
}

// Giving back a part leaves a member in, before and after the group has formed.
func TestARefundOfAPartLeavesTheMemberIn(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		s.Ctx = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		buyer := s.Buyer()
		basket := s.wants(buyer, "")
		basket.Lines[0].Quantity = 3
		v, err := buyer.Order(s.Ctx, s.key(), basket)
		s.check(err)
		m, group := member{buyer, v}, v.Group.No
		s.pay(m)
		back := func(status model.SeatStatus) {
			t.Helper()
			_, err := s.Payment.RefundByStaff(s.Ctx, s.key(), v.No, payment.StaffRefund{Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}}})
			s.check(err)
			s.settle()
			if got := s.seat(v.No).Status; got != status {
				t.Errorf("%s, want %s", got, status)
			}
		}
		back(model.SeatPaid)
		s.pay(s.mustPlace(group))
		back(model.SeatConfirmed)
		back(model.SeatRefunded)
		if g := s.group(group); g.Status != model.GroupFormed || g.Paid != 2 {
			t.Errorf("%+v", g)
		}
	})
}

// An open after-sale case holds its pieces: when the group fails, the money goes back all the same, once.
func TestAFailedGroupAndAnOpenCase(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		first, group := s.open()
		_, err := s.AfterSale.Apply(s.Ctx, first.Buyer.Buyer, s.key(), first.order.No, aftersale.Wish{
			Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}},
		})
		s.check(err)
		_, err = s.GroupBuy.CancelGroup(s.Ctx, group)
		s.check(err)
		s.settle()
		if n := s.Count(&model.Refund{}, "1 = 1"); n != 0 {
			t.Errorf("%d refunds while the case has the pieces", n)
		}
		if n := s.Count(&model.Job{}, "last_error <> ''"); n != 0 {
			t.Errorf("%d jobs have asked for the pieces in vain", n)
		}
		for range 6 {
			s.Later(24 * time.Hour)
		}
		o := s.State(first.order.No)
		if seat := s.seat(first.order.No); seat.Status != model.SeatRefunded || o.RefundedFen != o.TotalFen || s.Count(&model.Refund{}, "1 = 1") != 1 {
			t.Errorf("%+v of %+v", seat, o)
		}
	})
}

// Who was new when they ordered, and has bought something else before they pay, is new no more.
func TestNewIsCheckedAgainAtThePayment(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		other := s.SKU(500, 10)
		s.run(2, func(c *groupbuy.Campaign) { c.NewOnly = true })
		_, group := s.open()
		m := s.mustPlace(group)
		o := m.MustOrder(m.Wants(other, 1))
		s.check(m.Pay(o.No))
		s.Deliver()
		s.pay(m)
		s.settle()
		if seat := s.seat(m.order.No); seat.Status != model.SeatRefunded || seat.Reason != "not_new" {
			t.Errorf("%+v", seat)
		}
		if g := s.group(group); g.Status != model.GroupOpen || g.Paid != 1 || g.Reserved != 0 {
			t.Errorf("%+v", g)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		other := s.SKU(500, 10)
		s.run(3, func(c *groupbuy.Campaign) { c.UserLimit, c.NewOnly, c.Prices[0].Quota = 2, true, 4 })
		first, group := s.open()
		buyer := s.Buyer()
		_, err := s.place(first.Buyer, group)
		is(t, err, model.ErrInGroup)
		_, err = first.Order(s.Ctx, s.key(), s.wants(first.Buyer, ""))
		is(t, err, model.ErrNewOnly) // who has paid is new no more
		basket := s.wants(buyer, group)
		basket.Lines[0].Quantity = 3
		_, err = buyer.Order(s.Ctx, s.key(), basket)
		is(t, err, model.ErrGroupLimit)
		basket = s.wants(buyer, group)
		basket.Lines = append(basket.Lines, offer.Want{SKUNo: other.No, Quantity: 1})
		_, err = buyer.Order(s.Ctx, s.key(), basket)
		is(t, err, model.ErrGroupBasket)
		basket = s.wants(buyer, group)
		basket.Lines[0].SKUNo = other.No
		_, err = buyer.Order(s.Ctx, s.key(), basket)
		is(t, err, model.ErrGroupBasket)
		basket = s.wants(buyer, "01ZZZZZZZZZZZZZZZZZZZZZZZZ")
		_, err = buyer.Order(s.Ctx, s.key(), basket)
		is(t, err, model.ErrGroupNotFound)
		s.mustPlace("") // 2 of 4 pieces
		m := s.mustPlace(group)
		_, err = m.Order(s.Ctx, s.key(), s.wants(m.Buyer, group))
		is(t, err, model.ErrInGroup)
		s.mustPlace("")
		_, err = s.place(buyer, "")
		is(t, err, model.ErrOutOfStock)
		_, err = s.GroupBuy.Pause(s.Ctx, s.campaign)
		s.check(err)
		_, err = s.place(buyer, "")
		is(t, err, model.ErrCampaignOver)
	}, longOrders)
}

// A group in which nobody has paid is for nobody else.
func TestNobodyJoinsBeforeTheLeaderHasPaid(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(3)
		m := s.mustPlace("")
		_, err := s.place(s.Buyer(), m.order.Group.No)
		is(t, err, model.ErrGroupOver)
		o, err := s.GroupBuy.OfferOf(s.Ctx, s.handle(), "en")
		if err != nil || len(o.Groups) != 0 {
			t.Errorf("%+v, %v", o, err)
		}
	})
}

func TestCampaignsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for name, c := range map[string]struct {
			change func(c *groupbuy.Campaign)
			field  string
		}{
			"one member":                {func(c *groupbuy.Campaign) { c.Size = 1 }, "size"},
			"101 members":               {func(c *groupbuy.Campaign) { c.Size = 101 }, "size"},
			"the minimum is the size":   {func(c *groupbuy.Campaign) { c.Size, c.MinSize = 3, 3 }, "min_size"},
			"dearer than alone":         {func(c *groupbuy.Campaign) { c.Prices[0].PriceFen = solo + 1 }, "prices[0].price_fen"},
			"the leader pays more":      {func(c *groupbuy.Campaign) { c.Prices[0].LeaderFen = price + 1 }, "prices[0].leader_fen"},
			"a SKU of another product":  {func(c *groupbuy.Campaign) { c.Prices[0].SKUNo = s.SKU(1_000, 1).No }, "prices[0].sku"},
			"a SKU twice":               {func(c *groupbuy.Campaign) { c.Prices = append(c.Prices, c.Prices[0]) }, "prices[1].sku"},
			"a window that has passed":  {func(c *groupbuy.Campaign) { c.StartsAt, c.EndsAt = 1, 2 }, "ends_at"},
			"groups that live a minute": {func(c *groupbuy.Campaign) { c.Life = 60 }, "life"},
		} {
			in := s.input(3)
			c.change(&in)
			_, err := s.GroupBuy.Create(s.Ctx, s.key(), in)
			errs, ok := err.(model.Errs) //nolint:errorlint // it is returned as it is
			if !ok || !slices.ContainsFunc(errs, func(e *model.Error) bool { return e.Field == c.field }) {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.run(3)
		in := s.input(2)
		_, err := s.GroupBuy.Create(s.Ctx, s.key(), in)
		is(t, err, model.ErrCampaignOverlap)
		p, err := s.GroupBuy.Preview(s.Ctx, "", in)
		if err != nil || len(p.OverlapSKUs) != 1 || p.Prices[0].GroupFen != price+leader || p.Prices[0].GroupsPossible != 500 {
			t.Errorf("%+v, %v", p, err)
		}
		in.StartsAt, in.EndsAt = in.EndsAt, in.EndsAt.Add(time.Hour)
		v, err := s.GroupBuy.Create(s.Ctx, s.key(), in)
		s.check(err)
		in.StartsAt = model.At(s.Clock.Now())
		_, err = s.GroupBuy.Change(s.Ctx, v.No, in)
		is(t, err, model.ErrCampaignOverlap)
	})
}

// What staff see of a campaign: how far its groups have come, and what cancelling it would end.
func TestProgressAndWhatIsAtStake(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		_, full := s.open()
		s.pay(s.mustPlace(full))
		s.open()
		seen := func(progress groupbuy.Progress, stake groupbuy.AtStake) {
			t.Helper()
			v, err := s.GroupBuy.Campaign(s.Ctx, s.campaign, "en")
			s.check(err)
			all, _, err := s.GroupBuy.Campaigns(s.Ctx, nil, 0, 10, "en")
			s.check(err)
			if v.Progress != progress || all[0].Progress != progress {
				t.Errorf("progress: %+v, in the list %+v, want %+v", v.Progress, all[0].Progress, progress)
			}
			if v.AtStake == nil || *v.AtStake != stake {
				t.Errorf("at stake: %+v, want %+v", v.AtStake, stake)
			}
		}
		seen(groupbuy.Progress{Open: 1, Formed: 1, Members: 3}, groupbuy.AtStake{OpenGroups: 1, OpenMembers: 1, RefundsFen: leader})
		_, err := s.GroupBuy.Cancel(s.Ctx, s.campaign)
		s.check(err)
		s.settle()
		seen(groupbuy.Progress{Formed: 1, Cancelled: 1, Members: 2}, groupbuy.AtStake{})
	})
}
