package reconcile_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/reconcile"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// shop is a shop whose days are reconciled.
type shop struct {
	*testshop.Shop
	t     *testing.T
	buyer *testshop.Buyer
	sku   model.SKU
}

// each opens a shop on both databases.
func each(t *testing.T, test func(s *shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) { test(open(t, db, clock)) }, testdb.Clock(clock.Now))
}

func open(t *testing.T, db *database.DB, clock *testshop.Clock) *shop {
	t.Helper()
	s := &shop{Shop: testshop.NewWorld(t, db, clock).Shop(), t: t}
	s.buyer, s.sku = s.Buyer(), s.SKU(6_000, 1_000)
	return s
}

func (s *shop) today() model.Day { return model.DayOf(model.At(s.Clock.Now())) }

// sell has an order paid, and returns its number.
func (s *shop) sell() string {
	s.t.Helper()
	no := s.order()
	if err := s.buyer.Pay(no); err != nil {
		s.t.Fatal(err)
	}
	s.Deliver()
	return no
}

// order is the number of an order of one piece.
func (s *shop) order() string {
	s.t.Helper()
	return s.buyer.MustOrder(s.buyer.Wants(s.sku, 1)).No
}

// sellLate has an order paid after its end, so that the money goes back at once. It returns the numbers of
// the payment and of the refund.
func (s *shop) sellLate() (payment, refund string) {
	s.t.Helper()
	payment = s.order()
	if _, err := s.Payment.Prepare(s.Ctx, s.buyer.Buyer, payment); err != nil {
		s.t.Fatal(err)
	}
	s.fault(simulator.OpClose, simulator.PayAfterClose)
	s.Later(15 * time.Minute)
	s.Later(time.Minute)
	var r model.Refund
	err := s.DB.Read(s.Ctx).Order("id DESC").Where("status = ?", model.RefundSucceeded).Take(&r).Error
	if err != nil {
		s.t.Fatal(err)
	}
	return payment, r.No
}

func (s *shop) fault(op simulator.Op, kind simulator.FaultKind) {
	s.t.Helper()
	if err := s.Sim.AddFault(simulator.Fault{Op: op, Kind: kind}); err != nil {
		s.t.Fatal(err)
	}
}

// next turns the clock to eleven in the morning of the next day.
func (s *shop) next() {
	s.Clock.Turn(s.today().Ends().Add(11 * time.Hour).Time().Sub(s.Clock.Now()))
}

// run reconciles a day.
func (s *shop) run(day model.Day) reconcile.Report {
	s.t.Helper()
	r, err := s.Reconcile.Run(s.Ctx, day)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// exceptions are the open ones of a day, or all for "", as "kind number ours theirs", in the order in which they came.
func (s *shop) exceptions(day model.Day) (open []string) {
	s.t.Helper()
	for _, e := range s.views(day, model.ExceptionOpen) {
		open = append(open, fmt.Sprintf("%s %s %d %d", e.Kind, e.Number, e.OursFen, e.TheirsFen))
	}
	return open
}

func (s *shop) views(day model.Day, statuses ...model.ExceptionStatus) []reconcile.ExceptionView {
	s.t.Helper()
	views, _, err := s.Reconcile.Exceptions(s.Ctx, day, statuses, 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return views
}

// wants checks the open exceptions of a day.
func (s *shop) wants(name string, day model.Day, want ...string) {
	s.t.Helper()
	if got := s.exceptions(day); fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func (s *shop) fees() model.Fen { return s.Balance(model.AccountFee) }

// set changes a run behind everybody's back.
func (s *shop) set(day model.Day, columns map[string]any) {
	s.t.Helper()
	err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Reconciliation{}).Where("day = ?", day).Updates(columns).Error
	})
	if err != nil {
		s.t.Error(err)
	}
}

// once runs something the first time that WeChat is called.
func (*shop) once(done *bool, do func()) func(*http.Request) {
	return func(*http.Request) {
		if !*done {
			*done = true
			do()
		}
	}
}
