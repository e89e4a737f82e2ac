package simulation_test

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/member"
	"hutong/service/promotion"
)

// belong is what staff do to customers: they make a level and what is for it, give it to somebody or take it away, and
// issue a coupon to a segment. A crash may come at any statement: then nothing of it stays, and the next time it is tried
// anew.
func (h *history) belong(t *rapid.T) {
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	levels, err := h.Member.Levels(staff)
	if err != nil {
		return
	}
	if len(levels) == 0 {
		h.openLevels(staff)
		return
	}
	switch rapid.IntRange(0, 2).Draw(t, "what staff do to customers") {
	case 0:
		_, _ = h.Member.Set(staff, h.numberOf(pick(t, h.buyers, "customer").UserID), levels[0].No)
	case 1:
		_, _ = h.Member.Set(staff, h.numberOf(pick(t, h.buyers, "customer").UserID), "")
	default:
		rule := customer.Rule{LevelFrom: rapid.IntRange(0, 1).Draw(t, "from the level"), PaidFrom: int64(rapid.IntRange(0, 1).Draw(t, "paid orders"))}
		key := fmt.Sprintf("issue-%04d", rapid.IntRange(1, 9999).Draw(t, "key of the issue"))
		seg, err := h.Customer.CreateSegment(staff, key, customer.SegmentSpec{Name: "segment", Rule: rule})
		if err != nil {
			return
		}
		_, _ = h.Promotion.IssueTo(staff, key+"-to", pick(t, h.coupons[:2], "coupon"), promotion.IssueWish{Segment: seg.No})
	}
}

// numberOf is a consumer's number.
func (h *history) numberOf(userID int64) (no string) {
	_ = h.DB.Read(h.Ctx).Model(&model.User{}).Where("id = ?", userID).Pluck("no", &no).Error
	return no
}

// openLevels makes one level, and a promotion that is for it.
func (h *history) openLevels(staff context.Context) {
	if _, err := h.Member.Create(staff, "level-0001", member.Spec{Rank: 1, Name: member.Name{Name: model.Text{"en": "Gold"}}}); err != nil {
		return
	}
	now := model.At(h.Clock.Now())
	v, err := h.Promotion.Create(staff, "level-offer-0001", promotion.Spec{
		Name: model.Text{"en": "For members"}, Effect: promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 100},
		Conditions: promotion.ConditionsSpec{LevelFrom: 1}, Stackable: true, Coupons: true, StartsAt: now, EndsAt: now.Add(1000 * 24 * time.Hour),
	})
	if err == nil {
		h.promotions = append(h.promotions, v.No)
	}
}
