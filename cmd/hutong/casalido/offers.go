package casalido

import (
	"context"
	"fmt"
	"time"

	"hutong/model"
	"hutong/service/promotion"
)

// offer makes what is cheaper in the first weeks: coupons, a threshold in leather and a flash sale of the candles. What
// was made before a Seed was broken off stays.
func (s Shop) offer(ctx context.Context) error {
	ctx = model.WithActor(ctx, model.Actor{Kind: model.ActorOperator})
	now := model.At(s.Clock())
	known, _, err := s.Promotion.List(ctx, promotion.DeskFilter{}, 0, 100)
	if err != nil {
		return err
	}
	for i, spec := range promotionsOf(now) {
		if i < len(known) {
			continue
		}
		if _, err := s.Promotion.Create(ctx, fmt.Sprintf("seed-promotion-%d-%d", i, now), spec); err != nil {
			return fmt.Errorf("promotion %s: %w", spec.Name.In("en"), err)
		}
	}
	coupons, _, err := s.Promotion.ListCoupons(ctx, nil, 0, 100)
	if err != nil {
		return err
	}
	for i, spec := range couponsOf(now) {
		if i < len(coupons) {
			continue
		}
		if _, err := s.Promotion.CreateCoupon(ctx, fmt.Sprintf("seed-coupon-%d-%d", i, now), spec); err != nil {
			return fmt.Errorf("coupon %s: %w", spec.Name.In("en"), err)
		}
	}
	return nil
}

const day = 24 * time.Hour

func promotionsOf(now model.Millis) []promotion.Spec {
	return []promotion.Spec{
		{
			Name:       model.Text{"zh-CN": "皮具满 1000 减 100", "en": "Leather: 100 off from 1,000", "it": "Pelletteria: 100 in meno da 1.000"},
			Conditions: promotion.ConditionsSpec{Categories: []string{"leather"}, AmountFromFen: 1000_00},
			Effect:     promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 100_00, Times: 3},
			Stackable:  true, Coupons: true, StartsAt: now, EndsAt: now.Add(30 * day),
		},
		{
			Name:       model.Text{"zh-CN": "香薰蜡烛限时购", "en": "Candles, for a few days", "it": "Candele, per pochi giorni"},
			Conditions: promotion.ConditionsSpec{Products: []string{"scented-candle"}},
			Effect:     promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 148_00},
			StartsAt:   now, EndsAt: now.Add(3 * day), Quota: &promotion.Quota{Total: 60, PerUser: 2},
		},
	}
}

func couponsOf(now model.Millis) []promotion.CouponSpec {
	return []promotion.CouponSpec{
		{
			Name:       model.Text{"zh-CN": "初次见面", "en": "Nice to meet you", "it": "Piacere di conoscerti"},
			Access:     model.CouponPublic,
			Conditions: promotion.ConditionsSpec{AmountFromFen: 199_00},
			Effect:     promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 20_00},
			Stackable:  true, Back: model.CouponBackUnsent, Total: 10_000, PerUser: 1,
			ClaimFrom: now, ClaimUntil: now.Add(30 * day), ValidDays: 14,
		},
		{
			Name:       model.Text{"zh-CN": "餐桌九折", "en": "A tenth off for the table", "it": "Un decimo in meno per la tavola"},
			Access:     model.CouponPublic,
			Conditions: promotion.ConditionsSpec{Categories: []string{"table"}},
			Effect:     promotion.EffectSpec{Kind: model.EffectPercent, Rate: 1_000, MostFen: 50_00},
			Back:       model.CouponBackNever, Total: 500, PerUser: 2,
			ClaimFrom: now, ClaimUntil: now.Add(30 * day), ValidUntil: now.Add(40 * day), ValidFrom: now,
		},
		{
			Name:   model.Text{"zh-CN": "全场包邮", "en": "Delivery on us", "it": "Spedizione offerta da noi"},
			Access: model.CouponByCode, Code: "CIAO",
			Effect:    promotion.EffectSpec{Kind: model.EffectFreight},
			Stackable: true, Back: model.CouponBackUnsent, PerUser: 1,
			ClaimFrom: now, ClaimUntil: now.Add(30 * day), ValidDays: 30,
		},
	}
}
