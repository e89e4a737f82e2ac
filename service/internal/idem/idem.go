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
func Once[T any](
	ctx context.Context, db *database.DB, now model.Clock, r Request, fn func(tx *gorm.DB) (T, error),
) (answer T, err error) {
	hash, err := r.hash()
	if err != nil {
		return answer, err
	}
	for {
		err = db.InTx(ctx, func(tx *gorm.DB) error {
			row := model.IdempotencyKey{
				Owner: r.Owner, Key: r.Key, InputHash: hash, ExpiresAt: now.Now().Add(Keep),
			}
			if err := tx.Create(&row).Error; database.IsDuplicate(err) {
				return errKnown
			} else if err != nil {
				return fmt.Errorf("idem: %w", err)
			}
			var err error
			if answer, err = fn(tx); err != nil {
				return err
			}
			encoded, err := json.Marshal(answer)
			if err != nil {
				return err
			}
			return tx.Model(&row).Where("id = ?", row.ID).UpdateColumn("answer", encoded).Error
		})
		if !errors.Is(err, errKnown) {
			return answer, err
		}
		expired, err := replay(ctx, db, now, r, hash, &answer)
		if err != nil || !expired {
			return answer, err
		}
	}
}

// replay fills in the remembered answer, or removes a key whose time has passed.
func replay[T any](
	ctx context.Context, db *database.DB, now model.Clock, r Request, hash string, answer *T,
) (expired bool, err error) {
	err = db.InTx(ctx, func(tx *gorm.DB) error {
		var row model.IdempotencyKey
		if err := tx.Where("owner = ? AND idem_key = ?", r.Owner, r.Key).Take(&row).Error; database.IsNotFound(err) {
			expired = true // somebody else removed it
			return nil
		} else if err != nil {
			return fmt.Errorf("idem: %w", err)
		}
		if expired = row.ExpiresAt <= now.Now(); expired {
			return tx.Where("id = ?", row.ID).Delete(&model.IdempotencyKey{}).Error
		}
		if row.InputHash != hash {
			return model.ErrKeyReused
		}
		return json.Unmarshal(row.Answer, answer)
	})
	return expired, err
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
		var ids []int64
		if err := tx.Model(&model.IdempotencyKey{}).Where("expires_at <= ?", now.Now()).
			Limit(most).Pluck("id", &ids).Error; err != nil {
			return err
		}
		res := tx.Where("id IN ?", ids).Delete(&model.IdempotencyKey{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
