package promotion

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/order"
)

// Service has the use cases of promotions and coupons. Methods work for the brand of ctx.
type Service struct {
	db    *database.DB
	now   model.Clock
	newNo func() string
	sets  sync.Map // *set by the brand's id
}

// New makes the service.
func New(db *database.DB, now model.Clock, newNo func() string) *Service {
	return &Service{db: db, now: now, newNo: newNo}
}

// mostHeld bounds the coupons of one consumer that are weighed: those first whose time ends first.
const mostHeld = 50

// held is a consumer's coupons as rules, those first whose time ends first, and the one that they want if they have
// it, whatever has become of it.
func (s *Service) held(tx *gorm.DB, userID int64, wanted string) ([]*rule, error) {
	now := s.now.Now()
	var claims []model.CouponClaim
	err := tx.Where("user_id = ? AND status = ? AND valid_until > ?", userID, model.ClaimHeld, now).
		Order("valid_until, id").Limit(mostHeld).Find(&claims).Error
	if err != nil {
		return nil, fmt.Errorf("coupons of user %d: %w", userID, err)
	}
	if wanted != "" && wanted != order.NoCoupon && !slices.ContainsFunc(claims, func(c model.CouponClaim) bool { return c.No == wanted }) {
		var one []model.CouponClaim
		if err := tx.Where("user_id = ? AND no = ?", userID, wanted).Find(&one).Error; err != nil {
			return nil, fmt.Errorf("coupon %s: %w", wanted, err)
		}
		claims = append(claims, one...)
	}
	if len(claims) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(claims))
	for i, c := range claims {
		ids[i] = c.CouponID
	}
	var coupons []model.Coupon
	if err := tx.Where("id IN ?", ids).Find(&coupons).Error; err != nil {
		return nil, fmt.Errorf("coupons: %w", err)
	}
	byID := make(map[int64]model.Coupon, len(coupons))
	for _, c := range coupons {
		byID[c.ID] = c
	}
	out := make([]*rule, len(claims))
	for i := range claims {
		c := byID[claims[i].CouponID]
		out[i] = &rule{
			id: c.ID, no: c.No, name: c.Name, claim: &claims[i], conditions: c.Conditions, effect: c.Effect,
			stackable: c.Stackable, problem: usable(claims[i], now),
		}
	}
	return out, scope(tx, out)
}

// usable tells why a claim cannot be used whatever is bought, or nil.
func usable(c model.CouponClaim, now model.Millis) *model.Error {
	switch {
	case c.Status == model.ClaimLocked, c.Status == model.ClaimUsed:
		return model.ErrCouponUsed
	case c.Status == model.ClaimExpired, c.ValidUntil <= now:
		return model.ErrCouponExpired
	case c.ValidFrom > now:
		return model.ErrCouponEarly
	}
	return nil
}

// Expire ends the coupons of all brands whose time has passed, at most so many, and tells how many. ctx must be
// across brands. What it has not come to yet is refused by its time all the same.
func (s *Service) Expire(ctx context.Context, most int) (ended int64, err error) {
	now := s.now.Now()
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Model(&model.CouponClaim{}).Where("status = ? AND valid_until <= ?", model.ClaimHeld, now).
			Order("valid_until").Limit(most).Pluck("id", &ids).Error
		if err != nil {
			return fmt.Errorf("expired coupons: %w", err)
		}
		slices.Sort(ids)
		res := tx.Model(&model.CouponClaim{}).
			Where("id IN ? AND status IN ? AND valid_until <= ?", ids, model.ClaimFlow[model.ClaimExpired], now).
			Update("status", model.ClaimExpired)
		ended = res.RowsAffected
		return res.Error
	})
	return ended, err
}
