// Package job keeps due work and effects on the outside in the database: enqueued in the caller's
// transaction, run at least once, in no promised order. A handler may run twice for one job (its ack was
// lost, its lease ran out), so what it does must be the same the second time.
package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Enqueue writes a job in the caller's transaction. The same kind and key again is no second job. The
// payload must hold no personal data.
func Enqueue(tx *gorm.DB, kind, key string, payload any, runAt model.Millis) error {
	encoded, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	j := model.Job{Kind: kind, Key: key, Payload: string(encoded), Status: model.JobQueued, RunAt: runAt}
	// A plain INSERT, not one that ignores duplicates: that one locks the gap after its key until the commit,
	// and the orders of a brand would wait for each other.
	if err := tx.Create(&j).Error; err != nil && !database.IsDuplicate(err) {
		return fmt.Errorf("enqueue %s %s: %w", kind, key, err)
	}
	return nil
}

// Afresh is Enqueue for work that has come to its end and is to be done once more under the same key. The job that did
// it goes, also while its ack is still to come: that finds nothing then.
func Afresh(tx *gorm.DB, kind, key string, payload any, runAt model.Millis) error {
	if err := tx.Where("kind = ? AND job_key = ?", kind, key).Delete(&model.Job{}).Error; err != nil {
		return fmt.Errorf("take out %s %s: %w", kind, key, err)
	}
	return Enqueue(tx, kind, key, payload, runAt)
}

// Later is what a handler returns when all is well but there is more to do at an instant. It starts the
// count of tries anew.
func Later(at model.Millis) error { return laterError{at} }

type laterError struct{ at model.Millis }

func (laterError) Error() string { return "job: later" }

const (
	// Lease is how long a worker may take for one job before another may take it up.
	Lease = 2 * time.Minute
	// MaxAttempts is after how many failures in a row a job is dead. With the backoff that is two days.
	MaxAttempts = 60
	maxBackoff  = time.Hour
)

// Backoff is how long to wait after so many failures: 2 s, 4 s, … one hour.
func Backoff(attempts int) time.Duration {
	if attempts > 11 {
		return maxBackoff
	}
	return min(time.Second<<attempts, maxBackoff)
}

func isLater(err error) (model.Millis, bool) {
	var l laterError
	ok := errors.As(err, &l)
	return l.at, ok
}
