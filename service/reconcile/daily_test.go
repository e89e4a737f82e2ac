package reconcile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/job"
	"hutong/service/reconcile"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

// at turns the clock to a time of a day.
func (s *shop) at(day model.Day, since time.Duration) {
	s.Clock.Turn(day.Starts().Add(since).Time().Sub(s.Clock.Now()))
}

func (s *shop) schedule() {
	s.t.Helper()
	if err := s.Reconcile.Schedule(model.AcrossBrands(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
}

// The job of a day waits until WeChat has the bill, and there is one of it, however often it is planned.
func TestDailyJob(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.schedule()
		if n := s.Count(&model.Job{}, "kind = ?", reconcile.JobDay); n != 0 {
			s.t.Errorf("%d jobs for days before the brand was there, or that are not over", n)
		}
		s.at(day.Add(1), time.Hour)
		s.schedule()
		s.schedule()
		s.Later(9 * time.Hour) // ten
		if _, err := s.Reconcile.Get(s.Ctx, day); !errors.Is(err, model.ErrNotFound) {
			s.t.Errorf("before its time: %v", err)
		}
		s.Later(5 * time.Minute)
		r, err := s.Reconcile.Get(s.Ctx, day)
		if err != nil || r.Status != model.ReconciliationFinished || r.Payments != 1 {
			s.t.Errorf("%+v, %v", r, err)
		}
		if n := s.Count(&model.Job{}, "kind = ?", reconcile.JobDay); n != 1 {
			s.t.Errorf("%d jobs", n)
		}
		s.Clock.Turn(5 * 24 * time.Hour)
		s.schedule()
		if n := s.Count(&model.Job{}, "kind = ? AND job_key < ?", reconcile.JobDay, s.today()); n != 6 {
			s.t.Errorf("%d jobs: each day that is over has one", n)
		}
		s.Audit(s.t)
	})
}

// However long nothing ran, each day since is made up for as long as WeChat has its bill, once, though two plan it at
// once; what was reconciled by hand is not done again, unless that failed or came before the bill.
func TestDaysOnWhichNothingRan(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		byHand, failed, early := day.Add(1), day.Add(2), day.Add(3)
		s.at(early.Add(1), 11*time.Hour)
		for _, d := range []model.Day{byHand, failed, early} {
			s.run(d)
		}
		s.set(failed, map[string]any{"status": model.ReconciliationFailed})
		s.set(early, map[string]any{"finished_at": early.Ends().Add(time.Hour)})
		planned := func() (days []model.Day) {
			s.t.Helper()
			err := s.DB.Read(s.Ctx).Model(&model.Job{}).Where("kind = ? AND status = ?", reconcile.JobDay, model.JobQueued).
				Order("job_key").Pluck("job_key", &days).Error
			if err != nil {
				s.t.Fatal(err)
			}
			return days
		}

		s.at(day.Add(6), 11*time.Hour)
		for _, err := range testdb.Race(2, func(int) error { return s.Reconcile.Schedule(model.AcrossBrands(s.t.Context())) }) {
			if err != nil {
				s.t.Error(err)
			}
		}
		if got, want := planned(), []model.Day{day, failed, early, day.Add(4), day.Add(5)}; !slices.Equal(got, want) {
			s.t.Errorf("%s, want %s", got, want)
		}
		s.RunJobs()
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationFinished || s.fees() != 36 {
			s.t.Errorf("%+v, %v; fees %d", r, err, s.fees())
		}

		s.at(day.Add(14), 11*time.Hour)
		if err := s.CleanUp(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		s.schedule()
		if got := planned(); len(got) != 8 || got[0] != day.Add(6) {
			s.t.Errorf("when the jobs that are done are gone: %s", got)
		}
		s.RunJobs()
		s.at(day.Add(200), 11*time.Hour)
		s.schedule()
		if got := planned(); len(got) != 89 || got[0] != day.Add(111) {
			s.t.Errorf("%d days, since %s: WeChat has no earlier bill", len(got), got[0])
		}
		s.Audit(s.t)
	})
}

// While WeChat has no bill of a day on which something was sold, the job waits. After three days its absence
// is believed: what was sold is missing in it.
func TestBillThatIsNotThereYet(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.sell()
		s.Sim.EditBills(simulator.BillEdit{
			Trade: func([]simulator.TradeRow) []simulator.TradeRow { return nil },
			Flow:  func([]simulator.FlowRow) []simulator.FlowRow { return nil },
		})
		s.at(day.Add(1), 11*time.Hour)
		if _, err := s.Reconcile.Run(s.Ctx, day); !errors.Is(err, model.ErrBillNotReady) {
			s.t.Errorf("the day after: %v", err)
		}
		if _, err := s.Reconcile.Run(s.Ctx, s.today()); !errors.Is(err, model.ErrBillNotReady) {
			s.t.Errorf("a day that is not over: %v", err)
		}
		s.schedule()
		s.RunJobs()
		var j model.Job
		if err := s.DB.Read(s.Ctx).Where("kind = ?", reconcile.JobDay).Take(&j).Error; err != nil {
			s.t.Fatal(err)
		}
		if j.Status != model.JobQueued || j.Attempts != 0 || j.RunAt != model.At(s.Clock.Now().Add(30*time.Minute)) {
			s.t.Errorf("the job: %+v", j)
		}
		s.at(day.Add(4), 0)
		s.run(day)
		s.wants("believed", day, "missing_in_bill "+no+" 6000 0")
		s.Audit(s.t)
	})
}

// A day on which nothing was sold has no bill, and is in order.
func TestDayWithoutTrade(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.next()
		if r := s.run(day); r.Status != model.ReconciliationFinished || r.TradeHash != "" || r.Open != 0 {
			s.t.Errorf("%+v", r)
		}
	})
}

// What was open on an earlier day is looked at again each day, and clears when it is in order: money that
// WeChat held back has moved, a payment is known.
func TestEarlierDaysAreLookedAtAgain(t *testing.T) {
	each(t, func(s *shop) {
		first := s.today()
		no := s.sell()
		var held []simulator.FlowRow
		s.Sim.EditBills(simulator.BillEdit{Flow: func(rows []simulator.FlowRow) []simulator.FlowRow {
			held = rows
			return nil
		}, Trade: func(rows []simulator.TradeRow) []simulator.TradeRow { return rows }})
		s.at(first.Add(4), 11*time.Hour) // so late that the missing bill is believed
		s.run(first)
		s.wants("held back", first, "unsettled "+no+" 5964 0")
		s.Audit(s.t)

		s.sell()
		s.Sim.EditBills(simulator.BillEdit{Flow: func(rows []simulator.FlowRow) []simulator.FlowRow {
			if strings.Contains(rows[0].Voucher, no) {
				return rows
			}
			return append(rows, held...)
		}})
		s.next()
		s.schedule()
		s.Later(0)
		s.wants("settled", "")
		if n := s.Count(&model.Job{}, "kind = ? AND status = ?", reconcile.JobAgain, model.JobDone); n != 1 {
			s.t.Errorf("%d days were looked at again", n)
		}
		s.Audit(s.t)
	})
}

// What staff have decided about is looked at again all the same, for thirty days: its payment may become known here, and
// then its fee is booked.
func TestWhatWasDecidedIsLookedAtAgain(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.order()
		if err := s.buyer.Pay(no); err != nil { // the notification is lost
			s.t.Fatal(err)
		}
		s.next()
		s.run(day)
		s.wants("not known yet", day, "state "+no+" 6000 6000")
		staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		if _, err := s.Reconcile.Resolve(staff, s.views(day)[0].No, model.ExceptionResolved, "WeChat says that it is paid"); err != nil {
			s.t.Fatal(err)
		}
		s.Later(time.Minute) // it is asked after, and known
		if s.State(no).Status != model.OrderPaid || s.fees() != 0 {
			s.t.Fatalf("%s, fees %d", s.State(no).Status, s.fees())
		}

		s.at(day.Add(2), 11*time.Hour)
		s.schedule()
		s.RunJobs()
		if s.fees() != 36 {
			s.t.Errorf("the morning after: fees %d", s.fees())
		}
		if v := s.views(day); len(v) != 1 || v[0].Status != model.ExceptionResolved {
			s.t.Errorf("what was decided stands: %+v", v)
		}
		s.at(day.Add(40), 11*time.Hour)
		s.schedule()
		s.RunJobs()
		if n := s.Count(&model.Job{}, "kind = ? AND job_key LIKE ?", reconcile.JobAgain, day+"@%"); n != 30 {
			s.t.Errorf("looked at %d times", n)
		}
		s.Audit(s.t)
	})
}

// lookAgain has a day looked at again, as soon as jobs run.
func (s *shop) lookAgain(day model.Day) {
	s.t.Helper()
	err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		return job.Enqueue(tx, reconcile.JobAgain, "again", map[string]any{"day": day}, model.At(s.Clock.Now()))
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A day whose rows are not whole is not compared with what is here, for it would seem that much is missing: they are
// fetched anew.
func TestAHalfDayIsFetchedAnew(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.sell()
		s.next()
		s.run(day)
		s.set(day, map[string]any{"status": model.ReconciliationFailed})
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			return tx.Where("day = ?", day).Delete(&model.TradeBillRow{}).Error
		})
		if err != nil {
			s.t.Fatal(err)
		}
		s.lookAgain(day)
		s.RunJobs()
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationFinished {
			s.t.Errorf("%+v, %v", r, err)
		}
		if n := s.Count(&model.TradeBillRow{}, "day = ?", day); n != 2 || len(s.views(day)) != 0 {
			s.t.Errorf("%d rows, exceptions %+v", n, s.views(day))
		}
		s.Audit(s.t)
	})
}

// A look at a day that died has it until its lease is over, which is longer than its job's: the job waits for that, and
// brings the day to its end.
func TestALookThatDied(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.next()
		s.run(day)
		s.lookAgain(day)
		s.set(day, map[string]any{"status": model.ReconciliationRunning, "lease_until": model.At(s.Clock.Now().Add(2 * time.Minute))})
		s.RunJobs()
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationRunning {
			s.t.Errorf("within the lease: %+v, %v", r, err)
		}
		s.Later(5 * time.Minute)
		if r, err := s.Reconcile.Get(s.Ctx, day); err != nil || r.Status != model.ReconciliationFinished {
			s.t.Errorf("after it: %+v, %v", r, err)
		}
		if n := s.Count(&model.Job{}, "kind = ? AND status <> ?", reconcile.JobAgain, model.JobDone); n != 0 {
			s.t.Errorf("%d jobs wait", n)
		}
	})
}
