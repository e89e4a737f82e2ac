package endpoint

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// withTimeout is context.WithTimeout whose timer is started by whoever first waits for it: an answer from
// memory waits for nothing and pays for none.
func withTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	c := &lazyTimeout{Context: parent, deadline: time.Now().Add(d)} //nolint:forbidigo // a timer runs in the world's time
	if sooner, ok := parent.Deadline(); ok && sooner.Before(c.deadline) {
		c.deadline = sooner
	}
	return c, c.cancel
}

type lazyTimeout struct {
	context.Context // the parent
	deadline        time.Time

	running atomic.Pointer[timed] // nil until somebody waits
	mu      sync.Mutex            // of starting and ending
	ended   bool
}

type timed struct {
	context.Context
	cancel context.CancelFunc
}

// Deadline implements context.Context.
func (c *lazyTimeout) Deadline() (time.Time, bool) { return c.deadline, true }

// Done implements context.Context.
func (c *lazyTimeout) Done() <-chan struct{} { return c.start().Done() }

// Err implements context.Context.
func (c *lazyTimeout) Err() error { return c.start().Err() }

// Value implements context.Context. Once the timer runs it is asked first: that is how package context finds
// out that a child needs no goroutine to follow it.
func (c *lazyTimeout) Value(key any) any {
	if t := c.running.Load(); t != nil {
		return t.Value(key)
	}
	return c.Context.Value(key)
}

func (c *lazyTimeout) start() *timed {
	if t := c.running.Load(); t != nil {
		return t
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.running.Load()
	if t == nil {
		t = &timed{}
		t.Context, t.cancel = context.WithDeadline(c.Context, c.deadline)
		if c.ended {
			t.cancel()
		}
		c.running.Store(t)
	}
	return t
}

func (c *lazyTimeout) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if t := c.running.Load(); t != nil {
		t.cancel()
	}
}
