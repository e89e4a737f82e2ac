// Package limit bounds how often somebody may call: a token bucket for each address and for each user.
package limit

import (
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"hutong/model"
)

// maxBuckets bounds the memory of one limiter. A bucket that is forgotten starts full again, and those that
// are used least are forgotten first.
const maxBuckets = 16_384

// Rate is how often one caller may call. The zero Rate is no limit.
type Rate struct {
	PerSecond float64 // in the long run
	Burst     int     // at once
}

// Limiter limits each key by itself. A nil Limiter refuses nothing.
type Limiter[K comparable] struct {
	rate    Rate
	clock   model.Clock
	buckets *otter.Cache[K, *rate.Limiter]
}

// New is a limiter of r for each key; nil when r is no limit.
func New[K comparable](r Rate, clock model.Clock) *Limiter[K] {
	if r.PerSecond <= 0 {
		return nil
	}
	return &Limiter[K]{r, clock, otter.Must(&otter.Options[K, *rate.Limiter]{MaximumSize: maxBuckets})}
}

// Take takes n tokens from the key's bucket. When there are not so many it takes none, and tells how long
// it is until there are; n over the burst is counted as the burst.
func (l *Limiter[K]) Take(key K, n int) (wait time.Duration, ok bool) {
	if l == nil || n <= 0 {
		return 0, true
	}
	now, n := l.clock(), min(n, l.rate.Burst)
	bucket, found := l.buckets.GetIfPresent(key)
	if !found {
		bucket, _ = l.buckets.SetIfAbsent(key, rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst))
	}
	if bucket.AllowN(now, n) {
		return 0, true
	}
	lacking := float64(n) - bucket.TokensAt(now)
	return max(0, time.Duration(lacking/l.rate.PerSecond*float64(time.Second))), false
}
