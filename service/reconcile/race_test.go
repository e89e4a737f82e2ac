package reconcile_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func onMariaDB(t *testing.T) *shop {
	t.Helper()
	clock := testshop.NewClock()
	return open(t, testdb.MariaDB(t, testdb.Clock(clock.Now)), clock)
}

// Of several runs at once one runs, the first time and every other; the rest are told.
func TestRunsAtOnce(t *testing.T) {
	s := onMariaDB(t)
	day := s.today()
	for range 5 {
		s.sell()
	}
	s.sellLate()
	s.next()
	for round := range 5 {
		ran := 0
		for _, err := range testdb.Race(4, func(int) error { _, err := s.Reconcile.Run(s.Ctx, day); return err }) {
			switch {
			case err == nil:
				ran++
			case !errors.Is(err, model.ErrReconciling):
				t.Errorf("round %d: %v", round, err)
			}
		}
		if ran == 0 {
			t.Errorf("round %d: nobody ran", round)
		}
	}
	if n := s.Count(&model.Reconciliation{}, "day = ?", day); n != 1 {
		t.Errorf("%d runs of one day", n)
	}
	if n := s.Count(&model.TradeBillRow{}, "day = ?", day); n != 7 || s.fees() != 5*36 {
		t.Errorf("%d rows, fees %d", n, s.fees())
	}
	s.wants("all is well", day)
	s.Audit(t)
}

// A run that died holds the day until its lease is over; one that only seemed dead changes nothing more.
func TestRunThatDied(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db, clock)
		day := s.today()
		s.sell()
		s.next()
		s.run(day)
		s.set(day, map[string]any{"status": model.ReconciliationRunning, "lease_until": model.At(s.Clock.Now().Add(time.Minute))})
		if _, err := s.Reconcile.Run(s.Ctx, day); !errors.Is(err, model.ErrReconciling) {
			t.Errorf("within the lease: %v", err)
		}
		s.Clock.Turn(time.Minute)
		if r := s.run(day); r.Status != model.ReconciliationFinished {
			t.Errorf("after it: %+v", r)
		}

		taken := false
		s.BeforeWeChat = s.once(&taken, func() {
			s.set(day, map[string]any{"fence": 99, "lease_until": model.At(s.Clock.Now().Add(time.Hour))})
		})
		if _, err := s.Reconcile.Run(s.Ctx, day); !errors.Is(err, model.ErrReconciling) || !taken {
			t.Errorf("overtaken: %v", err)
		}
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationRunning {
			t.Errorf("the day is the other's: %+v, %v", r, err)
		}
	}, testdb.Clock(clock.Now))
}
