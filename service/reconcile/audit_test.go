package reconcile_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/audit"
	"hutong/wechat/simulator"
)

// found is what the audit says about the bills.
func (s *shop) found() (found []string) {
	s.t.Helper()
	all, err := audit.Run(s.t.Context(), s.DB)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range all {
		if f.Invariant.Number == 11 {
			found = append(found, f.Subject+": "+f.Detail)
		}
	}
	return found
}

// The audit finds a day that was reconciled and does not match, when no exception tells.
func TestAuditOfBills(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		no := s.sell()
		other := s.sell()
		s.next()
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			rows[0].Total, rows[0].Settled = 6_001, 6_001
			return rows[:1]
		}})
		s.run(day)
		if found := s.found(); len(found) != 0 {
			s.t.Errorf("exceptions tell: %q", found)
		}
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			return tx.Where("status = ?", model.ExceptionOpen).Delete(&model.BillException{}).Error
		})
		if err != nil {
			s.t.Fatal(err)
		}
		found := strings.Join(s.found(), "; ")
		want := "bill of " + string(day) + ", payment " + no + ": moved 5965, booked 5964; payment " + other + ": done on " + string(day) + ", amount 6000"
		if found != want {
			s.t.Errorf("%q, want %q", found, want)
		}
		s.set(day, map[string]any{"status": model.ReconciliationRunning})
		if found := s.found(); len(found) != 0 {
			s.t.Errorf("of a day that is being run: %q", found)
		}
	})
}
