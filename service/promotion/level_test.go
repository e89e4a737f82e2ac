package promotion_test

import (
	"errors"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/member"
	"hutong/service/order"
	"hutong/service/promotion"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func (s *desk) level(rank int) member.LevelView {
	s.t.Helper()
	v, err := s.Member.Create(s.Staff, s.key(), member.Spec{Rank: rank, Name: member.Name{Name: model.Text{"en": "Gold", "zh-CN": "金卡"}}})
	s.must(err)
	return v
}

func (s *desk) numberOf(b *testshop.Buyer) (no string) {
	s.t.Helper()
	s.must(s.DB.Read(s.Ctx).Model(&model.User{}).Where("id = ?", b.UserID).Pluck("no", &no).Error)
	return no
}

func (s *desk) give(b *testshop.Buyer, level string) {
	s.t.Helper()
	_, err := s.Member.Set(s.Staff, s.numberOf(b), level)
	s.must(err)
}

// What is for members from a level on is for that level and the ones above, at the quote and at the checkout alike;
// everybody is told of it.
func TestFromALevelOn(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku := s.SKU(6_000, 50)
		silver, gold := s.level(1), s.level(2)
		nobody, low, high := s.Buyer(), s.Buyer(), s.Buyer()
		s.give(low, silver.No)
		s.give(high, gold.No)
		s.promote(off(1_000), promotion.ConditionsSpec{LevelFrom: 2})
		kind := s.coupon(off(500), promotion.ConditionsSpec{LevelFrom: 1})
		for name, c := range map[string]struct {
			b    *testshop.Buyer
			want model.Fen
		}{"none": {nobody, 6_000}, "lower": {low, 5_500}, "this": {high, 4_500}} {
			claim := s.claim(c.b, kind.No)
			if claim.Coupon.LevelFrom != 1 || claim.Coupon.Level != "Gold" {
				t.Errorf("%s: the coupon says %+v", name, claim.Coupon)
			}
			q := s.quote(c.b, c.b.Wants(sku, 1))
			if q.TotalFen != c.want {
				t.Errorf("%s: %d", name, q.TotalFen)
			}
			if c.b == nobody && (len(q.Coupons) != 1 || q.Coupons[0].Problem != model.ErrCouponLevel.Code || q.Coupons[0].Level != "Gold") {
				t.Errorf("%s: %+v", name, q.Coupons)
			}
			if told := len(q.Hints) == 1 && q.Hints[0].Key == "level" && q.Hints[0].Level == "Gold"; told == (c.b == high) {
				t.Errorf("%s is told %+v", name, q.Hints)
			}
			if o := c.b.MustOrder(c.b.Wants(sku, 1)); o.TotalFen != c.want {
				t.Errorf("%s: the order costs %d", name, o.TotalFen)
			}
		}
		s.give(high, "")
		_, err := s.Order.Place(s.Ctx, high.Buyer, s.key(), order.Checkout{Basket: high.Wants(sku, 1), ExpectedTotalFen: 5_000})
		if !errors.Is(err, model.ErrPriceChanged) {
			t.Errorf("the level is gone: %v", err)
		}
		offers, err := s.Promotion.Offers(s.Ctx, s.handle(sku), "zh-CN")
		if err != nil || len(offers.Promotions) != 1 || offers.Promotions[0].Level != "金卡" || offers.Promotions[0].LevelFrom != 2 {
			t.Errorf("%+v, %v", offers, err)
		}
		_, err = s.Promotion.Create(s.Staff, s.key(), promotion.Spec{
			Name: model.Text{"en": "x"}, Effect: off(1), Conditions: promotion.ConditionsSpec{LevelFrom: 3}, EndsAt: model.At(s.Clock.Now()).Add(time.Hour),
		})
		if !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a level that there is not: %v", err)
		}
	})
}

// A flash sale says for whom it is. Who has not the level pays the price as it is otherwise, and is told why, but not
// where the level would help nobody: in a basket that the sale is not for.
func TestAFlashSaleFromALevelOn(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, other := s.SKU(6_000, 50), s.SKU(6_000, 50)
		gold := s.level(2)
		nobody, high := s.Buyer(), s.Buyer()
		s.give(high, gold.No)
		c := promotion.ConditionsSpec{Products: []string{s.handle(sku)}, LevelFrom: 2}
		s.promote(promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 4_000}, c, func(p *promotion.Spec) { p.Quota = &promotion.Quota{Total: 10} })
		s.promote(off(1_000), promotion.ConditionsSpec{AmountFromFen: 20_000, LevelFrom: 2}) // out of reach with the level too
		sales, err := s.Promotion.FlashSales(s.Ctx, "", "zh-CN")
		if err != nil || len(sales) != 1 || sales[0].LevelFrom != 2 || sales[0].Level != "金卡" {
			t.Errorf("%+v, %v", sales, err)
		}
		if q := s.quote(high, high.Wants(sku, 1)); q.TotalFen != 4_000 || len(q.Hints) != 1 || q.Hints[0].Key != "amount_more" {
			t.Errorf("%+v", q)
		}
		if q := s.quote(nobody, nobody.Wants(sku, 1)); q.TotalFen != 6_000 || len(q.Hints) != 1 || q.Hints[0].Key != "level" {
			t.Errorf("%+v", q)
		}
		if q := s.quote(nobody, nobody.Wants(other, 1)); q.TotalFen != 6_000 || len(q.Hints) != 0 {
			t.Errorf("%+v", q)
		}
		for b, want := range map[*testshop.Buyer]int{nobody: 0, high: 2} {
			mine, err := s.Member.Mine(s.Ctx, b.UserID, "en")
			if err != nil || (mine == nil) != (want == 0) || mine != nil && (mine.Rank != want || mine.Name != "Gold") {
				t.Errorf("%+v, %v", mine, err)
			}
		}
	})
}

// Levels have a rank of their own, are called what staff say, and stay while somebody has them.
func TestLevels(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		gold, b := s.level(3), s.Buyer()
		if _, err := s.Member.Create(s.Staff, s.key(), member.Spec{Rank: 3, Name: member.Name{Name: model.Text{"en": "x"}}}); !errors.Is(err, model.ErrLevelTaken) {
			t.Errorf("two of one rank: %v", err)
		}
		for name, spec := range map[string]member.Spec{
			"rank 0": {Rank: 0, Name: gold.Name}, "rank 100": {Rank: 100, Name: gold.Name}, "no name": {Rank: 1},
		} {
			if _, err := s.Member.Create(s.Staff, s.key(), spec); err == nil {
				t.Errorf("%s is a level", name)
			}
		}
		s.give(b, gold.No)
		if err := s.Member.Remove(s.Staff, gold.No); !errors.Is(err, model.ErrLevelInUse) {
			t.Errorf("one that somebody has: %v", err)
		}
		v, err := s.Member.Rename(s.Staff, gold.No, member.Name{Name: model.Text{"en": " Jade "}})
		if err != nil || v.Name.Name["en"] != "Jade" || v.Members != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		c, err := s.Customer.Get(s.Staff, s.numberOf(b))
		if err != nil || c.Level == nil || c.Level.Rank != 3 {
			t.Errorf("%+v, %v", c, err)
		}
		if n := s.Count(&model.AuditEntry{}, "action = ? AND subject_no = ?", "customer.level", s.numberOf(b)); n != 1 {
			t.Errorf("%d rows in the log", n)
		}
		s.give(b, "")
		s.must(s.Member.Remove(s.Staff, gold.No))
		for name, err := range map[string]error{
			"level":    func() error { _, err := s.Member.Set(s.Staff, s.numberOf(b), gold.No); return err }(),
			"customer": func() error { _, err := s.Member.Set(s.Staff, "01JZQ4T7M9S8X5N2K6V3B1C0DE", ""); return err }(),
		} {
			if !errors.Is(err, model.ErrLevelNotFound) && !errors.Is(err, model.ErrCustomerNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Sixteen times a level is given while it is taken away: either somebody has it, or it is gone, never both.
func TestALevelThatGoes(t *testing.T) {
	mariadb(t, func(t *testing.T, s *desk) {
		for range 16 {
			gold, b := s.level(1), s.Buyer()
			no := s.numberOf(b)
			errs := testdb.Race(2, func(i int) error {
				if i == 0 {
					return s.Member.Remove(s.Staff, gold.No)
				}
				_, err := s.Member.Set(s.Staff, no, gold.No)
				return err
			})
			if n := won(t, errs, model.ErrLevelInUse, model.ErrLevelNotFound); n != 1 {
				t.Errorf("%d won: %v", n, errs)
			}
			if n := s.Count(&model.Member{}, "level_id NOT IN (SELECT id FROM member_levels) AND level_id > 0"); n != 0 {
				t.Error("somebody has a level that is gone")
			}
			if errs[0] != nil {
				s.give(b, "")
				s.must(s.Member.Remove(s.Staff, gold.No))
			}
		}
	})
}
