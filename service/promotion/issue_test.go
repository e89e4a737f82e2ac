package promotion_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func (s *desk) segment(r customer.Rule) customer.SegmentView {
	s.t.Helper()
	v, err := s.Customer.CreateSegment(s.Staff, s.key(), customer.SegmentSpec{Name: "segment", Rule: r})
	s.must(err)
	return v
}

// crowd makes so many customers who have never done anything.
func (s *desk) crowd(n int) {
	s.t.Helper()
	serial := s.serial.Add(1)
	users := make([]model.User, n)
	for i := range users {
		users[i] = model.User{No: fmt.Sprintf("C%06d%019d", serial, i), AppID: s.Merchant.AppID, OpenID: fmt.Sprintf("crowd-%d-%d", serial, i)}
	}
	s.must(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return tx.CreateInBatches(&users, 500).Error }))
}

func (s *desk) issueTo(coupon, segment string) promotion.IssueView {
	s.t.Helper()
	v, err := s.Promotion.IssueTo(s.Staff, s.key(), coupon, promotion.IssueWish{Segment: segment})
	s.must(err)
	return v
}

func (s *desk) issueNow(coupon string) promotion.IssueView {
	s.t.Helper()
	views, _, err := s.Promotion.Issues(s.Staff, promotion.IssueFilter{Coupon: coupon}, 0, 10)
	s.must(err)
	return views[0]
}

func issued(c *promotion.CouponSpec) { c.Access = model.CouponIssued }

// Who is in a segment gets one, and nobody else; who has as many as they may is skipped; and it can be used.
func TestIssueToASegment(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 50)
		gold := s.level(1)
		in, full, out := s.Buyer(), s.Buyer(), s.Buyer()
		s.give(in, gold.No)
		s.give(full, gold.No)
		kind := s.coupon(off(500), from(0), issued)
		_, err := s.Promotion.Issue(s.Staff, s.key(), kind.No, promotion.Wish{Users: []string{s.numberOf(full)}})
		s.must(err)
		begun := s.issueTo(kind.No, s.segment(customer.Rule{LevelFrom: 1}).No)
		if begun.Matched != 2 || begun.Status != model.IssueRunning {
			t.Errorf("it begins with %+v", begun)
		}
		s.RunJobs()
		if v := s.issueNow(kind.No); v.Status != model.IssueDone || v.Issued != 1 || v.Skipped != 1 || v.DoneAt == 0 {
			t.Errorf("%+v", v)
		}
		if q := s.quote(out, out.Wants(sku, 1)); q.TotalFen != 6_000 {
			t.Errorf("who is not in it pays %d", q.TotalFen)
		}
		if o := in.MustOrder(in.Wants(sku, 1)); o.TotalFen != 5_500 {
			t.Errorf("who is in it pays %d", o.TotalFen)
		}
		views, _, err := s.Promotion.Theirs(s.Staff, s.numberOf(in), 0, 10, "en")
		if err != nil || len(views) != 1 || views[0].Status != model.ClaimLocked {
			t.Errorf("%+v, %v", views, err)
		}
	})
}

// A coupon of which there are too few stops, and goes on where it was once there are more; staff stop it and have it go on.
func TestAnIssueThatStops(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		s.crowd(450)
		kind := s.coupon(off(500), from(0), issued, func(c *promotion.CouponSpec) { c.Total = 300 })
		everybody := s.segment(customer.Rule{})
		no := s.issueTo(kind.No, everybody.No).No
		s.RunJobs()
		if v := s.issueNow(kind.No); v.Status != model.IssueStopped || v.Reason != "coupon_over" || v.Issued != 300 {
			t.Errorf("%+v", v)
		}
		spec := kind.CouponSpec
		spec.Total = 1_000
		_, err := s.Promotion.ChangeCoupon(s.Staff, kind.No, spec)
		s.must(err)
		_, err = s.Promotion.MoveIssue(s.Staff, no, model.IssueRunning)
		s.must(err)
		_, err = s.Promotion.MoveIssue(s.Staff, no, model.IssueStopped)
		s.must(err)
		s.RunJobs()
		if v := s.issueNow(kind.No); v.Status != model.IssueStopped || v.Reason != "staff" || v.Issued != 300 {
			t.Errorf("stopped by staff: %+v", v)
		}
		s.Later(time.Millisecond)
		_, err = s.Promotion.MoveCoupon(s.Staff, kind.No, model.CouponPaused)
		s.must(err)
		_, err = s.Promotion.MoveIssue(s.Staff, no, model.IssueRunning)
		s.must(err)
		s.RunJobs()
		if v := s.issueNow(kind.No); v.Status != model.IssueStopped || v.Reason != "coupon_closed" || v.Issued != 300 {
			t.Errorf("of what is paused: %+v", v)
		}
		if _, err := s.Promotion.IssueTo(s.Staff, s.key(), kind.No, promotion.IssueWish{Segment: everybody.No}); !errors.Is(err, model.ErrCouponClosed) {
			t.Errorf("of what is paused: %v", err)
		}
		_, err = s.Promotion.MoveCoupon(s.Staff, kind.No, model.CouponActive)
		s.must(err)
		s.Later(time.Millisecond)
		_, err = s.Promotion.MoveIssue(s.Staff, no, model.IssueRunning)
		s.must(err)
		s.RunJobs()
		if v := s.issueNow(kind.No); v.Status != model.IssueDone || v.Issued != v.Matched || v.Skipped != 0 {
			t.Errorf("at the end: %+v", v)
		}
		if n := s.Count(&model.CouponClaim{}, "n > 1"); n != 0 {
			t.Errorf("%d have two", n)
		}
		if _, err := s.Promotion.MoveIssue(s.Staff, no, model.IssueRunning); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("what is done goes on: %v", err)
		}
		if _, err := s.Promotion.MoveIssue(s.Staff, "01JZQ4T7M9S8X5N2K6V3B1C0DE", model.IssueStopped); !errors.Is(err, model.ErrIssueNotFound) {
			t.Errorf("what is not there: %v", err)
		}
		if _, err := s.Promotion.IssueTo(s.Staff, s.key(), kind.No, promotion.IssueWish{Segment: "01JZQ4T7M9S8X5N2K6V3B1C0DE"}); !errors.Is(err, model.ErrSegmentNotFound) {
			t.Errorf("a segment that is not there: %v", err)
		}
	})
}

// Every pair of states of an issue: it leads where the table says, or changes nothing.
func TestEveryMoveOfAnIssue(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		kind, everybody := s.coupon(off(500), from(0), issued), s.segment(customer.Rule{})
		for _, before := range model.IssueStatuses {
			for _, to := range model.IssueStatuses {
				no := s.issueTo(kind.No, everybody.No).No
				s.force(&model.CouponIssue{}, no, before)
				s.Clock.Turn(time.Millisecond)
				_, err := s.Promotion.MoveIssue(s.Staff, no, to)
				check(t, "issue", before, to, s.issueNow(kind.No).Status, model.IssueFlow, err)
			}
		}
	})
}

// Two issues of one coupon to the same people, four workers and those who come by code, all at once: as many are given as
// there are, and nobody has more than they may.
func TestTwoIssuersAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		s.crowd(900)
		people := s.buyers(32)
		kind := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Total, c.PerUser = 1_000, 2 })
		everybody := s.segment(customer.Rule{})
		one, two := s.issueTo(kind.No, everybody.No), s.issueTo(kind.No, everybody.No)
		testdb.Race(36, func(i int) error {
			if i < 4 {
				s.RunJobs()
				return nil
			}
			_, err := s.Promotion.Claim(s.Ctx, people[i-4].UserID, fmt.Sprintf("race-key-%d", i), kind.No)
			return err
		})
		s.RunJobs()
		claims := s.Count(&model.CouponClaim{}, "1 = 1")
		c, err := s.Promotion.GetCoupon(s.Staff, kind.No)
		if err != nil || claims != 1_000 || c.Claimed != 1_000 {
			t.Errorf("%d are there, %d counted, %v", claims, c.Claimed, err)
		}
		if n := s.Count(&model.CouponClaim{}, "n > 2"); n != 0 {
			t.Errorf("%d over the limit of a person", n)
		}
		views, _, err := s.Promotion.Issues(s.Staff, promotion.IssueFilter{Coupon: kind.No}, 0, 10)
		s.must(err)
		byIssue := s.Count(&model.CouponClaim{}, "access = ?", model.CouponIssued)
		if len(views) != 2 || views[0].Issued+views[1].Issued != byIssue {
			t.Errorf("%s and %s: %+v, and %d were issued", one.No, two.No, views, byIssue)
		}
	})
}

// One issue that four workers have at once, because a lease ran out: everybody gets one.
func TestOneIssueManyWorkers(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		s.crowd(1_000)
		kind := s.coupon(off(500), from(0), issued, func(c *promotion.CouponSpec) { c.PerUser = 0 })
		no := s.issueTo(kind.No, s.segment(customer.Rule{}).No).No
		s.must(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			for i := range 3 {
				j := model.Job{Kind: promotion.JobIssue, Key: fmt.Sprint("again-", i), Payload: fmt.Sprintf(`{"no":%q}`, no), Status: model.JobQueued}
				if err := tx.Create(&j).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		testdb.Race(4, func(int) error { s.RunJobs(); return nil })
		v := s.issueNow(kind.No)
		if n := s.Count(&model.CouponClaim{}, "1 = 1"); v.Status != model.IssueDone || v.Issued != v.Matched || n != v.Matched {
			t.Errorf("%+v, and %d coupons", v, n)
		}
		if n := s.Count(&model.CouponClaim{}, "n > 1"); n != 0 {
			t.Errorf("%d have two of one issue", n)
		}
	})
}

// Twenty thousand customers each get one, two hundred in a transaction, in memory that does not grow with them.
func TestTwentyThousandCustomers(t *testing.T) {
	clock := testshop.NewClock()
	s := newDesk(t, testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock))
	s.crowd(20_000)
	kind := s.coupon(off(500), from(0), issued)
	begun := s.issueTo(kind.No, s.segment(customer.Rule{}).No)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, most := heap(), atomic.Uint64{}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				most.Store(max(most.Load(), heap()))
			}
		}
	}()
	began := time.Now()
	s.RunJobs()
	close(done)
	v := s.issueNow(kind.No)
	if v.Status != model.IssueDone || v.Issued != begun.Matched || v.Matched < 20_000 || s.Count(&model.CouponClaim{}, "n = 1") != v.Issued {
		t.Errorf("%+v", v)
	}
	t.Logf("%d in %s, %d KB more at the most", v.Issued, time.Since(began).Round(time.Millisecond), (most.Load()-min(before, most.Load()))>>10)
	if most.Load() > before+64<<20 {
		t.Errorf("it took %d MB", (most.Load()-before)>>20)
	}
}
