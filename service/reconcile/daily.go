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
	JobAgain = "reconcile.again" // looks again at a day that is not settled
)

const (
	// billsFrom is when WeChat's bills of a day are there: at ten in the morning after, and some minutes more.
	billsFrom = 10*time.Hour + 5*time.Minute
	// lookAgain is for how many days a day with exceptions is looked at again each day: longer than WeChat may hold
	// money back. It also is the end for a day with what staff have decided about, which is never cleared. A refund that is
	// done brings its day back as long, however old the day is.
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

// daily is the job that reconciles a day, as soon as WeChat has the bills, and lets earlier days be looked at again.
func (s *Service) daily(ctx context.Context, j model.Job) error {
	var p dayPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	if _, err := s.Run(ctx, p.Day); err != nil {
		return s.later(err)
	}
	days, err := s.unsettled(ctx, j.BrandID, p.Day)
	if err != nil {
		return err
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

// unsettled are the days before one that may have changed since: those with exceptions, for what was missing may be in
// today's bill, and what staff have decided about counts too, since the fee of a payment that was not known then is booked
// once it is; and those whose bill has a refund that has been done since, because its fee waited for that.
func (s *Service) unsettled(ctx context.Context, brandID int64, before model.Day) (days []model.Day, err error) {
	since := before.Add(-lookAgain)
	err = s.db.Read(ctx).Raw(`
SELECT x.day FROM bill_exceptions x WHERE x.brand_id = ? AND x.status <> ? AND x.day < ? AND x.day >= ?
UNION
SELECT b.day FROM refunds r
JOIN trade_bill_rows b ON b.brand_id = r.brand_id AND b.no = r.no AND b.kind = ? AND b.fee_fen <> 0 AND b.day < ?
LEFT JOIN journal_entries e ON e.brand_id = r.brand_id AND e.kind = ? AND e.ref = r.no
WHERE r.brand_id = ? AND r.status = ? AND r.succeeded_at >= ? AND e.id IS NULL
ORDER BY day`,
		brandID, model.ExceptionCleared, before, since,
		model.BillRefund, before, entryFeeBack, brandID, model.RefundSucceeded, since.Starts()).Scan(&days).Error
	if err != nil {
		return nil, fmt.Errorf("days to look at again: %w", err)
	}
	return days, nil
}

// later lets a job wait for WeChat's bill, or for whoever has the day: that run may have died, and nobody else would go on
// with it.
func (s *Service) later(err error) error {
	switch {
	case errors.Is(err, model.ErrBillNotReady):
		return job.Later(s.now.Now().Add(30 * time.Minute))
	case errors.Is(err, model.ErrReconciling):
		return job.Later(s.now.Now().Add(lease))
	}
	return err
}

// again is the job that compares a day's rows once more with what is here now. They are downloaded again only where a run
// has left them half, as one that died may have: whole or not cannot be told then.
func (s *Service) again(ctx context.Context, j model.Job) error {
	var p dayPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	r, before, err := s.claim(ctx, p.Day)
	if err != nil {
		return s.later(err)
	}
	if before != model.ReconciliationFinished {
		return s.later(s.complete(ctx, r, before))
	}
	return s.later(s.compare(ctx, r))
}
