package simulator

import (
	"fmt"
	"slices"
	"time"
)

// Pay is the consumer tapping the button on the payment sheet. ref is a prepay_id, or an out_trade_no that
// only one merchant has. Errors: ErrUnknown, ErrPaid, ErrClosed, ErrExpired.
func (s *Simulator) Pay(ref string) (Payment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	p, err := s.find(ref)
	if err != nil {
		return Payment{}, err
	}
	if err := p.payable(now); err != nil {
		return *p, fmt.Errorf("payment %s: %w", p.OutTradeNo, err)
	}
	s.succeed(p, now)
	return *p, nil
}

func (s *Simulator) find(ref string) (*Payment, error) {
	if p := s.state.byPrepay[ref]; p != nil {
		return p, nil
	}
	var found *Payment
	for id := range s.merchants {
		if p := s.state.byNo[key(id, ref)]; p != nil {
			if found != nil {
				return nil, fmt.Errorf("payment %q is of several merchants: %w", ref, ErrUnknown)
			}
			found = p
		}
	}
	if found == nil {
		return nil, fmt.Errorf("payment %q: %w", ref, ErrUnknown)
	}
	return found, nil
}

// succeed takes the money and queues the notification.
func (s *Simulator) succeed(p *Payment, at time.Time) {
	p.State, p.PaidAt, p.PayAt = "SUCCESS", at, time.Time{}
	p.TransactionID = stamped("4200", at, s.state.next())
	s.state.byID[p.TransactionID] = p
	s.queuePayment(p, at)
}

// settle brings about what was to happen by now: payments on their way, refunds being processed. It runs
// before every call, so that what a query says does not depend on when notifications are delivered.
func (s *Simulator) settle(now time.Time) {
	s.state.coming = slices.DeleteFunc(s.state.coming, func(p *Payment) bool {
		if p.PayAt.After(now) {
			return false
		}
		if !p.paid() {
			s.succeed(p, p.PayAt)
		}
		return true
	})
	s.state.processing = slices.DeleteFunc(s.state.processing, func(r *Refund) bool {
		if r.SettleAt.After(now) {
			return false
		}
		if r.State == "PROCESSING" {
			s.settleRefund(r, r.SettleTo, r.SettleAt)
		}
		return true
	})
}

// Payment is a payment by prepay_id or out_trade_no. Errors: ErrUnknown.
func (s *Simulator) Payment(ref string) (Payment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now())
	p, err := s.find(ref)
	if err != nil {
		return Payment{}, err
	}
	return *p, nil
}

// Payments lists all payments in the order they were announced.
func (s *Simulator) Payments() []Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now())
	out := make([]Payment, 0, len(s.state.Payments))
	for _, p := range s.state.Payments {
		out = append(out, *p)
	}
	return out
}
