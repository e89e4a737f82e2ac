package reconcile_test

import (
	"errors"
	"strings"
	"testing"

	"hutong/model"
	"hutong/wechat/simulator"
)

// Staff decide once about an exception, with a note, and what they decided stands while it is the same.
func TestResolve(t *testing.T) {
	each(t, func(s *shop) {
		day := s.today()
		s.sell()
		s.sell()
		s.next()
		amount := int64(1)
		s.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
			rows[0].Total += amount
			return rows
		}})
		s.run(day)
		no := s.views(day)[0].No
		staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF", Address: "192.0.2.1"})

		for name, c := range map[string]struct {
			no   string
			to   model.ExceptionStatus
			note string
			want *model.Error
		}{
			"open is no decision": {no, model.ExceptionOpen, "a", model.ErrNotOneOf},
			"nor is cleared":      {no, model.ExceptionCleared, "a", model.ErrNotOneOf},
			"without a note":      {no, model.ExceptionResolved, " ", model.ErrRequired},
			"too long":            {no, model.ExceptionIgnored, strings.Repeat("注", 501), model.ErrTooLong},
			"unknown":             {"01NOBODY", model.ExceptionIgnored, "a", model.ErrNotFound},
		} {
			if _, err := s.Reconcile.Resolve(staff, c.no, c.to, c.note); !errors.Is(err, c.want) {
				s.t.Errorf("%s: %v", name, err)
			}
		}
		stranger := s.World.Shop()
		if _, err := s.Reconcile.Resolve(stranger.Ctx, no, model.ExceptionIgnored, "mine"); !errors.Is(err, model.ErrNotFound) {
			s.t.Errorf("of another brand: %v", err)
		}
		v, err := s.Reconcile.Resolve(staff, no, model.ExceptionResolved, " 已与微信核实 ")
		if err != nil || v.Status != model.ExceptionResolved || v.Note != "已与微信核实" || v.ResolvedBy != "staff:01STAFF" || v.ResolvedAt == 0 {
			s.t.Errorf("%+v, %v", v, err)
		}
		if _, err := s.Reconcile.Resolve(staff, no, model.ExceptionIgnored, "again"); !errors.Is(err, model.ErrWrongState) {
			s.t.Errorf("twice: %v", err)
		}
		if n := s.Count(&model.AuditEntry{}, "action = ? AND subject_no = ? AND actor_no = ?", "reconciliation.resolve", no, "01STAFF"); n != 1 {
			s.t.Errorf("%d rows in the audit log", n)
		}
		if r := s.run(day); r.Open != 0 {
			s.t.Errorf("the same difference is open again: %+v", r)
		}
		amount = 2
		s.run(day)
		if v := s.views(day, model.ExceptionOpen); len(v) != 1 || v[0].No != no || v[0].TheirsFen != 6_002 {
			s.t.Errorf("another difference: %+v", v)
		}
		s.Audit(s.t)
	})
}
