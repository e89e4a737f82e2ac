package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/testdb"
)

// hands is a clock whose hands the test turns.
type hands struct{ ms atomic.Int64 }

func newHands() *hands {
	h := &hands{}
	h.ms.Store(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
	return h
}
func (h *hands) now() time.Time       { return time.UnixMilli(h.ms.Load()) }
func (h *hands) turn(d time.Duration) { h.ms.Add(d.Milliseconds()) }

func enqueue(t *testing.T, db *database.DB, brand int64, key string, at model.Millis) {
	t.Helper()
	err := db.InTx(model.WithBrand(t.Context(), brand), func(tx *gorm.DB) error {
		return job.Enqueue(tx, "test", key, map[string]int{"n": 1}, at)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, db *database.DB, key string) (j model.Job) {
	t.Helper()
	err := db.Read(model.AcrossBrands(t.Context())).Where("job_key = ?", key).Take(&j).Error
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func runOne(t *testing.T, r *job.Runner) bool {
	t.Helper()
	ran, err := r.RunOne(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ran
}

func TestJobRunsOnceWhenDue(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		clock, runs := newHands(), 0
		r := job.NewRunner(db, clock.now, slog.New(slog.DiscardHandler), nil)
		r.Handle("test", func(ctx context.Context, j model.Job) error {
			if brand, _ := model.BrandID(ctx); brand != 7 || j.Payload != `{"n":1}` {
				t.Errorf("brand %d, payload %s", brand, j.Payload)
			}
			runs++
			return nil
		})
		at := model.At(clock.now().Add(time.Minute))
		enqueue(t, db, 7, "a", at)
		enqueue(t, db, 7, "a", at) // the same work again
		if runOne(t, r) {
			t.Error("ran before its time")
		}
		clock.turn(time.Minute)
		for runOne(t, r) {
		}
		if runs != 1 || load(t, db, "a").Status != model.JobDone {
			t.Errorf("ran %d times, %+v", runs, load(t, db, "a"))
		}
		enqueue(t, db, 7, "b", at) // not done yet: it stays
		if n, err := job.Purge(model.AcrossBrands(t.Context()), db, model.At(clock.now().Add(time.Hour)), 10); err != nil || n != 1 {
			t.Errorf("purged %d, %v", n, err)
		}
	})
}

func TestFailureWaitsLongerEachTimeAndDies(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		clock := newHands()
		var outcomes []job.Outcome
		r := job.NewRunner(db, clock.now, slog.New(slog.DiscardHandler), func(_ string, o job.Outcome) { outcomes = append(outcomes, o) })
		r.Handle("test", func(context.Context, model.Job) error { panic("broken") })
		enqueue(t, db, 1, "a", model.At(clock.now()))
		for attempt := 1; attempt <= job.MaxAttempts; attempt++ {
			if !runOne(t, r) {
				t.Fatalf("attempt %d was not due", attempt)
			}
			if runOne(t, r) {
				t.Fatalf("no pause after attempt %d", attempt)
			}
			clock.turn(job.Backoff(attempt))
		}
		j := load(t, db, "a")
		if j.Status != model.JobDead || j.LastError != "panic: broken" || outcomes[len(outcomes)-1] != job.Dead {
			t.Fatalf("%+v", j)
		}
		if runOne(t, r) {
			t.Error("a dead job ran")
		}
		err := db.InTx(model.WithBrand(t.Context(), 1), func(tx *gorm.DB) error { return job.Revive(tx, j.ID, model.At(clock.now())) })
		if err != nil || !runOne(t, r) {
			t.Errorf("revived: %v", err)
		}
	})
}

func TestLaterIsNoFailure(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		clock := newHands()
		r := job.NewRunner(db, clock.now, slog.New(slog.DiscardHandler), nil)
		left := 3
		r.Handle("test", func(context.Context, model.Job) error {
			if left--; left > 0 {
				return job.Later(model.At(clock.now().Add(time.Hour)))
			}
			return nil
		})
		enqueue(t, db, 1, "a", model.At(clock.now()))
		for range 3 {
			if !runOne(t, r) || runOne(t, r) {
				t.Fatal("it does not run once an hour")
			}
			clock.turn(time.Hour)
		}
		if j := load(t, db, "a"); j.Status != model.JobDone || left != 0 {
			t.Errorf("%+v", j)
		}
	})
}

// A worker that dies leaves its job to another, and its late ack changes nothing.
func TestLeaseRunsOutAndTheAckIsFenced(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		clock := newHands()
		r := job.NewRunner(db, clock.now, slog.New(slog.DiscardHandler), nil)
		runs := 0
		r.Handle("test", func(ctx context.Context, _ model.Job) error {
			runs++
			if runs > 1 {
				return errors.New("the second has not finished either")
			}
			if ran, err := r.RunOne(ctx); ran || err != nil {
				t.Errorf("taken up while leased: %t, %v", ran, err)
			}
			clock.turn(job.Lease + time.Second)
			if ran, err := r.RunOne(ctx); !ran || err != nil {
				t.Errorf("not taken up after the lease: %t, %v", ran, err)
			}
			return nil // the first comes back to life: its fence is old
		})
		enqueue(t, db, 1, "a", model.At(clock.now()))
		runOne(t, r)
		if j := load(t, db, "a"); runs != 2 || j.Status != model.JobQueued || j.Attempts != 2 {
			t.Errorf("ran %d times, %+v", runs, j)
		}
	})
}

// Sixteen workers and forty jobs: each runs once.
func TestWorkersDoNotShareAJob(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		clock := newHands()
		r := job.NewRunner(db, clock.now, slog.New(slog.DiscardHandler), nil)
		var runs atomic.Int64
		r.Handle("test", func(context.Context, model.Job) error { runs.Add(1); return nil })
		for i := range 40 {
			enqueue(t, db, int64(1+i%3), string(rune('A'+i)), model.At(clock.now()))
		}
		testdb.Race(16, func(int) error {
			for {
				ran, err := r.RunOne(t.Context())
				if err != nil {
					t.Error(err)
				}
				if !ran {
					return nil
				}
			}
		})
		for runOne(t, r) { // what a worker skipped because another held it for a moment
		}
		if runs.Load() != 40 {
			t.Errorf("%d runs", runs.Load())
		}
	})
}
