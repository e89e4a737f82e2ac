package groupbuy_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/groupbuy"
)

// The audit finds a seat that somebody else was given before its time.
func TestAuditFindsASeatThatWasLostTooEarly(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.run(2)
		_, group := s.open()
		slow := s.mustPlace(group)
		s.Clock.Turn(groupbuy.Hold + time.Second)
		s.mustPlace(group)
		seat := s.seat(slow.order.No)
		if seat.Status != model.SeatReleased {
			t.Fatalf("%+v", seat)
		}
		s.Breaks("nobody has lost a seat", &model.GroupSeat{}, seat.ID, "expires_at", model.At(s.Clock.Now())+1, seat.ExpiresAt)
	})
}
