package promotion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/flow"
	"hutong/service/order"
)

// ErrInconsistent is an order whose pieces or coupon are not where they should be: a mistake in the program, which
// the audit would show.
var ErrInconsistent = errors.New("promotion: the figures contradict the order")

// The labels of the adjustments; each has a text in the catalogue of messages.
const (
	LabelPromotion = "promotion"
	LabelFlashSale = "flash_sale"
	LabelCoupon    = "coupon"
	LabelGift      = "gift"
)

// The sources of adjustments, before the id. A flash sale's tells that its pieces are counted.
const (
	sourcePromotion = "promotion:"
	sourceFlashSale = "flash_sale:"
	sourceClaim     = "coupon_claim:"
)

// Participant prices orders by promotions and coupons, takes what they use up when an order is placed, and gives it
// back when it is cancelled. It comes after freight, which some take off, and before stock: its quotas are rows that
// many orders want.
type Participant struct {
	order.Bystander
	Promotions *Service
}

// Quote implements order.Participant.
func (p Participant) Quote(_ context.Context, tx *gorm.DB, d *order.Draft) error {
	return p.Promotions.quote(tx, d)
}

// Placed implements order.Participant. Errors: ErrOfferGone when a coupon, a quota or what is for a first order has
// gone to another order meanwhile; a new quote tells.
func (p Participant) Placed(_ context.Context, tx *gorm.DB, orders ...*model.Order) error {
	pieces := map[int64]int64{} // of flash sales, by all orders
	for _, o := range orders {
		t, err := takenBy(o)
		if err != nil {
			return err
		}
		if err := p.Promotions.firstStill(tx, o, t); err != nil {
			return err
		}
		for _, id := range t.claims {
			if err := p.Promotions.lock(tx, o, id); err != nil {
				return err
			}
		}
		for _, id := range t.sales() {
			if err := p.Promotions.useUp(tx, o, id, t.pieces[id]); err != nil {
				return err
			}
			pieces[id] += t.pieces[id]
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pieces)) { // rows are locked in this order
		err := reserve(tx, id, pieces[id])
		if errors.Is(err, ErrInconsistent) {
			return model.ErrOfferGone
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Paid implements order.Participant.
func (p Participant) Paid(_ context.Context, tx *gorm.DB, o *model.Order) error {
	t, err := loadTaken(tx, o)
	if err != nil {
		return err
	}
	for _, id := range t.claims {
		err := flow.Advance[model.CouponClaim](tx.Where("order_id = ?", o.ID), model.ClaimFlow, id, model.ClaimUsed, map[string]any{"used_at": p.Promotions.now.Now()})
		if errors.Is(err, model.ErrWrongState) {
			return fmt.Errorf("order %s, coupon %d: %w", o.No, id, ErrInconsistent)
		} else if err != nil {
			return err
		}
	}
	for _, id := range t.sales() {
		n := t.pieces[id]
		if err := moveQuota(tx, id, "reserved >= ?", []any{n}, map[string]any{
			"reserved": gorm.Expr("reserved - ?", n), "sold": gorm.Expr("sold + ?", n),
		}); err != nil {
			return fmt.Errorf("order %s: %w", o.No, err)
		}
	}
	return nil
}

// Closed implements order.Participant.
func (p Participant) Closed(_ context.Context, tx *gorm.DB, o *model.Order) error {
	t, err := loadTaken(tx, o)
	if err != nil {
		return err
	}
	for _, id := range t.claims {
		err := flow.Advance[model.CouponClaim](tx.Where("order_id = ?", o.ID), unlock, id, model.ClaimHeld, map[string]any{"order_id": 0})
		if errors.Is(err, model.ErrWrongState) {
			return fmt.Errorf("order %s, coupon %d: %w", o.No, id, ErrInconsistent)
		} else if err != nil {
			return err
		}
	}
	for _, id := range t.sales() {
		n := t.pieces[id]
		res := tx.Model(&model.PromotionUse{}).Where("promotion_id = ? AND user_id = ? AND taken >= ?", id, o.UserID, n).
			Update("taken", gorm.Expr("taken - ?", n)) // no row: no limit
		if res.Error != nil {
			return fmt.Errorf("order %s: %w", o.No, res.Error)
		}
		if err := moveQuota(tx, id, "reserved >= ?", []any{n}, map[string]any{"reserved": gorm.Expr("reserved - ?", n)}); err != nil {
			return fmt.Errorf("order %s: %w", o.No, err)
		}
	}
	return nil
}

// The two ways back to a coupon that can be used: each is taken by its own step alone.
var (
	unlock   = model.Flow[model.ClaimStatus]{model.ClaimHeld: {model.ClaimLocked}}
	giveBack = model.Flow[model.ClaimStatus]{model.ClaimHeld: {model.ClaimUsed}}
)

// Refunded implements order.Participant: a coupon whose rule says so is the consumer's again, once all the money has
// gone back before anything was sent.
func (p Participant) Refunded(_ context.Context, tx *gorm.DB, r *model.Refund) error {
	if r.Kind != model.RefundOrder {
		return nil
	}
	var claims []model.CouponClaim
	if err := tx.Where("order_id = ? AND status = ?", r.OrderID, model.ClaimUsed).Find(&claims).Error; err != nil {
		return fmt.Errorf("coupons of refund %s: %w", r.No, err)
	}
	for _, c := range claims {
		back, err := goesBack(tx, c)
		if err != nil {
			return err
		}
		if !back {
			continue
		}
		err = flow.Advance[model.CouponClaim](tx.Where("order_id = ?", r.OrderID), giveBack, c.ID, model.ClaimHeld,
			map[string]any{"order_id": 0, "used_at": 0})
		if err != nil && !errors.Is(err, model.ErrWrongState) {
			return err
		}
	}
	return nil
}

// goesBack tells whether a coupon that an order used is given back now.
func goesBack(tx *gorm.DB, c model.CouponClaim) (bool, error) {
	var n int64
	err := tx.Model(&model.Coupon{}).Where("id = ? AND back = ?", c.CouponID, model.CouponBackUnsent).Count(&n).Error
	if err != nil || n == 0 {
		return false, err
	}
	var kept, open int64
	err = tx.Model(&model.OrderLine{}).Where("order_id = ? AND (refunded < quantity OR shipped > 0)", c.OrderID).Count(&kept).Error
	if err != nil || kept > 0 {
		return false, err
	}
	err = tx.Model(&model.Refund{}).Where("order_id = ? AND kind = ? AND status NOT IN ?", c.OrderID, model.RefundOrder,
		model.RefundsOver).Count(&open).Error
	return open == 0, err
}
