package groupbuy_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/groupbuy"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// tally counts the errors of a race by code; "" is success.
func tally(errs []error) map[string]int {
	out := map[string]int{}
	for _, err := range errs {
		var known *model.Error
		switch {
		case err == nil:
			out[""]++
		case errors.As(err, &known):
			out[known.Code]++
		default:
			out[err.Error()]++
		}
	}
	return out
}

// ready lets so many consumers order one after the other for the last seat of a group, each when the seat of the one
// before has lapsed; all of them hold WeChat's sheet open.
func (s *shop) ready(group string, n int) []member {
	s.t.Helper()
	members := make([]member, n)
	for i := range members {
		members[i] = s.mustPlace(group)
		s.Clock.Turn(groupbuy.Hold + time.Second)
	}
	for _, m := range members {
		_, err := s.Payment.Prepare(s.Ctx, m.Buyer.Buyer, m.order.No)
		s.check(err)
	}
	return members
}

// payAll lets them all pay at WeChat, and posts the notifications at once.
func (s *shop) payAll(members []member) {
	s.t.Helper()
	for _, m := range members {
		_, err := s.Sim.Pay(m.order.No)
		s.check(err)
	}
	for _, err := range testdb.Race(len(members), func(i int) error {
		_, err := s.Payment.Refresh(s.Ctx, members[i].Buyer.Buyer, members[i].order.No)
		return err
	}) {
		s.check(err)
	}
}

// The last seat, 64 orders at once: one has it, and 63 are told that the group is full.
func TestLastSeatHasOneBuyer(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2)
		_, group := s.open()
		buyers := make([]*testshop.Buyer, 64)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		got := tally(testdb.Race(len(buyers), func(i int) error {
			_, err := s.place(buyers[i], group)
			return err
		}))
		if got[""] != 1 || got["group_full"] != 63 {
			t.Errorf("%v", got)
		}
		if g := s.group(group); g.Paid != 1 || g.Reserved != 1 {
			t.Errorf("%+v", g)
		}
	})
}

// The last seat, 64 payers at once, all of whom held a seat at some time: exactly one is in, the group has formed with
// two, and 63 get their money back.
func TestLastSeatHasOnePayer(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2)
		first, group := s.open()
		members := s.ready(group, 64)
		s.payAll(members)
		g := s.group(group)
		if g.Status != model.GroupFormed || g.Paid != 2 || g.Reserved != 0 {
			t.Errorf("%+v", g)
		}
		s.Later(time.Minute)
		s.settle()
		if got := s.seats(group); got[model.SeatConfirmed] != 2 || got[model.SeatRefunded] != 63 || len(got) != 2 {
			t.Errorf("%v", got)
		}
		back := s.Count(&model.Refund{}, "status = ?", model.RefundSucceeded)
		if back != 63 || s.seat(first.order.No).Status != model.SeatConfirmed {
			t.Errorf("%d refunds", back)
		}
		if now := s.Reload(s.sku); now.OnHand != 998 || now.Reserved != 0 {
			t.Errorf("stock %+v", now)
		}
	}, longOrders)
}

// All members but the first pay at once: each payment is taken at the first try, because they wait for the group, and the
// last of them forms it.
func TestAllPayAtOnce(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(8)
		for range 3 {
			_, group := s.open()
			members := make([]member, 7)
			for i := range members {
				members[i] = s.mustPlace(group)
				_, err := s.Payment.Prepare(s.Ctx, members[i].Buyer.Buyer, members[i].order.No)
				s.check(err)
			}
			s.payAll(members)
			if g, seats := s.group(group), s.seats(group); g.Status != model.GroupFormed || g.Paid != 8 || seats[model.SeatConfirmed] != 8 {
				t.Errorf("%+v, %v", g, seats)
			}
		}
	})
}

// Joining and the end of the group meet at once, many times over: who got a seat has the order ended, the others are
// told that it is over, and who has paid gets the money back.
func TestJoinAgainstExpiry(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(20)
		for round := range 8 {
			first, group := s.open()
			buyers := make([]*testshop.Buyer, 8)
			for i := range buyers {
				buyers[i] = s.Buyer()
			}
			left := s.group(group).ExpiresAt.Time().Sub(s.Clock.Now())
			if round%2 == 0 {
				left -= time.Millisecond
			}
			s.Clock.Turn(left)
			got := tally(testdb.Race(len(buyers)+1, func(i int) error {
				if i == 0 {
					s.Clock.Turn(time.Millisecond)
					_, err := s.RunJob(t.Context())
					return err
				}
				_, err := s.place(buyers[i-1], group)
				return err
			}))
			if got[""]+got["group_over"] != 9 {
				t.Errorf("round %d: %v", round, got)
			}
			s.settle()
			g := s.group(group)
			if g.Status != model.GroupExpired || g.Paid != 1 || g.Reserved != 0 {
				t.Errorf("round %d: %+v", round, g)
			}
			if got := s.seats(group); got[model.SeatRefunded] != 1 || got[model.SeatReserved] != 0 {
				t.Errorf("round %d: %v", round, got)
			}
			if o := s.State(first.order.No); o.RefundedFen != o.TotalFen {
				t.Errorf("round %d: %+v", round, o)
			}
		}
	})
}

// The last payment and the end of the group meet at once, and WeChat's success_time decides: who paid in time has formed
// the group, however the two went; who paid a second later gets the money back, and so does the other.
func TestPaymentAgainstExpiry(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2)
		for round := range 12 {
			first, group := s.open()
			g := s.group(group)
			s.Clock.Turn(g.ExpiresAt.Time().Sub(s.Clock.Now()) - 2*time.Minute)
			last := s.mustPlace(group)
			_, err := s.Payment.Prepare(s.Ctx, last.Buyer.Buyer, last.order.No)
			s.check(err)
			late := round%3 == 0
			if late {
				s.Clock.Turn(2 * time.Minute)
			} else {
				s.Clock.Turn(2*time.Minute - time.Second)
			}
			_, err = s.Sim.Pay(last.order.No)
			s.check(err)
			s.Clock.Turn(2 * time.Second)
			for _, err := range testdb.Race(6, func(i int) error {
				if i%2 == 0 {
					_, err := s.RunJob(t.Context())
					return err
				}
				_, err := s.Payment.Refresh(s.Ctx, last.Buyer.Buyer, last.order.No)
				return err
			}) {
				s.check(err)
			}
			s.settle()
			g = s.group(group)
			want, seats := model.GroupFormed, map[model.SeatStatus]int64{model.SeatConfirmed: 2}
			if late {
				want, seats = model.GroupExpired, map[model.SeatStatus]int64{model.SeatRefunded: 2}
			}
			if got := s.seats(group); g.Status != want || len(got) != 1 || got[model.SeatConfirmed] != seats[model.SeatConfirmed] || got[model.SeatRefunded] != seats[model.SeatRefunded] {
				t.Errorf("round %d, late %t: %+v, %v", round, late, g, got)
			}
			if back := s.State(first.order.No).RefundedFen > 0; back != late {
				t.Errorf("round %d, late %t: refunded %t", round, late, back)
			}
		}
	})
}

// The brand cancels in the moment of the last payment: the group has formed and nobody is refunded, or it is cancelled
// and both are.
func TestCancelAgainstLastPayment(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2)
		outcomes := map[model.GroupStatus]int{}
		for round := range 16 {
			first, group := s.open()
			last := s.mustPlace(group)
			_, err := s.Payment.Prepare(s.Ctx, last.Buyer.Buyer, last.order.No)
			s.check(err)
			_, err = s.Sim.Pay(last.order.No)
			s.check(err)
			got := tally(testdb.Race(3, func(i int) error {
				if i == round%3 {
					_, err := s.GroupBuy.CancelGroup(s.Ctx, group)
					return err
				}
				_, err := s.Payment.Refresh(s.Ctx, last.Buyer.Buyer, last.order.No)
				return err
			}))
			if got[""]+got["wrong_state"] != 3 {
				t.Errorf("round %d: %v", round, got)
			}
			s.settle()
			g, seats := s.group(group), s.seats(group)
			outcomes[g.Status]++
			formed := g.Status == model.GroupFormed && seats[model.SeatConfirmed] == 2
			cancelled := g.Status == model.GroupCancelled && seats[model.SeatRefunded] == 2
			if len(seats) != 1 || !formed && !cancelled {
				t.Errorf("round %d: %+v, %v", round, g, seats)
			}
			for _, m := range []member{first, last} {
				if o := s.State(m.order.No); (o.RefundedFen == o.TotalFen) != cancelled || o.Status == model.OrderPending {
					t.Errorf("round %d, %s: %+v", round, g.Status, o)
				}
			}
		}
		t.Log(outcomes)
	})
}

// The pieces of a campaign, 32 who open groups at once: as many as there are.
func TestQuotaIsNeverExceeded(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2, func(c *groupbuy.Campaign) { c.Prices[0].Quota = 5 })
		buyers := make([]*testshop.Buyer, 32)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		got := tally(testdb.Race(len(buyers), func(i int) error {
			_, err := s.place(buyers[i], "")
			return err
		}))
		if got[""] != 5 || got["out_of_stock"] != 27 {
			t.Errorf("%v", got)
		}
	})
}

// One consumer opens groups from many phones at once: not more pieces than one may have.
func TestUserLimitIsNeverExceeded(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2, func(c *groupbuy.Campaign) { c.UserLimit = 2 })
		buyer := s.Buyer()
		got := tally(testdb.Race(12, func(i int) error {
			_, err := buyer.Order(s.Ctx, "phone-"+string(rune('a'+i))+"-key", s.wants(buyer, ""))
			return err
		}))
		if got[""] != 2 || got["group_limit"] != 10 {
			t.Errorf("%v", got)
		}
	})
}

// Two campaigns for one SKU are made at once: one of them.
func TestOverlappingCampaignsAreRefusedAtOnce(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		in := s.input(2)
		got := tally(testdb.Race(8, func(i int) error {
			_, err := s.GroupBuy.Create(s.Ctx, "campaign-"+string(rune('a'+i)), in)
			return err
		}))
		if got[""] != 1 || got["campaign_overlap"] != 7 {
			t.Errorf("%v", got)
		}
	})
}

// Somebody new pays for two groups for new customers at once: they are new in one of them.
func TestNobodyIsNewTwice(t *testing.T) {
	onMariaDB(t, func(t *testing.T, s *shop) {
		s.run(2, func(c *groupbuy.Campaign) { c.NewOnly = true })
		_, a := s.open()
		_, b := s.open()
		buyer := s.Buyer()
		var members []member
		for _, group := range []string{a, b} {
			m, err := s.place(buyer, group)
			s.check(err)
			_, err = s.Payment.Prepare(s.Ctx, buyer.Buyer, m.order.No)
			s.check(err)
			members = append(members, m)
		}
		s.payAll(members)
		s.settle()
		formed := s.Count(&model.Group{}, "status = ?", model.GroupFormed)
		back := s.Count(&model.GroupSeat{}, "reason = ? AND status = ?", "not_new", model.SeatRefunded)
		if formed != 1 || back != 1 {
			t.Errorf("%d formed, %d refunded", formed, back)
		}
	})
}
