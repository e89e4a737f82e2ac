package order

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"hutong/model"
)

// window is where a test's queue writes: it holds up every write until it is opened, and keeps what was written together.
type window struct {
	queue
	opened  chan struct{}
	mu      sync.Mutex
	batches [][]*placement
	refuse  func(ps []*placement) error
}

func newWindow() *window {
	w := &window{opened: make(chan struct{}), refuse: func([]*placement) error { return nil }}
	w.write = func(ctx context.Context, ps ...*placement) error {
		<-w.opened
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.refuse(ps); err != nil {
			return err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.batches = append(w.batches, slices.Clone(ps))
		return nil
	}
	return w
}

// let lets one write through, and waits for what comes of it.
func (w *window) let() {
	w.opened <- struct{}{}
	synctest.Wait()
}

func of(brand int64) *placement { return &placement{buyer: Buyer{Brand: &model.Brand{ID: brand}}} }

// enqueue lets a placement go to the window and returns what became of it.
func (w *window) enqueue(ctx context.Context, p *placement) <-chan error {
	out := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				out <- errors.New("panic")
			}
		}()
		out <- w.place(ctx, p)
	}()
	synctest.Wait()
	return out
}

func errsOf(outs []<-chan error) (errs []error) {
	for _, o := range outs {
		errs = append(errs, <-o)
	}
	return errs
}

// Who comes while others are busy waits, and is written with those of their brand, so many at most.
func TestWhoWaitsIsWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow()
		var outs []<-chan error
		for range mostAbreast + mostTogether + 3 {
			outs = append(outs, w.enqueue(t.Context(), of(1)))
		}
		outs = append(outs, w.enqueue(t.Context(), of(2)))
		for range mostAbreast {
			w.let()
		}
		close(w.opened)
		if err := errors.Join(errsOf(outs)...); err != nil {
			t.Fatal(err)
		}
		var sizes []int
		for _, b := range w.batches {
			sizes = append(sizes, len(b))
			if slices.ContainsFunc(b, func(p *placement) bool { return p.buyer.Brand.ID != b[0].buyer.Brand.ID }) {
				t.Error("two brands are in one transaction")
			}
		}
		slices.Sort(sizes)
		if want := []int{1, 1, 1, 3, mostTogether}; !slices.Equal(sizes, want) {
			t.Errorf("written by %d, want %d", sizes, want)
		}
		if w.busy != 0 || len(w.waiting) != 0 {
			t.Errorf("%d are busy and %d wait at the end", w.busy, len(w.waiting))
		}
	})
}

// One that cannot be had refuses nobody else: each is tried alone, and hears its own error.
func TestWhatFailsTogetherIsTriedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, bad := newWindow(), of(1)
		w.refuse = func(ps []*placement) error {
			if slices.Contains(ps, bad) {
				return model.ErrOfferGone
			}
			return nil
		}
		var outs []<-chan error
		for range mostAbreast + 3 {
			outs = append(outs, w.enqueue(t.Context(), of(1)))
		}
		refused := w.enqueue(t.Context(), bad)
		close(w.opened)
		if err := errors.Join(errsOf(outs)...); err != nil {
			t.Error(err)
		}
		if err := <-refused; !errors.Is(err, model.ErrOfferGone) {
			t.Errorf("what cannot be had: %v", err)
		}
		for _, b := range w.batches {
			if len(b) != 1 {
				t.Errorf("%d were written together", len(b))
			}
		}
	})
}

// Who hangs up while they wait leaves nothing behind; who hangs up while they lead writes for the others all the same.
func TestWhoHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow()
		gone, hangUp := context.WithCancel(t.Context())
		leader, leaderHangsUp := context.WithCancel(t.Context())
		var outs []<-chan error
		for range mostAbreast {
			outs = append(outs, w.enqueue(t.Context(), of(1)))
		}
		leads := w.enqueue(leader, of(1))
		waits := w.enqueue(gone, of(1))
		outs = append(outs, w.enqueue(t.Context(), of(1)))
		hangUp()
		if err := <-waits; !errors.Is(err, context.Canceled) {
			t.Errorf("who waits and hangs up: %v", err)
		}
		w.let() // one of the first is done: the leader is called, and waits at the window
		leaderHangsUp()
		close(w.opened)
		if err := errors.Join(append(errsOf(outs), <-leads)...); err != nil {
			t.Error(err)
		}
		if n := len(slices.Concat(w.batches...)); n != mostAbreast+2 {
			t.Errorf("%d were written", n)
		}
	})
}

// Whoever leads and comes to no end keeps nobody waiting.
func TestALeaderThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, bad := newWindow(), of(1)
		w.refuse = func(ps []*placement) error {
			if ps[0] == bad {
				panic("a mistake")
			}
			return nil
		}
		var outs []<-chan error
		for range mostAbreast {
			outs = append(outs, w.enqueue(t.Context(), of(1)))
		}
		panics := w.enqueue(t.Context(), bad)
		along := w.enqueue(t.Context(), of(1))
		w.let()
		close(w.opened)
		if err := errors.Join(errsOf(outs)...); err != nil {
			t.Error(err)
		}
		if err := <-panics; err == nil || err.Error() != "panic" {
			t.Errorf("the leader: %v", err)
		}
		if err := <-along; !errors.Is(err, errLeft) {
			t.Errorf("who came along: %v", err)
		}
		if err := <-w.enqueue(t.Context(), of(1)); err != nil {
			t.Errorf("the next: %v", err)
		}
	})
}
