package brand

import (
	"sync"
	"time"

	"hutong/model"
)

// recent remembers for a short while what was read, so that what each request asks costs no query. While
// one caller looks again the others go on with what is known; a failure is not remembered.
type recent[K comparable, V any] struct {
	now  model.Clock
	ttl  time.Duration
	mu   sync.Mutex
	kept map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	until model.Millis
}

func newRecent[K comparable, V any](now model.Clock, ttl time.Duration) *recent[K, V] {
	return &recent[K, V]{now: now, ttl: ttl, kept: map[K]remembered[V]{}}
}

// get is the value for a key: the remembered one, or what load reads.
func (r *recent[K, V]) get(key K, load func() (V, error)) (V, error) {
	r.mu.Lock()
	known, ok := r.kept[key]
	now := r.now.Now()
	if ok && now < known.until {
		r.mu.Unlock()
		return known.value, nil
	}
	if ok {
		r.kept[key] = remembered[V]{known.value, now.Add(r.ttl)}
	}
	r.mu.Unlock()

	value, err := load()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		delete(r.kept, key)
		return value, err
	}
	r.kept[key] = remembered[V]{value, r.now.Now().Add(r.ttl)}
	return value, nil
}

func (r *recent[K, V]) forget(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, key)
}
