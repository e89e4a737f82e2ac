package endpoint

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestTimeoutIsThatOfTheStandardLibrary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := withTimeout(t.Context(), time.Minute)
		defer cancel()
		if at, ok := ctx.Deadline(); !ok || time.Until(at) != time.Minute {
			t.Errorf("deadline %v, %t", at, ok)
		}
		time.Sleep(40 * time.Second) // nobody waits yet, and the time runs all the same
		child, stop := context.WithCancel(ctx)
		defer stop()
		if err := child.Err(); err != nil {
			t.Error(err)
		}
		time.Sleep(21 * time.Second)
		synctest.Wait()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || !errors.Is(child.Err(), context.DeadlineExceeded) {
			t.Errorf("%v, its child %v", ctx.Err(), child.Err())
		}

		first, cancelFirst := withTimeout(t.Context(), time.Minute)
		cancelFirst()
		if <-first.Done(); !errors.Is(first.Err(), context.Canceled) {
			t.Errorf("cancelled before anybody waited: %v", first.Err())
		}
		outer, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		inner, cancelInner := withTimeout(outer, time.Hour)
		defer cancelInner()
		if at, _ := inner.Deadline(); time.Until(at) != time.Second {
			t.Errorf("the sooner deadline counts, not %v", at)
		}
		time.Sleep(2 * time.Second)
		if inner.Err() == nil {
			t.Error("the outer deadline has passed")
		}
	})
}
