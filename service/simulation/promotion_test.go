package simulation_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/promotion"
	"hutong/service/testshop"
)

// withFreeOrders lets an order cost nothing.
func withFreeOrders(s *brand.Spec) {
	yes := true
	s.FreeOrders = &yes
}

// openOffers makes a threshold, a flash sale of few pieces, some of which only one may apply, coupons of which there are few, one that is worth more than
// most baskets, and one by code.
func (h *history) openOffers(t *rapid.T) {
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	now := model.At(h.Clock.Now())
	end := now.Add(1000 * 24 * time.Hour)
	amount := func(fen model.Fen) promotion.EffectSpec {
		return promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: fen}
	}
	var handles [3]string
	for i, sku := range h.skus {
		if err := h.DB.Read(h.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handles[i]).Error; err != nil {
			t.Fatal(err)
		}
	}
	for i, spec := range []promotion.Spec{
		{Effect: amount(300), Conditions: promotion.ConditionsSpec{AmountFromFen: 3_000}, Stackable: true, Coupons: true},
		{
			Effect:     promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: 700},
			Conditions: promotion.ConditionsSpec{Products: []string{handles[1]}}, Quota: &promotion.Quota{Total: 2, PerUser: 2}, Coupons: true,
		},
		{Effect: promotion.EffectSpec{Kind: model.EffectFreight, MostFen: 200}, Conditions: promotion.ConditionsSpec{FirstOrder: true}, Stackable: true, Coupons: true},
		{Effect: amount(100), Conditions: promotion.ConditionsSpec{Products: []string{handles[0]}}, Group: "one", Stackable: true},
		{Effect: amount(150), Conditions: promotion.ConditionsSpec{Products: []string{handles[0]}}, Group: "one", Stackable: true, Coupons: true},
		{Effect: amount(50), Conditions: promotion.ConditionsSpec{Products: []string{handles[2]}}},
		{Effect: amount(60), Conditions: promotion.ConditionsSpec{Products: []string{handles[2]}}},
		{Effect: amount(40), Stackable: true, Coupons: true},
	} {
		spec.Name, spec.StartsAt, spec.EndsAt = model.Text{"en": "Offer"}, now, end
		v, err := h.Promotion.Create(staff, fmt.Sprintf("offer-%04d", i), spec)
		if err != nil {
			t.Fatal(err)
		}
		h.promotions = append(h.promotions, v.No)
	}
	for i, spec := range []promotion.CouponSpec{
		{Effect: amount(200), Access: model.CouponPublic, Total: 5, PerUser: 2, ValidDays: 400, Back: model.CouponBackUnsent, Stackable: true},
		{Effect: amount(20_000), Access: model.CouponPublic, Total: 3, PerUser: 1, ValidDays: 2, Back: model.CouponBackNever},
		{Effect: promotion.EffectSpec{Kind: model.EffectPercent, Rate: 3_333}, Access: model.CouponByCode, Code: "CIAO", PerUser: 1, ValidDays: 400, Back: model.CouponBackUnsent},
	} {
		spec.Name, spec.ClaimFrom, spec.ClaimUntil = model.Text{"en": "Coupon"}, now, end
		v, err := h.Promotion.CreateCoupon(staff, fmt.Sprintf("coupon-%04d", i), spec)
		if err != nil {
			t.Fatal(err)
		}
		h.coupons = append(h.coupons, v.No)
	}
	h.openOddOffers(t, now)
}

// openOddOffers makes coupons that are not to be had for long, or not yet, and one whose codes are each good once.
func (h *history) openOddOffers(t *rapid.T, now model.Millis) {
	staff := h.staffCtx()
	day := 24 * time.Hour
	for i, spec := range []promotion.CouponSpec{
		{Access: model.CouponPublic, ClaimFrom: now.Add(5000 * day), ClaimUntil: now.Add(6000 * day), ValidDays: 1},
		{Access: model.CouponPublic, ClaimFrom: now, ClaimUntil: now.Add(6000 * day), ValidFrom: now, ValidUntil: now.Add(time.Minute)},
		{Access: model.CouponByCode, ClaimFrom: now, ClaimUntil: now.Add(6000 * day), ValidDays: 400},
	} {
		spec.Name, spec.Effect, spec.Back = model.Text{"en": "Odd"}, promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 150}, model.CouponBackUnsent
		v, err := h.Promotion.CreateCoupon(staff, fmt.Sprintf("odd-%04d", i), spec)
		if err != nil {
			t.Fatal(err)
		}
		if spec.Access == model.CouponByCode {
			codes, err := h.Promotion.NewCodes(staff, v.No, 6)
			if err != nil {
				t.Fatal(err)
			}
			h.codes = codes.Codes
		}
	}
}

// claim lets a consumer claim a coupon, or type a code, with a key that may have been used before, and perhaps buy at once.
func (h *history) claim(t *rapid.T) {
	b, key := h.anyone(t), fmt.Sprintf("claim-%04d", rapid.IntRange(1, 30).Draw(t, "key"))
	if n := rapid.IntRange(0, 4).Draw(t, "by code"); n == 4 && len(h.codes) > 0 {
		code := h.codes[0]
		if _, err := h.Promotion.Redeem(h.Ctx, b.UserID, "single-"+code, code); err == nil {
			h.codes, h.used = slices.DeleteFunc(h.codes, func(c string) bool { return c == code }), append(h.used, code)
		}
	} else if n == 0 {
		h.known(t, errOf(h.Promotion.Redeem(h.Ctx, b.UserID, key, pick(t, []string{"ciao", "wrong"}, "code"))))
	} else {
		h.known(t, errOf(h.Promotion.Claim(h.Ctx, b.UserID, key, pick(t, h.coupons[:2], "coupon"))))
	}
	if rapid.Bool().Draw(t, "and buys") {
		h.orderBy(t, b, fmt.Sprintf("spends-%04d", rapid.IntRange(1, 9999).Draw(t, "key of the order")))
	}
}

// wish is the coupon that a consumer wants: the best, none, or any they have ever had.
func (h *history) wish(t *rapid.T, b *testshop.Buyer) string {
	switch rapid.IntRange(0, 3).Draw(t, "coupon") {
	case 0:
		return "none"
	case 1:
		mine, _, err := h.Promotion.Mine(h.Ctx, b.UserID, nil, 0, 20)
		if err == nil && len(mine) > 0 {
			return pick(t, mine, "my coupon").No
		}
	}
	return ""
}

// offer lets staff pause offers and have them go on, change how many there are, and issue a coupon to who bought.
func (h *history) offer(t *rapid.T) {
	staff := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	switch rapid.IntRange(0, 3).Draw(t, "what") {
	case 0:
		h.known(t, errOf(h.Promotion.Move(staff, pick(t, h.promotions, "promotion"),
			pick(t, []model.PromotionStatus{model.PromotionPaused, model.PromotionActive, model.PromotionActive}, "status"))))
	case 1:
		h.known(t, errOf(h.Promotion.MoveCoupon(staff, pick(t, h.coupons, "coupon"),
			pick(t, []model.CouponStatus{model.CouponPaused, model.CouponActive, model.CouponActive}, "status"))))
	case 2:
		v, err := h.Promotion.Get(staff, h.promotions[1])
		if err == nil {
			v.Quota.Total = rapid.Int64Range(1, 4).Draw(t, "pieces of the sale")
			h.known(t, errOf(h.Promotion.Change(staff, v.No, v.Spec)))
		}
	case 3:
		if o, ok := h.one(t); ok {
			key := fmt.Sprintf("issue-%04d", rapid.IntRange(1, 30).Draw(t, "key"))
			h.known(t, errOf(h.Promotion.Issue(staff, key, pick(t, h.coupons, "coupon"), promotion.Wish{Orders: []string{o.no}})))
		}
	}
	h.known(t, errOf(h.Promotion.Expire(model.AcrossBrands(h.Ctx), 100)))
}

// tellOffers counts what happened, and wants that nothing is held any more.
func (h *history) tellOffers(t *rapid.T) {
	h.known(t, errOf(h.Promotion.Expire(model.AcrossBrands(h.Ctx), 100))) // as each hour does
	if n := h.Count(&model.CouponClaim{}, "status = ?", model.ClaimLocked); n != 0 {
		t.Errorf("%d coupons are locked, and no order is pending", n)
	}
	if n := h.Count(&model.PromotionQuota{}, "reserved <> 0"); n != 0 {
		t.Errorf("pieces of %d flash sales are reserved, and no order is pending", n)
	}
	h.seen.add("coupons had", h.Count(&model.CouponClaim{}, "1 = 1"))
	h.seen.add("coupons used", h.Count(&model.CouponClaim{}, "status = ?", model.ClaimUsed))
	h.seen.add("coupons that ended", h.Count(&model.CouponClaim{}, "status = ?", model.ClaimExpired))
	h.seen.add("flash sales that sold", h.Count(&model.PromotionQuota{}, "sold > 0"))
	h.seen.add("flash sales that sold out", h.Count(&model.PromotionQuota{}, "sold = total"))
	h.seen.add("orders of nothing", h.Count(&model.Order{}, "total_fen = 0"))
}
