package reconcile_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/reconcile"
)

// Whoever asks twice before anything has begun gets one run; after it, another.
func TestAskingForADay(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.at(day.Add(1), 11*time.Hour)
		for range 2 {
			if err := s.Reconcile.Ask(s.Ctx, day); err != nil {
				s.t.Fatal(err)
			}
		}
		jobs := func(want int64) {
			s.t.Helper()
			if n := s.Count(&model.Job{}, "kind = ?", reconcile.JobAsked); n != want {
				s.t.Errorf("%d jobs, want %d", n, want)
			}
		}
		jobs(1)
		s.RunJobs()
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationFinished || r.Payments != 1 {
			s.t.Errorf("%+v, %v", r, err)
		}
		if err := s.Reconcile.Ask(s.Ctx, day); err != nil {
			s.t.Fatal(err)
		}
		jobs(2)
		s.RunJobs()
		if n := s.Count(&model.AuditEntry{}, "action = ? AND subject_no = ?", "reconciliation.ask", day); n != 3 {
			s.t.Errorf("%d in the audit log", n)
		}
		for wrong, want := range map[model.Day]error{
			s.today(): model.ErrOutOfRange, s.today().Add(-90): model.ErrOutOfRange, "2026-02-31": model.ErrInvalid,
		} {
			if err := s.Reconcile.Ask(s.Ctx, wrong); !errors.Is(err, want) {
				s.t.Errorf("%s: %v", wrong, err)
			}
		}
		s.Audit(s.t)
	})
}
