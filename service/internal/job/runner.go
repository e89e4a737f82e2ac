package job

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
)

// Handler does one job, with the job's brand in ctx. nil: done. Later: run it again then. Any other error:
// it failed and is tried again after the backoff.
type Handler func(ctx context.Context, j model.Job) error

// Outcome is how one run of a job ended, for metrics.
type Outcome string

// The outcomes of a run.
const (
	Done   Outcome = "done"
	Again  Outcome = "again"
	Failed Outcome = "failed"
	Dead   Outcome = "dead"
)

// Runner takes due jobs and runs their handlers.
type Runner struct {
	db       *database.DB
	now      model.Clock
	log      *slog.Logger
	handlers map[string]Handler
	observe  func(kind string, o Outcome)
}

// NewRunner makes a runner. observe, if not nil, is told of each run's end.
func NewRunner(db *database.DB, now model.Clock, log *slog.Logger, observe func(kind string, o Outcome)) *Runner {
	if observe == nil {
		observe = func(string, Outcome) {}
	}
	return &Runner{db: db, now: now, log: log, handlers: map[string]Handler{}, observe: observe}
}

// Handle names the handler of a kind; it is called before Run.
func (r *Runner) Handle(kind string, h Handler) { r.handlers[kind] = h }

// Run works with so many goroutines until ctx ends, then lets the jobs under way finish. When nothing is
// due it looks again after poll.
func (r *Runner) Run(ctx context.Context, workers int, poll time.Duration) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				ran, err := r.RunOne(ctx)
				if err != nil && ctx.Err() == nil {
					r.log.ErrorContext(ctx, "jobs: cannot take one", "error", err)
				}
				if !ran || err != nil {
					wait(ctx, poll)
				}
			}
		})
	}
	wg.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// RunOne runs the job that has been due longest, if any. An error is the database's; a failing job is not
// an error but written to the job.
func (r *Runner) RunOne(ctx context.Context) (ran bool, err error) {
	j, err := r.claim(model.AcrossBrands(ctx))
	if err != nil || j == nil {
		return false, err
	}
	// A job that was taken is finished, even when the process has been told to stop.
	ctx, cancel := context.WithTimeout(model.WithBrand(context.WithoutCancel(ctx), j.BrandID), Lease-10*time.Second)
	defer cancel()
	return true, r.settle(ctx, *j, r.call(ctx, *j))
}

// claim takes the lease of the job that has been due longest. The row is locked from the look on: rivals skip
// it, and SQLite has one writer.
func (r *Runner) claim(ctx context.Context) (taken *model.Job, err error) {
	err = r.db.InTx(ctx, func(tx *gorm.DB) error {
		taken = nil
		var j model.Job
		now := r.now.Now()
		err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("status = ? AND run_at <= ?", model.JobQueued, now).Order("run_at, id").Take(&j).Error
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		j.RunAt, j.Fence, j.Attempts = now.Add(Lease), j.Fence+1, j.Attempts+1
		taken = &j
		return tx.Model(&model.Job{}).Where("id = ?", j.ID).
			Updates(map[string]any{"run_at": j.RunAt, "fence": j.Fence, "attempts": j.Attempts}).Error
	})
	return taken, err
}

// call runs the handler and turns a panic into an error.
func (r *Runner) call(ctx context.Context, j model.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			r.log.ErrorContext(ctx, "jobs: panic", "kind", j.Kind, "key", j.Key, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	h := r.handlers[j.Kind]
	if h == nil {
		return fmt.Errorf("no handler for kind %q", j.Kind)
	}
	return h(ctx, j)
}

// settle writes how the run ended, if the lease is still ours.
func (r *Runner) settle(ctx context.Context, j model.Job, result error) error {
	outcome, columns := Done, map[string]any{"status": model.JobDone, "last_error": ""}
	if at, ok := isLater(result); ok {
		outcome, columns = Again, map[string]any{"run_at": at, "attempts": 0, "last_error": ""}
	} else if result != nil {
		outcome = Failed
		columns = map[string]any{"run_at": r.now.Now().Add(Backoff(j.Attempts)), "last_error": clip(result.Error(), 500)}
		if j.Attempts >= MaxAttempts {
			outcome = Dead
			columns["status"] = model.JobDead
		}
		r.log.WarnContext(ctx, "jobs: failed", "kind", j.Kind, "key", j.Key, "attempt", j.Attempts, "outcome", outcome, "error", result)
	}
	r.observe(j.Kind, outcome)
	return r.db.InTx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Job{}).Where("id = ? AND fence = ? AND status = ?", j.ID, j.Fence, model.JobQueued).
			Updates(columns).Error
	})
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return string([]rune(s)[:min(most/4, len([]rune(s)))]) + "…"
}

// Revive makes a dead job due again. Errors: ErrWrongState when it is not dead.
func Revive(tx *gorm.DB, id int64, at model.Millis) error {
	return flow.Advance[model.Job](tx, model.JobFlow, id, model.JobQueued, map[string]any{"run_at": at, "attempts": 0})
}

// Purge removes the jobs of all brands that were done before an instant, at most so many, and tells how
// many it removed. ctx must be across brands.
func Purge(ctx context.Context, db *database.DB, before model.Millis, most int) (removed int64, err error) {
	err = db.InTx(ctx, func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Model(&model.Job{}).Where("status = ? AND run_at < ?", model.JobDone, before).
			Limit(most).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		res := tx.Where("id IN ?", ids).Delete(&model.Job{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
