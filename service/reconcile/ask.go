package reconcile

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
)

// JobAsked reconciles a day because staff want it; its key is the day and how often that was run.
const JobAsked = "reconcile.asked"

// billsKept is for how many days WeChat can make the bill of a day.
const billsKept = 89

// billed are the first and the last day that WeChat can have a bill of.
func (s *Service) billed() (first, yesterday model.Day) {
	yesterday = model.DayOf(s.now.Now()).Add(-1)
	return yesterday.Add(-billsKept + 1), yesterday
}

// Ask has a day reconciled, or once more, as soon as may be. Asking again while nothing has begun adds nothing. Errors:
// ErrInvalid for what is no day; ErrOutOfRange for one that is not over, or of which WeChat has no bill any more.
func (s *Service) Ask(ctx context.Context, day model.Day) error {
	if _, err := model.ParseDay(string(day)); err != nil {
		return model.ErrInvalid.At("day")
	}
	if first, yesterday := s.billed(); day < first || day > yesterday {
		return model.ErrOutOfRange.At("day").With("min", string(first)).With("max", string(yesterday))
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		var fence []int64
		if err := tx.Model(&model.Reconciliation{}).Where("day = ?", day).Pluck("fence", &fence).Error; err != nil {
			return fmt.Errorf("reconciliation of %s: %w", day, err)
		}
		key := fmt.Sprint(day, "#", append(fence, 0)[0])
		if err := job.Enqueue(tx, JobAsked, key, dayPayload{day}, s.now.Now()); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "reconciliation.ask", trail.Subject{Kind: "reconciliation", No: string(day)}, nil, nil)
	})
}
