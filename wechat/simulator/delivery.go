package simulator

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Delivery is what became of one post of a notification.
type Delivery struct {
	At       time.Time `json:"at"` // by the trade clock
	ID       string    `json:"id"`
	Event    string    `json:"event"`
	MchID    string    `json:"mchid"`
	Number   string    `json:"number"`  // out_trade_no, or out_refund_no of a refund's
	Attempt  int       `json:"attempt"` // from 1
	Fault    FaultKind `json:"fault,omitempty"`
	Status   int       `json:"status,omitempty"` // what the merchant answered; 0 when nothing was posted or came back
	Body     string    `json:"body,omitempty"`   // of a refusal, at most 500 bytes
	Err      error     `json:"-"`
	Accepted bool      `json:"accepted"`
	Next     time.Time `json:"next,omitzero"` // of the retry; zero when there is none
}

// Deliver posts every notification that is due by the trade clock, one after the other in the calling
// goroutine (only the fault Concurrent uses more), and returns what happened. What falls due while it runs
// waits for the next call. Another call, even from whoever is being notified, does not wait for this one: it posts
// what is not yet under way.
func (s *Simulator) Deliver(ctx context.Context) []Delivery {
	var out []Delivery
	for _, n := range s.due() {
		if ctx.Err() != nil {
			break
		}
		ds := s.attempt(ctx, n)
		s.remember(ds)
		out = append(out, ds...)
	}
	return out
}

// keptDeliveries is how many of the latest deliveries are kept to be shown.
const keptDeliveries = 50

func (s *Simulator) remember(ds []Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivered = append(s.delivered, ds...)
	if over := len(s.delivered) - keptDeliveries; over > 0 {
		s.delivered = slices.Delete(s.delivered, 0, over)
	}
}

// due lists what is to be posted now: by time, the reordered ones last, and those not at all while there
// is nothing to come after.
func (s *Simulator) due() []*notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	var out, behind []*notification
	for _, n := range s.state.Notifications {
		switch {
		case n.Due.After(now):
		case n.Behind.IsZero():
			out = append(out, n)
		default:
			behind = append(behind, n)
		}
	}
	byTime := func(a, b *notification) int { return cmp.Or(a.Due.Compare(b.Due), a.At.Compare(b.At)) }
	slices.SortStableFunc(out, byTime)
	slices.SortStableFunc(behind, byTime)
	if len(out) == 0 {
		behind = slices.DeleteFunc(behind, func(n *notification) bool { return now.Before(n.Behind) })
	}
	return append(out, behind...)
}

// Waiting is how many notifications are not yet accepted, and when the next is due; zero when there is none.
func (s *Simulator) Waiting() (n int, next time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now())
	for _, x := range s.state.Notifications {
		if next.IsZero() || x.Due.Before(next) {
			next = x.Due
		}
	}
	return len(s.state.Notifications), next
}

// attempt posts one notification, once unless a fault says otherwise.
func (s *Simulator) attempt(ctx context.Context, n *notification) []Delivery {
	s.mu.Lock()
	if s.posting[n] || n.Due.After(s.now()) || !slices.Contains(s.state.Notifications, n) {
		s.mu.Unlock()
		return nil // another call was quicker
	}
	s.posting[n] = true
	m := s.merchants[n.MchID]
	var f Fault
	if n.Behind.IsZero() {
		f = s.take(n.Op, n.MchID)
	}
	now := s.now()
	d := Delivery{
		At: now, ID: n.ID, Event: n.Event, MchID: n.MchID, Number: n.Number, Attempt: n.Attempts + 1, Fault: f.Kind,
	}
	posts := 1
	switch f.Kind {
	case Lost:
		s.remove(n)
		posts = 0
	case Delayed:
		n.Due, posts = now.Add(cmp.Or(f.Delay, 10*time.Minute)), 0
	case Reordered:
		n.Behind, posts = now.Add(cmp.Or(f.Delay, 30*time.Minute)), 0
	case Duplicate:
		posts = cmp.Or(f.Count, 2)
	case Concurrent:
		posts = cmp.Or(f.Count, 8)
	}
	if posts == 0 {
		d.Next = n.Due
		delete(s.posting, n)
	}
	s.mu.Unlock()
	if posts == 0 {
		return []Delivery{d}
	}

	out := make([]Delivery, posts)
	var group sync.WaitGroup
	for i := range out {
		out[i] = d
		if f.Kind == Concurrent {
			group.Go(func() { s.post(ctx, n, m, &out[i]) })
		} else {
			s.post(ctx, n, m, &out[i])
		}
	}
	group.Wait()

	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.posting, n)
	n.Attempts++
	n.Behind = time.Time{}
	accepted := slices.ContainsFunc(out, func(d Delivery) bool { return d.Accepted })
	schedule := n.schedule()
	if accepted || n.Attempts > len(schedule) {
		s.remove(n)
	} else {
		n.Due = s.now().Add(schedule[n.Attempts-1] / time.Duration(s.o.Speed))
		for i := range out {
			out[i].Next = n.Due
		}
	}
	return out
}

func (s *Simulator) remove(n *notification) {
	s.state.Notifications = slices.DeleteFunc(s.state.Notifications, func(x *notification) bool { return x == n })
}

// post sends one copy. Each has its own nonce, timestamp and signature, as WeChat's have.
func (s *Simulator) post(ctx context.Context, n *notification, m *merchant, d *Delivery) {
	r, err := s.request(ctx, n, m, d.Fault)
	if err != nil {
		d.Err = err
		return
	}
	answer, err := s.o.HTTP.Do(r)
	if err != nil {
		d.Err = err
		return
	}
	defer func() { _ = answer.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 500)) // only shown
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody))
	d.Status = answer.StatusCode
	d.Accepted = answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusNoContent
	if n.Op == OpPush {
		d.Accepted = answer.StatusCode == http.StatusOK && (len(said) == 0 || string(said) == "success")
	}
	if !d.Accepted {
		d.Body = string(said)
	}
}

// request is one attempt, spoilt as kind says.
func (s *Simulator) request(ctx context.Context, n *notification, m *merchant, kind FaultKind) (*http.Request, error) {
	address := n.URL
	var body []byte
	var err error
	if n.Op == OpPush {
		address, body, err = n.pushed(m, s.o.Clock(), kind)
	} else {
		body, err = n.envelope(m, kind)
	}
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err == nil && n.Op != OpPush {
		r.Header = notificationHeaders(m, body, kind)
	}
	return r, err
}
