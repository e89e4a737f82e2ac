package order

import (
	"context"
	"errors"
	"slices"
	"sync"
)

const (
	mostTogether = 16 // orders in one transaction
	mostAbreast  = 2  // transactions: while one holds what all want, the other writes what it alone wants
)

// queue is where orders wait that all want the same row, as in a flash sale. In the database each would wait with a
// connection that others need, for as long as everybody before it takes to commit. Here those who wait are written
// together: one transaction, one taking from the row they want. When that fails, as near the end of a sale, each is
// tried alone, so that nobody is refused for another's sake.
type queue struct {
	write func(ctx context.Context, ps ...*placement) error // all or none

	mu      sync.Mutex
	waiting []*turn // while mostAbreast are busy
	busy    int
}

// turn is a placement in the queue. Whoever waits hears either that it was written, or that it is theirs to write, along
// with others.
type turn struct {
	ctx   context.Context
	p     *placement
	err   error
	leads chan bool
}

var errLeft = errors.New("order: whoever wrote this did not come to its end")

// place writes a placement, perhaps together with others. Errors: those of write; the context's while it waits.
func (q *queue) place(ctx context.Context, p *placement) error {
	t := &turn{ctx: ctx, p: p, err: errLeft, leads: make(chan bool, 1)}
	if q.enter(t) {
		q.lead(t)
		return t.err
	}
	select {
	case leads := <-t.leads:
		if leads {
			q.lead(t)
		}
	case <-ctx.Done():
		if q.leave(t) {
			return ctx.Err()
		}
		if <-t.leads { // it was called at this moment, and others count on it
			q.lead(t)
		}
	}
	return t.err
}

// enter tells whether a turn is there at once; else it waits.
func (q *queue) enter(t *turn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy < mostAbreast {
		q.busy++
		return true
	}
	q.waiting = append(q.waiting, t)
	return false
}

// leave gives up a turn that nobody has taken yet.
func (q *queue) leave(t *turn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.waiting, t)
	if at < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, at, at+1)
	return true
}

// lead writes a turn and those of its brand that wait, and lets the next lead.
func (q *queue) lead(t *turn) {
	batch := []*turn{t}
	defer func() {
		q.next()
		for _, other := range batch[1:] {
			other.leads <- false
		}
	}()
	q.mu.Lock()
	q.waiting = slices.DeleteFunc(q.waiting, func(w *turn) bool {
		along := len(batch) < mostTogether && w.p.buyer.Brand.ID == t.p.buyer.Brand.ID
		if along {
			batch = append(batch, w)
		}
		return along
	})
	q.mu.Unlock()
	q.run(batch)
}

func (q *queue) next() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.busy--
		return
	}
	q.waiting[0].leads <- true
	q.waiting = slices.Delete(q.waiting, 0, 1)
}

// run writes a batch together, or else each of it alone.
func (q *queue) run(batch []*turn) {
	if len(batch) > 1 {
		ps := make([]*placement, len(batch))
		for i, t := range batch {
			ps[i] = t.p
		}
		// Whoever leads may hang up: that ends what is theirs alone.
		if q.write(context.WithoutCancel(batch[0].ctx), ps...) == nil {
			for _, t := range batch {
				t.err = nil
			}
			return
		}
	}
	for _, t := range batch {
		t.err = q.write(t.ctx, t.p)
	}
}
