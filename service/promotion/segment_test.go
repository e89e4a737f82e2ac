package promotion_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// Each condition of a rule chooses whom it says, and nobody whose account was deleted.
func TestWhomARuleChooses(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 50)
		silver := s.level(1)
		gold := s.level(2)
		came := model.At(s.Clock.Now())
		never, once, twice := s.Buyer(), s.Buyer(), s.Buyer()
		pay := func(b *testshop.Buyer) string {
			o := b.MustOrder(b.Wants(sku, 1))
			s.must(b.Pay(o.No))
			s.Deliver()
			return o.No
		}
		pay(twice)
		s.Clock.Turn(40 * 24 * time.Hour)
		second := model.At(s.Clock.Now())
		pay(twice)
		refunded := pay(once)
		s.Set(&model.Order{}, map[string]any{"channel": "live"}, "no = ?", refunded)
		s.refund(t, refunded, 1)
		s.give(once, silver.No)
		s.give(twice, gold.No)
		names := map[string]string{s.numberOf(never): "never", s.numberOf(once): "once", s.numberOf(twice): "twice"}
		zero, one := int64(0), int64(1)
		for name, c := range map[string]struct {
			rule customer.Rule
			want string
		}{
			"everybody":      {customer.Rule{}, "never once twice "},
			"a level":        {customer.Rule{LevelFrom: 1}, "once twice "},
			"a higher one":   {customer.Rule{LevelFrom: 2}, "twice "},
			"at most":        {customer.Rule{LevelTo: 1}, "never once "},
			"bought":         {customer.Rule{PaidFrom: 1}, "once twice "},
			"bought again":   {customer.Rule{PaidFrom: 2}, "twice "},
			"never bought":   {customer.Rule{PaidTo: &zero}, "never "},
			"once at most":   {customer.Rule{PaidTo: &one}, "never once "},
			"spent":          {customer.Rule{SpentFrom: 1}, "twice "},
			"spent little":   {customer.Rule{SpentTo: 11_999}, "never once "},
			"exactly once":   {customer.Rule{PaidFrom: 1, PaidTo: &one}, "once "},
			"bought, little": {customer.Rule{PaidFrom: 1, SpentTo: 11_999}, "once "},
			"of late":        {customer.Rule{PaidWithinDays: 30}, "once twice "},
			"not of late":    {customer.Rule{QuietDays: 30}, ""},
			"since":          {customer.Rule{LastPaidFrom: second}, "once twice "},
			"before":         {customer.Rule{LastPaidBefore: second}, ""},
			"came since":     {customer.Rule{CameFrom: came.Add(time.Hour)}, ""},
			"came before":    {customer.Rule{CameBefore: came.Add(time.Hour)}, "never once twice "},
			"by a room":      {customer.Rule{FirstChannels: []string{"live"}}, "once "},
			"a message":      {customer.Rule{Reachable: true}, ""},
			"all of it":      {customer.Rule{LevelFrom: 1, PaidFrom: 1, SpentFrom: 12_000, PaidWithinDays: 60}, "twice "},
		} {
			p, err := s.Customer.Preview(s.Staff, c.rule)
			s.must(err)
			views, _, err := s.Customer.List(s.Staff, customer.Filter{Segment: s.segment(c.rule).No}, 0, 50)
			s.must(err)
			got := ""
			for i := len(views) - 1; i >= 0; i-- {
				got += names[views[i].No] + " "
			}
			if got != c.want || p.Customers != int64(len(views)) || p.Of != 3 {
				t.Errorf("%s: %q, and %+v", name, got, p)
			}
		}
		s.Set(&model.User{}, map[string]any{"deleted_at": second}, "id = ?", never.UserID)
		if p, err := s.Customer.Preview(s.Staff, customer.Rule{}); err != nil || p.Customers != 2 {
			t.Errorf("with one account deleted: %+v, %v", p, err)
		}
		s.Set(&model.User{}, map[string]any{"deleted_at": 0}, "id = ?", never.UserID)
	})
}

// Segments are kept, changed and forgotten, and say what is wrong with them.
func TestSegments(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		v := s.segment(customer.Rule{PaidFrom: 3})
		v, err := s.Customer.ChangeSegment(s.Staff, v.No, customer.SegmentSpec{Name: " regulars ", Rule: customer.Rule{PaidFrom: 5}})
		if err != nil || v.Name != "regulars" || v.Rule.PaidFrom != 5 {
			t.Errorf("%+v, %v", v, err)
		}
		if one, err := s.Customer.Segment(s.Staff, v.No); err != nil || one.Customers == nil || *one.Customers != 0 {
			t.Errorf("%+v, %v", one, err)
		}
		for name, spec := range map[string]customer.SegmentSpec{
			"no name": {Name: " "}, "a channel that is none": {Name: "x", Rule: customer.Rule{FirstChannels: []string{"pigeon"}}},
			"a rank that is none": {Name: "x", Rule: customer.Rule{LevelFrom: 100}},
		} {
			if _, err := s.Customer.CreateSegment(s.Staff, s.key(), spec); err == nil {
				t.Errorf("%s is a segment", name)
			}
		}
		s.must(s.Customer.RemoveSegment(s.Staff, v.No))
		if err := s.Customer.RemoveSegment(s.Staff, v.No); !errors.Is(err, model.ErrSegmentNotFound) {
			t.Errorf("twice: %v", err)
		}
		if n := s.Count(&model.AuditEntry{}, "subject_kind = 'segment'"); n != 3 {
			t.Errorf("%d rows in the log", n)
		}
	})
}

// Somebody is found by the name or phone of a recipient of theirs; that it was looked for is logged, and so is who was read.
func TestWhoIsLookedFor(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		b, other := s.Buyer(), s.Buyer()
		sku := s.SKU(6_000, 50)
		o := b.MustOrder(b.Wants(sku, 1))
		other.MustOrder(other.Wants(sku, 1))
		s.Set(&model.Order{}, map[string]any{"recipient": "欧阳修", "phone": "13911112222"}, "no = ?", o.No)
		for name, f := range map[string]customer.Filter{"name": {Name: "欧阳"}, "phone": {Phone: "13911112222"}, "both": {Name: "欧", Phone: "13911112222"}} {
			views, _, err := s.Customer.List(s.Staff, f, 0, 50)
			if err != nil || len(views) != 1 || views[0].No != s.numberOf(b) || views[0].Name == "欧阳修" {
				t.Errorf("%s: %+v, %v", name, views, err)
			}
		}
		who, err := s.Customer.Who(s.Staff, s.numberOf(b))
		if err != nil || who.Name != "欧阳修" || who.Phone != "13911112222" {
			t.Errorf("%+v, %v", who, err)
		}
		if n := s.Count(&model.AuditEntry{}, "action = 'customer.search'"); n != 3 {
			t.Errorf("%d searches in the log", n)
		}
		if n := s.Count(&model.AuditEntry{}, "action = 'customer.read' AND subject_no = ?", s.numberOf(b)); n != 1 {
			t.Errorf("%d readings in the log", n)
		}
	})
}

// What consumers claim is in the log, by the claim and by the code.
func TestClaimsAreLogged(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		b := s.Buyer()
		kind := s.coupon(off(500), from(0))
		s.claim(b, kind.No)
		coded := s.coupon(off(500), from(0), func(c *promotion.CouponSpec) { c.Access, c.Code = model.CouponByCode, "hello" })
		_, err := s.Promotion.Redeem(s.Ctx, b.UserID, s.key(), "HELLO")
		s.must(err)
		for action, no := range map[string]string{"coupon.claim": kind.No, "coupon.redeem": coded.No} {
			if n := s.Count(&model.AuditEntry{}, "action = ? AND subject_no = ?", action, no); n != 1 {
				t.Errorf("%s: %d rows", action, n)
			}
		}
	})
}
