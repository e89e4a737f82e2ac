package simulation_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/groupbuy"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/promotion"
)

// wrongOffers are coupons that are not to be had, or not by everybody, and quotas below what is taken.
func (h *history) wrongOffers(t *rapid.T) {
	staff, now := h.staffCtx(), model.At(h.Clock.Now())
	var coupons []model.Coupon
	h.readable(&coupons, "1 = 1")
	for _, c := range coupons {
		b := h.buyers[0]
		had := h.Count(&model.CouponClaim{}, "coupon_id = ? AND user_id = ?", c.ID, b.UserID)
		claim := func(what string, by ...*model.Error) {
			_, err := h.Promotion.Claim(h.Ctx, b.UserID, "wrong", c.No)
			h.refused(t, "to claim a coupon "+what, err, by...)
		}
		switch {
		case c.Access != model.CouponPublic:
			claim("that is not for everybody", model.ErrCouponNotFound)
		case c.Status != model.CouponActive:
			claim("that is paused", model.ErrCouponClosed)
		case c.Total > 0 && c.Claimed >= c.Total:
			claim("of which there are no more", model.ErrCouponOver)
		case now < c.ClaimFrom || now >= c.ClaimUntil:
			claim("out of its time", model.ErrCouponClosed)
		case c.ValidDays == 0 && now >= c.ValidUntil:
			claim("that cannot be used any more", model.ErrCouponClosed)
		case c.PerUser > 0 && had >= c.PerUser:
			claim("more than one may have", model.ErrCouponLimit)
		}
		if c.Claimed > 1 && c.Total > 0 && c.Status != model.CouponStopped && c.Access == model.CouponPublic && c.ValidDays > 0 {
			spec := promotion.CouponSpec{
				Name: c.Name, Access: c.Access, Effect: promotion.EffectSpec{Kind: c.Effect.Kind, AmountFen: c.Effect.AmountFen, Rate: c.Effect.Rate}, Back: c.Back, Total: c.Claimed - 1,
				PerUser: c.PerUser, ClaimFrom: c.ClaimFrom, ClaimUntil: c.ClaimUntil, ValidDays: c.ValidDays, Stackable: c.Stackable,
			}
			_, err := h.Promotion.ChangeCoupon(staff, c.No, spec)
			h.refused(t, "fewer coupons than were had", err, model.ErrQuotaTaken)
		}
	}
	for _, code := range h.used {
		for _, b := range h.buyers[:2] {
			_, err := h.Promotion.Redeem(h.Ctx, b.UserID, "wrong", code)
			h.refused(t, "a code that was used", err, model.ErrCouponCodeUsed, model.ErrCouponLimit, model.ErrCouponClosed)
		}
	}
	_, err := h.Promotion.CreateCoupon(staff, "wrong", promotion.CouponSpec{
		Name: model.Text{"en": "Again"}, Effect: promotion.EffectSpec{Kind: model.EffectAmount, AmountFen: 1}, Access: model.CouponByCode, Code: "ciao",
		Back: model.CouponBackNever, ClaimFrom: now, ClaimUntil: now.Add(time.Hour), ValidDays: 1,
	})
	h.refused(t, "a code of another coupon", err, model.ErrInvalid)
	var claims []model.CouponClaim
	h.readable(&claims, "status = ? AND valid_until > ?", model.ClaimHeld, now)
	for _, c := range claims {
		for _, b := range h.buyers {
			if b.UserID == c.UserID {
				continue
			}
			q, err := h.Order.Quote(h.Ctx, b.Buyer, order.Basket{AddressNo: b.Address, CouponNo: c.No, Lines: []offer.Want{{SKUNo: h.stable.No, Quantity: 1}}})
			if err == nil && slices.ContainsFunc(q.Coupons, func(v order.CouponOptionView) bool { return v.No == c.No }) {
				t.Errorf("another's coupon %s makes a basket cheaper", c.No)
			}
		}
	}
	var quota model.PromotionQuota
	if h.DB.Read(h.Ctx).Take(&quota).Error == nil && quota.Reserved+quota.Sold > 1 {
		v, err := h.Promotion.Get(staff, h.promotions[1])
		if err != nil {
			t.Fatal(err)
		}
		v.Quota.Total = quota.Reserved + quota.Sold - 1
		_, err = h.Promotion.Change(staff, v.No, v.Spec)
		h.refused(t, "a flash sale of fewer pieces than are taken", err, model.ErrQuotaTaken)
	}
}

// wrongGroups are seats that cannot be had, and campaigns that cannot be made.
func (h *history) wrongGroups(t *rapid.T) {
	now := model.At(h.Clock.Now())
	for i, c := range h.groups.campaigns {
		var campaign model.GroupCampaign
		if err := h.DB.Read(h.Ctx).Where("no = ?", c.no).Take(&campaign).Error; err != nil {
			t.Fatal(err)
		}
		sku := h.Reload(c.sku)
		b := h.buyers[i]
		quote := func(what string, sku model.SKU, group string, by ...*model.Error) {
			basket := order.Basket{AddressNo: b.Address, CouponNo: order.NoCoupon, Lines: []offer.Want{{SKUNo: sku.No, Quantity: 1}}, Group: &model.GroupWish{Campaign: c.no, Group: group}}
			_, err := h.Order.Place(h.Ctx, b.Buyer, "wrong", order.Checkout{Basket: basket, ExpectedTotalFen: 1})
			h.refused(t, "in a group, "+what, err, by...)
		}
		if h.Reload(h.stable).Available() > 0 {
			quote("another product", h.stable, "", model.ErrGroupBasket)
		}
		if campaign.Status != model.CampaignCancelled {
			in := c.in
			_, err := h.GroupBuy.Create(h.staffCtx(), "wrong", in)
			h.refused(t, "a second campaign of a product", err, model.ErrCampaignOverlap, model.ErrOutOfRange, model.ErrInvalid)
			in.Prices = []groupbuy.PriceInput{{SKUNo: c.sku.No, PriceFen: sku.PriceFen + 1}}
			_, err = h.GroupBuy.Change(h.staffCtx(), c.no, in)
			h.refused(t, "a campaign that is dearer than alone", err, model.ErrOutOfRange)
		}
		if sku.Available() == 0 || !sku.Active {
			continue
		}
		if campaign.Status != model.CampaignRunning || now >= campaign.EndsAt {
			quote("that cannot be opened", sku, "", model.ErrCampaignOver, model.ErrNotOnSale)
		}
		var groups []model.Group
		h.readable(&groups, "campaign_id = ?", campaign.ID)
		for _, g := range groups {
			switch {
			case g.Status == model.GroupFormed:
				quote("that has formed", sku, g.No, model.ErrGroupFull, model.ErrNotOnSale)
			case g.Status != model.GroupOpen || g.ExpiresAt <= now:
				quote("that is over", sku, g.No, model.ErrGroupOver, model.ErrNotOnSale)
			}
			for _, b := range h.buyers {
				mine, err := h.GroupBuy.MySeat(h.Ctx, b.UserID, g.No)
				has := h.Count(&model.GroupSeat{}, "group_id = ? AND user_id = ?", g.ID, b.UserID) > 0
				if err != nil || (mine != nil) != has {
					t.Errorf("user %d in group %s: %v, %v", b.UserID, g.No, mine, err)
				}
			}
		}
	}
	for _, b := range h.buyers[:2] {
		mine, _, err := h.GroupBuy.MyGroups(h.Ctx, b.UserID, 0, 50)
		if n := h.Count(&model.GroupSeat{}, "user_id = ?", b.UserID); err != nil || int64(len(mine)) != min(n, 50) {
			t.Errorf("user %d is told of %d groups of %d: %v", b.UserID, len(mine), n, err)
		}
	}
}

// wrongDays are days that cannot be reconciled, and leave for templates that nobody has.
func (h *history) wrongDays(t *rapid.T) {
	_, err := h.Reconcile.Run(h.Ctx, model.DayOf(model.At(h.Clock.Now())))
	h.refused(t, "to reconcile a day that is not over", err, model.ErrBillNotReady)
	b := h.buyers[0]
	_, err = h.Message.Grant(h.Ctx, b.UserID, "wrong", []string{"a-template-of-nobody"})
	h.refused(t, "leave for another's template", err, model.ErrInvalid)
	if id := templates[model.MessageOrderPaid][h.chosen[model.MessageOrderPaid]]; h.Count(&model.MessageTemplate{}, "template_id = ?", id) > 0 {
		_, err = h.Message.Grant(h.Ctx, b.UserID, "wrong", []string{id, id})
		h.refused(t, fmt.Sprintf("leave for %s twice", id), err, model.ErrInvalid)
	}
}
