package groupbuy_test

import (
	"testing"
	"time"

	"hutong/model"
)

func TestThreeFormAGroup(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(3)
		first, group := s.open()
		if first.order.TotalFen != leader {
			t.Errorf("who opens pays %d", first.order.TotalFen)
		}
		second := s.mustPlace(group)
		if second.order.TotalFen != price || second.order.Group.No != group {
			t.Errorf("who joins pays %d in %+v", second.order.TotalFen, second.order.Group)
		}
		s.pay(second)
		if g := s.group(group); g.Status != model.GroupOpen || g.Paid != 2 || g.Reserved != 0 {
			t.Errorf("%+v", g)
		}
		third := s.mustPlace(group)
		s.pay(third)
		g := s.group(group)
		if g.Status != model.GroupFormed || g.Paid != 3 || g.EndedAt == 0 {
			t.Errorf("%+v", g)
		}
		if got := s.seats(group); got[model.SeatConfirmed] != 3 {
			t.Errorf("%v", got)
		}
		_, err := s.place(s.Buyer(), group)
		is(t, err, model.ErrGroupFull)
		s.settle()
		if n := s.Count(&model.Refund{}, "1 = 1"); n != 0 {
			t.Errorf("%d refunds", n)
		}
	})
}

func TestAGroupThatDoesNotFormIsRefunded(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(3)
		first, group := s.open()
		second := s.mustPlace(group)
		s.pay(second)
		third := s.mustPlace(group)
		s.Later(25 * time.Hour)
		s.settle()
		if g := s.group(group); g.Status != model.GroupExpired || g.Paid != 2 || g.Reserved != 0 {
			t.Errorf("%+v", g)
		}
		for _, m := range []member{first, second} {
			o := s.State(m.order.No)
			if seat := s.seat(m.order.No); seat.Status != model.SeatRefunded || o.RefundedFen != o.TotalFen || o.Status != model.OrderClosed {
				t.Errorf("%+v of %+v", seat, o)
			}
		}
		if o := s.State(third.order.No); o.Status != model.OrderCancelled {
			t.Errorf("who never paid: %s", o.Status)
		}
		if n := s.Count(&model.Refund{}, "status = ?", model.RefundSucceeded); n != 2 {
			t.Errorf("%d refunds", n)
		}
		if now := s.Reload(s.sku); now.OnHand != 1_000 || now.Reserved != 0 {
			t.Errorf("stock %+v", now)
		}
	})
}
