package promotion

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
)

// taken is what an order uses up: coupons, and pieces of flash sales.
type taken struct {
	claims     []int64
	promotions []int64         // without a quota
	pieces     map[int64]int64 // of flash sales
}

// takenBy reads it off the order's adjustments.
func takenBy(o *model.Order) (taken, error) {
	t := taken{pieces: map[int64]int64{}}
	for _, a := range o.Adjustments {
		prefix, number, found := strings.Cut(a.Source, ":")
		if !found {
			continue
		}
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			continue // another participant's
		}
		switch prefix + ":" {
		case sourceClaim:
			if !slices.Contains(t.claims, id) {
				t.claims = append(t.claims, id)
			}
		case sourcePromotion:
			if !slices.Contains(t.promotions, id) {
				t.promotions = append(t.promotions, id)
			}
		case sourceFlashSale:
			at := slices.IndexFunc(o.Lines, func(l model.OrderLine) bool { return l.Position == a.Position })
			if at < 0 {
				return t, fmt.Errorf("order %s, line %d: %w", o.No, a.Position, ErrInconsistent)
			}
			t.pieces[id] += int64(o.Lines[at].Quantity)
		}
	}
	return t, nil
}

// ids of the flash sales, sorted: rows are locked in this order.
func (t taken) sales() []int64 {
	ids := make([]int64, 0, len(t.pieces))
	for id := range t.pieces {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// loadTaken is takenBy for an order that was loaded without its adjustments. One that nothing made cheaper needs none.
func loadTaken(tx *gorm.DB, o *model.Order) (taken, error) {
	if !o.HasOffers {
		return taken{}, nil
	}
	copied := *o
	err := tx.Where("order_id = ? AND (kind IN ? OR amount_fen < 0)", o.ID,
		[]model.AdjustmentKind{model.AdjustPromotion, model.AdjustCoupon}).Order("id").Find(&copied.Adjustments).Error
	if err != nil {
		return taken{}, fmt.Errorf("adjustments of order %s: %w", o.No, err)
	}
	return takenBy(&copied)
}

// firstStill makes sure that what is for a first order goes to one: orders of one buyer wait for each other here.
func (s *Service) firstStill(tx *gorm.DB, o *model.Order, t taken) error {
	wanted, err := s.forFirst(tx, t)
	if err != nil || !wanted {
		return err
	}
	var u model.User
	if err := tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("id").Where("id = ?", o.UserID).Take(&u).Error; err != nil {
		return fmt.Errorf("user %d: %w", o.UserID, err)
	}
	others, err := ordersBut(tx, o.UserID, o.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return model.ErrOfferGone
	}
	return nil
}

// forFirst tells whether anything that an order uses is for first orders alone. Of promotions the brand's set tells,
// which the quote has used a moment ago.
func (s *Service) forFirst(tx *gorm.DB, t taken) (bool, error) {
	var unknown []int64
	for _, id := range slices.Concat(t.promotions, t.sales()) {
		switch r := s.cached(tx, id); {
		case r == nil:
			unknown = append(unknown, id)
		case r.conditions.FirstOrder:
			return true, nil
		}
	}
	if len(unknown) > 0 {
		var rows []model.Promotion
		if err := tx.Select("conditions").Where("id IN ?", unknown).Find(&rows).Error; err != nil {
			return false, fmt.Errorf("promotions: %w", err)
		}
		if slices.ContainsFunc(rows, func(p model.Promotion) bool { return p.Conditions.FirstOrder }) {
			return true, nil
		}
	}
	if len(t.claims) == 0 {
		return false, nil
	}
	var rows []model.Coupon
	err := tx.Select("conditions").
		Where("id IN (?)", tx.Model(&model.CouponClaim{}).Select("coupon_id").Where("id IN ?", t.claims)).Find(&rows).Error
	if err != nil {
		return false, fmt.Errorf("coupons: %w", err)
	}
	return slices.ContainsFunc(rows, func(c model.Coupon) bool { return c.Conditions.FirstOrder }), nil
}

// cached is a promotion of the brand's set in memory, or nil.
func (s *Service) cached(tx *gorm.DB, id int64) *rule {
	brandID, _ := model.BrandID(tx.Statement.Context)
	known, ok := s.sets.Load(brandID)
	if !ok {
		return nil
	}
	promotions := known.(*set).promotions
	for i := range promotions {
		if promotions[i].id == id {
			return &promotions[i]
		}
	}
	return nil
}

// lock takes a coupon for an order, if it can still be used. Errors: ErrOfferGone.
func (s *Service) lock(tx *gorm.DB, o *model.Order, claimID int64) error {
	now := s.now.Now()
	err := flow.Advance[model.CouponClaim](tx.Where("user_id = ? AND valid_from <= ? AND valid_until > ?", o.UserID, now, now),
		model.ClaimFlow, claimID, model.ClaimLocked, map[string]any{"order_id": o.ID})
	if errors.Is(err, model.ErrWrongState) {
		return model.ErrOfferGone
	}
	return err
}

// useUp counts the pieces of a flash sale that a buyer takes, if they may have so many. Errors: ErrOfferGone.
func (s *Service) useUp(tx *gorm.DB, o *model.Order, promotionID, n int64) error {
	limit, err := s.perUser(tx, promotionID)
	if err != nil || limit == 0 {
		return err
	}
	more := func() (bool, error) {
		res := tx.Model(&model.PromotionUse{}).Where("promotion_id = ? AND user_id = ? AND taken + ? <= ?", promotionID, o.UserID, n, limit).
			Update("taken", gorm.Expr("taken + ?", n))
		return res.RowsAffected > 0, res.Error
	}
	counted, err := more()
	if err == nil && !counted && n <= limit { // the buyer's first, or too many
		err = tx.Create(&model.PromotionUse{PromotionID: promotionID, UserID: o.UserID, Taken: n}).Error
		if counted = err == nil; database.IsDuplicate(err) {
			counted, err = more()
		}
	}
	switch {
	case err != nil:
		return fmt.Errorf("order %s: %w", o.No, err)
	case !counted:
		return model.ErrOfferGone
	}
	return nil
}

// reserve takes pieces of a flash sale, if there are so many. Errors: ErrInconsistent.
func reserve(tx *gorm.DB, promotionID, n int64) error {
	return moveQuota(tx, promotionID, "reserved + sold + ? <= total", []any{n}, map[string]any{"reserved": gorm.Expr("reserved + ?", n)})
}

// perUser is how many pieces of a flash sale one consumer may have; it never changes.
func (s *Service) perUser(tx *gorm.DB, promotionID int64) (limit int64, err error) {
	if r := s.cached(tx, promotionID); r != nil {
		return r.perUser, nil
	}
	err = tx.Model(&model.PromotionQuota{}).Where("promotion_id = ?", promotionID).Pluck("per_user", &limit).Error
	if err != nil {
		return 0, fmt.Errorf("flash sale %d: %w", promotionID, err)
	}
	return limit, nil
}

// moveQuota moves the figures of a flash sale if a condition holds. Errors: ErrInconsistent.
func moveQuota(tx *gorm.DB, promotionID int64, condition string, args []any, columns map[string]any) error {
	res := tx.Model(&model.PromotionQuota{}).Where("promotion_id = ?", promotionID).Where(condition, args...).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("flash sale %d: %w", promotionID, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("flash sale %d: %w", promotionID, ErrInconsistent)
	}
	return nil
}
