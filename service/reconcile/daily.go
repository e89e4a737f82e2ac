package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/job"
)

// The kinds of job of this package. The key of the first is the day; that of the second is the day and the
// day on which it is looked at again.
const (
	JobDay   = "reconcile.day"   // reconciles a day
	JobAgain = "reconcile.again" // looks again at a day with open exceptions
)

const (
	// billsFrom is when WeChat's bills of a day are there: at ten in the morning after, and some minutes more.
	billsFrom = 10*time.Hour + 5*time.Minute
	// lookBack is for how many days back a day that was left out, because nothing ran, is made up for. It is
	// less than the time for which jobs that are done are kept, so that none is done twice.
	lookBack = 3
	// lookAgain is for how many days a day with open exceptions is looked at again each day: longer than WeChat
	// may hold money back.
	lookAgain = 30
)

type dayPayload struct {
	Day model.Day `json:"day"`
}

// Schedule enqueues the reconciliation of the last days for every brand that has settings at WeChat, once for
// each day. ctx must be across brands.
func (s *Service) Schedule(ctx context.Context) error {
	var brands []struct {
		ID        int64
		CreatedAt model.Millis
	}
	err := s.db.Read(ctx).Raw("SELECT b.id, b.created_at FROM brands b JOIN brand_credentials c ON c.brand_id = b.id ORDER BY b.id").
		Scan(&brands).Error
	if err != nil {
		return fmt.Errorf("brands to reconcile: %w", err)
	}
	today := model.DayOf(s.now.Now())
	for _, b := range brands {
		var days []model.Day
		for back := lookBack; back > 0; back-- {
			if day := today.Add(-back); day >= model.DayOf(b.CreatedAt) {
				days = append(days, day)
			}
		}
		if err := s.enqueue(model.WithBrand(ctx, b.ID), days); err != nil {
			return err
		}
	}
	return nil
}

// enqueue writes a job for each of the days that has none.
func (s *Service) enqueue(ctx context.Context, days []model.Day) error {
	var there []model.Day
	err := s.db.Read(ctx).Model(&model.Job{}).Where("kind = ? AND job_key IN ?", JobDay, days).Pluck("job_key", &there).Error
	if err != nil || len(there) == len(days) {
		return err
	}
	known := make(map[model.Day]bool, len(there))
	for _, day := range there {
		known[day] = true
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		for _, day := range days {
			if known[day] {
				continue
			}
			if err := job.Enqueue(tx, JobDay, string(day), dayPayload{day}, day.Ends().Add(billsFrom)); err != nil {
				return err
			}
		}
		return nil
	})
}

// daily is the job that reconciles a day, as soon as WeChat has the bills, and lets earlier days that have
// open exceptions be looked at again: what was missing may be in today's bill.
func (s *Service) daily(ctx context.Context, j model.Job) error {
	var p dayPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	_, err := s.Run(ctx, p.Day)
	switch {
	case errors.Is(err, model.ErrBillNotReady):
		return job.Later(s.now.Now().Add(30 * time.Minute))
	case errors.Is(err, model.ErrReconciling):
		return job.Later(s.now.Now().Add(lease))
	case err != nil:
		return err
	}
	var days []model.Day
	err = s.db.Read(ctx).Model(&model.BillException{}).Distinct("day").
		Where("status = ? AND day < ? AND day >= ?", model.ExceptionOpen, p.Day, p.Day.Add(-lookAgain)).
		Order("day").Pluck("day", &days).Error
	if err != nil {
		return fmt.Errorf("days with exceptions: %w", err)
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		for _, day := range days {
			err := job.Enqueue(tx, JobAgain, string(day+"@"+p.Day), dayPayload{day}, s.now.Now())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// again is the job that compares a day's rows once more with what is here now, without another download.
func (s *Service) again(ctx context.Context, j model.Job) error {
	var p dayPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	r, before, err := s.claim(ctx, p.Day)
	if errors.Is(err, model.ErrReconciling) { // a run looks at it this moment
		return nil
	}
	if err != nil {
		return err
	}
	if before != model.ReconciliationFinished { // its rows are not whole
		return s.giveBack(ctx, r, before, errors.New("the day was not reconciled to its end"))
	}
	if err := s.match(ctx, r); err != nil {
		return errors.Join(err, s.giveBack(ctx, r, before, err))
	}
	return nil
}
