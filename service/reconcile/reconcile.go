// Package reconcile compares each day of a brand with WeChat's bills of it: every row of the trade bill with
// the payment or refund of its number, every movement of the fund flow bill with the trade it belongs to, and
// every payment and refund of ours with the bills. It books WeChat's fees, and opens an exception for
// whatever differs. A day may be run any number of times: nothing is booked or opened twice.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/job"
)

const (
	// lease is how long a run may take for one step before another may take the day up.
	lease = 5 * time.Minute
	// batch is how many rows are held, and written by one transaction.
	batch = 500
	// patience is for how long after a day WeChat's answer that there is no bill of it is not believed, when
	// there should be one.
	patience = 72 * time.Hour
)

// Service has the use cases of reconciliation.
type Service struct {
	db     *database.DB
	now    model.Clock
	newNo  func() string
	brands *brand.Service
}

// New makes the service.
func New(db *database.DB, now model.Clock, newNo func() string, brands *brand.Service) *Service {
	return &Service{db: db, now: now, newNo: newNo, brands: brands}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobDay, s.daily)
	r.Handle(JobAgain, s.again)
	r.Handle(JobAsked, s.daily)
}

// Run reconciles a day of ctx's brand; one whose bills were another merchant's is compared once more with the rows that are
// here. Of two at once, one runs. Errors: ErrReconciling; ErrBillNotReady
// while WeChat has no bill yet; ErrBillBroken; those of wechat.Client. Nothing was booked then, unless
// the database failed in the middle; a repetition goes on in any case.
func (s *Service) Run(ctx context.Context, day model.Day) (Report, error) {
	if day.Starts() == 0 || s.now.Now() < day.Ends() {
		return Report{}, fmt.Errorf("%s is not over: %w", day, model.ErrBillNotReady)
	}
	r, before, err := s.claim(ctx, day)
	if err != nil {
		return Report{}, err
	}
	if err := s.complete(ctx, r, before); err != nil {
		return Report{}, err
	}
	return s.Get(ctx, day)
}

// complete is a run from the download to its end. WeChat gives a merchant its own bills alone: once the brand has another,
// the rows of the one before cannot be had again, and are kept.
func (s *Service) complete(ctx context.Context, r *model.Reconciliation, before model.ReconciliationStatus) error {
	client, err := s.brands.Client(ctx, r.BrandID)
	if err != nil {
		return errors.Join(err, s.giveBack(ctx, r, before, err))
	}
	if _, mchID := client.Merchant(); before == model.ReconciliationFinished && r.MchID != "" && r.MchID != mchID {
		return s.compare(ctx, r)
	}
	b, err := s.fetch(ctx, r, client)
	if err != nil {
		return errors.Join(err, s.giveBack(ctx, r, before, err))
	}
	defer b.close()
	err = s.load(ctx, r, b)
	if err == nil {
		err = s.match(ctx, r)
	}
	if err != nil {
		return errors.Join(err, s.giveBack(ctx, r, model.ReconciliationFailed, err))
	}
	return nil
}

// compare is a run over the rows of a day that was finished before, without a download.
func (s *Service) compare(ctx context.Context, r *model.Reconciliation) error {
	if err := s.match(ctx, r); err != nil {
		return errors.Join(err, s.giveBack(ctx, r, model.ReconciliationFinished, err))
	}
	return nil
}

// claim begins a run, unless another is under way, and tells how the day stood before.
func (s *Service) claim(ctx context.Context, day model.Day) (r *model.Reconciliation, before model.ReconciliationStatus, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		now := s.now.Now()
		r, before = &model.Reconciliation{}, model.ReconciliationFailed
		err := tx.Where("day = ?", day).Take(r).Error
		if database.IsNotFound(err) {
			*r = model.Reconciliation{
				Day: day, DayFrom: day.Starts(), Status: model.ReconciliationRunning, Fence: 1,
				LeaseUntil: now.Add(lease), StartedAt: now,
			}
			if err = tx.Create(r).Error; database.IsDuplicate(err) { // another has just begun
				err = model.ErrReconciling
			}
			return err
		}
		if err != nil {
			return err
		}
		before = r.Status
		res := tx.Model(&model.Reconciliation{}).
			Where("id = ? AND fence = ?", r.ID, r.Fence).
			Where("status IN ? OR lease_until <= ?", model.ReconciliationFlow[model.ReconciliationRunning], now).
			Updates(map[string]any{
				"status": model.ReconciliationRunning, "fence": r.Fence + 1, "lease_until": now.Add(lease), "started_at": now,
			})
		if res.Error == nil && res.RowsAffected == 0 {
			return model.ErrReconciling
		}
		r.Status, r.Fence, r.StartedAt = model.ReconciliationRunning, r.Fence+1, now
		return res.Error
	})
	if err != nil {
		err = fmt.Errorf("reconcile %s: %w", day, err)
	}
	return r, before, err
}

// hold is the first step of each transaction of a run: it moves the lease ahead and proves that the day is
// still this run's.
func (s *Service) hold(tx *gorm.DB, r *model.Reconciliation) error {
	return s.change(tx, r, map[string]any{"lease_until": s.now.Now().Add(lease)})
}

// change writes columns of a run that is still this one's.
func (s *Service) change(tx *gorm.DB, r *model.Reconciliation, columns map[string]any) error {
	res := tx.Model(&model.Reconciliation{}).
		Where("id = ? AND fence = ? AND status = ?", r.ID, r.Fence, model.ReconciliationRunning).Updates(columns)
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("reconcile %s: another has taken over: %w", r.Day, model.ErrReconciling)
	}
	return res.Error
}

// giveBack ends a run that did not come to its end. A day that was finished before, and of which nothing has
// been touched, stays finished.
func (s *Service) giveBack(ctx context.Context, r *model.Reconciliation, to model.ReconciliationStatus, why error) error {
	if to == model.ReconciliationRunning { // it had died
		to = model.ReconciliationFailed
	}
	err := s.db.InTx(context.WithoutCancel(ctx), func(tx *gorm.DB) error {
		return s.change(tx, r, map[string]any{"status": to, "lease_until": 0, "problem": clip(why.Error(), 500)})
	})
	if errors.Is(err, model.ErrReconciling) { // whoever took over tells how it ends
		return nil
	}
	return err
}

func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
