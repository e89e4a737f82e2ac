package limit_test

import (
	"testing"
	"time"

	"hutong/api/limit"
)

func TestTake(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := limit.New[string](limit.Rate{PerSecond: 2, Burst: 4}, func() time.Time { return now })
	take := func(key string, n int, want time.Duration) {
		t.Helper()
		wait, ok := l.Take(key, n)
		if wait != want || ok != (want == 0) {
			t.Errorf("%s takes %d: wait %s, %v; want %s", key, n, wait, ok, want)
		}
	}
	take("a", 3, 0)
	take("a", 2, 500*time.Millisecond)
	take("a", 1, 0)
	take("a", 1, 500*time.Millisecond)
	take("b", 9, 0) // more than the burst is the burst
	take("b", 1, 500*time.Millisecond)
	now = now.Add(time.Second)
	take("a", 2, 0)
	take("a", 1, 500*time.Millisecond)
	now = now.Add(time.Hour)
	take("a", 4, 0)
	take("a", 1, 500*time.Millisecond)
}

func TestNoLimit(t *testing.T) {
	l := limit.New[int](limit.Rate{}, nil)
	if wait, ok := l.Take(1, 1_000_000); wait != 0 || !ok {
		t.Errorf("%s, %v", wait, ok)
	}
}
