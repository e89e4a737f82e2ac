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
	JobAgain = "reconcile.again" // looks again at a day with exceptions
)

const (
	// billsFrom is when WeChat's bills of a day are there: at ten in the morning after, and some minutes more.
	billsFrom = 10*time.Hour + 5*time.Minute
	// lookAgain is for how many days a day with exceptions is looked at again each day: longer than WeChat may hold
	// money back. It also is the end for a day with what staff have decided about, which is never cleared.
	lookAgain = 30
)

type dayPayload struct {
	Day model.Day `json:"day"`
}

// Schedule enqueues, for every brand, the reconciliation of each day that is over and was left out, perhaps because
// nothing ran, as long as WeChat has its bills. It begins with the day on which the brand got its settings at WeChat:
// what its merchant sold before that was not sold here. ctx must be across brands.
func (s *Service) Schedule(ctx context.Context) error {
	var brands []struct {
		BrandID   int64
		CreatedAt model.Millis
	}
	err := s.db.Read(ctx).Raw("SELECT brand_id, created_at FROM brand_credentials ORDER BY brand_id").Scan(&brands).Error
	if err != nil {
		return fmt.Errorf("brands to reconcile: %w", err)
	}
	first, yesterday := s.billed()
	for _, b := range brands {
		if err := s.enqueue(model.WithBrand(ctx, b.BrandID), max(first, model.DayOf(b.CreatedAt)), yesterday); err != nil {
			return err
		}
	}
	return nil
}

// enqueue writes a job for each day that was left out.
func (s *Service) enqueue(ctx context.Context, from, to model.Day) error {
	planned, err := s.planned(ctx, from)
	if err != nil {
		return err
	}
	var days []model.Day
	for day := from; day <= to; day = day.Add(1) {
		if !planned[day] {
			days = append(days, day)
		}
	}
	if len(days) == 0 {
		return nil
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		for _, day := range days {
			// Many days at once are not due before what waits already: consumers wait for that.
			at := max(s.now.Now(), day.Ends().Add(billsFrom))
			if err := job.Enqueue(tx, JobDay, string(day), dayPayload{day}, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// planned are the days from one on that have a job, or were reconciled: jobs that are done are not kept for ever. A run
// by hand that failed, or ended before WeChat had the bills, leaves the day to the job.
func (s *Service) planned(ctx context.Context, from model.Day) (map[model.Day]bool, error) {
	tx := s.db.Read(ctx)
	var queued, done []model.Day
	if err := tx.Model(&model.Job{}).Where("kind = ? AND job_key >= ?", JobDay, from).Pluck("job_key", &queued).Error; err != nil {
		return nil, fmt.Errorf("jobs since %s: %w", from, err)
	}
	err := tx.Model(&model.Reconciliation{}).Where("day >= ? AND status = ?", from, model.ReconciliationFinished).
		Where("finished_at >= day_from + ?", (24*time.Hour+billsFrom).Milliseconds()).Pluck("day", &done).Error
	if err != nil {
		return nil, fmt.Errorf("reconciliations since %s: %w", from, err)
	}
	planned := make(map[model.Day]bool, len(queued)+len(done))
	for _, day := range append(queued, done...) {
		planned[day] = true
	}
	return planned, nil
}

// daily is the job that reconciles a day, as soon as WeChat has the bills, and lets earlier days that have
// exceptions be looked at again: what was missing may be in today's bill. What staff have decided about counts too: the
// fee of a payment that was not known then is booked once it is.
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
		Where("status <> ? AND day < ? AND day >= ?", model.ExceptionCleared, p.Day, p.Day.Add(-lookAgain)).
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
