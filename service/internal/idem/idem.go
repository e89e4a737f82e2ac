// Package idem makes a use case that creates something or moves money happen once per Idempotency-Key.
package idem

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Keep is how long an answer is remembered.
const Keep = 24 * time.Hour

// Request is what a key was sent with.
type Request struct {
	Owner     string // whose key it is, such as "user:12": the same key of another owner is another key
	Key       string
	Operation string // the use case; part of the input
	Input     any    // becomes part of the hash as JSON
}

var errKnown = errors.New("idem: the key is known")

// Once runs fn in a transaction, together with the key and the answer: both are kept or neither is. The
// same request again gets the same answer, also when the two come at the same time; the same key with other
// input is model.ErrKeyReused. An error of fn is not remembered: nothing happened, so it may be tried again.
//
// The key is written after the work, which saves a statement in the case that counts. So a request that comes a second
// time does its work in vain, is refused by the key's unique index, or fails because the first has taken what
// it wanted: in either case nothing of it stays, and it gets the first one's answer.
func Once[T any](
	ctx context.Context, db *database.DB, now model.Clock, r Request, fn func(tx *gorm.DB) (T, error),
) (answer T, err error) {
	return Replaying(ctx, db, now, r, func(k Key) (answer T, err error) {
		err = db.InTx(ctx, func(tx *gorm.DB) error {
			if answer, err = fn(tx); err != nil {
				return err
			}
			return Remember(tx, k.With(answer))
		})
		return answer, err
	})
}

// Replaying is Once for a use case that has its own transaction, in which it must Remember the answer.
func Replaying[T any](
	ctx context.Context, db *database.DB, now model.Clock, r Request, attempt func(k Key) (T, error),
) (answer T, err error) {
	hash, err := r.hash()
	if err != nil {
		return answer, err
	}
	for {
		answer, err := attempt(Key{r, hash, now})
		if err == nil {
			return answer, nil
		}
		known, answer, replayErr := replay[T](ctx, db, now, r, hash)
		switch {
		case replayErr != nil:
			return answer, replayErr
		case known:
			return answer, nil
		case !errors.Is(err, errKnown): // else the key was there and its time has passed: again
			return answer, err
		}
	}
}

// Key is what a request's answer is remembered under.
type Key struct {
	request Request
	hash    string
	now     model.Clock
}

// Answered is a key with its answer.
type Answered struct {
	Key
	answer any
}

// With is the key with the answer to its request.
func (k Key) With(answer any) Answered { return Answered{k, answer} }

// Remember is the step that keeps answers with what was done for them. Its errors are for Replaying.
func Remember(tx *gorm.DB, answers ...Answered) error {
	rows := make([]model.IdempotencyKey, len(answers))
	for i, a := range answers {
		encoded, err := json.Marshal(a.answer)
		if err != nil {
			return err
		}
		rows[i] = model.IdempotencyKey{
			Owner: a.request.Owner, Key: a.request.Key, InputHash: a.hash, Answer: encoded, ExpiresAt: a.now.Now().Add(Keep),
		}
	}
	if err := tx.Create(&rows).Error; database.IsDuplicate(err) {
		return errKnown
	} else if err != nil {
		return fmt.Errorf("idem: %w", err)
	}
	return nil
}

// replay is the remembered answer, if the key is known. A key whose time has passed is removed.
func replay[T any](
	ctx context.Context, db *database.DB, now model.Clock, r Request, hash string,
) (known bool, answer T, err error) {
	var row model.IdempotencyKey
	err = db.Read(ctx).Where("owner = ? AND idem_key = ?", r.Owner, r.Key).Take(&row).Error
	switch {
	case database.IsNotFound(err):
		return false, answer, nil
	case err != nil:
		return false, answer, fmt.Errorf("idem: %w", err)
	case row.ExpiresAt <= now.Now():
		return false, answer, db.InTx(ctx, func(tx *gorm.DB) error {
			return tx.Where("id = ?", row.ID).Delete(&model.IdempotencyKey{}).Error
		})
	case row.InputHash != hash:
		return false, answer, model.ErrKeyReused
	}
	return true, answer, json.Unmarshal(row.Answer, &answer)
}

func (r Request) hash() (string, error) {
	input, err := json.Marshal([]any{r.Operation, r.Input})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(input)
	return hex.EncodeToString(sum[:]), nil
}

// Purge removes the keys of all brands whose time has passed, at most so many, and tells how many it
// removed. ctx must be across brands.
func Purge(ctx context.Context, db *database.DB, now model.Clock, most int) (removed int64, err error) {
	err = db.InTx(ctx, func(tx *gorm.DB) error {
		// Keys expire in the order in which they were written, so the oldest tell; no index is kept for that.
		oldest := tx.Model(&model.IdempotencyKey{}).Select("id", "expires_at").Order("id").Limit(most)
		var ids []int64
		if err := tx.Table("(?) AS oldest", oldest).Where("expires_at <= ?", now.Now()).Pluck("id", &ids).Error; err != nil {
			return err
		}
		res := tx.Where("id IN ?", ids).Delete(&model.IdempotencyKey{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
