package promotion

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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

func (s *Service) quote(tx *gorm.DB, d *order.Draft) error {
	known, err := s.of(tx, d.Version)
	if err != nil {
		return err
	}
	if len(known.promotions) == 0 && !known.coupons {
		if d.CouponNo != "" && d.CouponNo != order.NoCoupon {
			d.CouponProblem = model.ErrCouponNotFound
		}
		return nil
	}
	b := basketOf(d)
	promotions, err := s.running(tx, known, b, d.UserID)
	if err != nil {
		return err
	}
	var coupons []*rule
	if known.coupons {
		if coupons, err = s.held(tx, d.UserID, d.CouponNo); err != nil {
			return err
		}
	}
	if err := s.first(tx, b, d.UserID, promotions, coupons); err != nil {
		return err
	}
	if err := presents(tx, b, promotions, coupons); err != nil {
		return err
	}
	w := choose(b, promotions, coupons)
	d.CouponProblem = w.pick(coupons, d.CouponNo)
	d.Hints = hints(b, promotions, w.best)
	d.Coupons = w.options(coupons)
	for _, o := range w.best.outcomes {
		o.write(d, b)
	}
	return nil
}

// basketOf is the lines of a draft that can be bought, by SKU.
func basketOf(d *order.Draft) *basket {
	b := &basket{
		freight: d.Sum(model.AdjustFreight), rest: d.Sum(model.AdjustTax), floor: 1, channel: model.ChannelMiniProgram,
	}
	if d.Free {
		b.floor = 0
	}
	for i, l := range d.Lines {
		if d.Buyable(i) {
			b.lines = append(b.lines, line{
				position: i, product: l.Product.ID, sku: l.SKU.ID, pieces: l.Quantity, now: l.SKU.PriceFen.Times(l.Quantity),
			})
		}
	}
	for _, a := range d.Adjustments {
		if a.Kind != model.AdjustModel {
			continue
		}
		for i := range b.lines {
			if b.lines[i].position == a.Position {
				b.lines[i].now += a.AmountFen
				b.lines[i].foreign = true
			}
		}
	}
	slices.SortFunc(b.lines, func(x, y line) int { return cmp.Compare(x.sku, y.sku) })
	return b
}

// running is the promotions whose time it is and that count something in the basket. Of flash sales it asks how many
// pieces there are: for show, because the order takes them by a condition.
func (s *Service) running(tx *gorm.DB, known *set, b *basket, userID int64) (out []*rule, err error) {
	now := s.now.Now()
	var flash []int64
	for _, r := range known.promotions {
		if now < r.startsAt || now >= r.endsAt || !slices.ContainsFunc(b.lines, r.counts) {
			continue
		}
		if r.flash {
			flash = append(flash, r.id)
		}
		own := r // the set is shared
		out = append(out, &own)
	}
	if len(flash) == 0 {
		return out, nil
	}
	var rows []struct{ PromotionID, Left, Taken int64 }
	err = tx.Model(&model.PromotionQuota{}).
		Select("promotion_quotas.promotion_id, promotion_quotas.total - promotion_quotas.reserved - promotion_quotas.sold AS `left`, "+
			"COALESCE(u.taken, 0) AS taken").
		Joins("LEFT JOIN promotion_uses u ON u.brand_id = promotion_quotas.brand_id AND u.promotion_id = promotion_quotas.promotion_id AND u.user_id = ?", userID).
		Where("promotion_quotas.promotion_id IN ?", flash).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("quotas: %w", err)
	}
	for _, r := range out {
		for _, q := range rows {
			if q.PromotionID == r.id {
				r.left, r.mine = max(0, q.Left), max(0, q.Left)
				if r.perUser > 0 {
					r.mine = min(r.mine, max(0, r.perUser-q.Taken))
				}
			}
		}
	}
	return out, nil
}

// first finds out whether it is the buyer's first order, if any rule wants to know.
func (s *Service) first(tx *gorm.DB, b *basket, userID int64, rules ...[]*rule) error {
	if !slices.ContainsFunc(slices.Concat(rules...), func(r *rule) bool { return r.conditions.FirstOrder }) {
		return nil
	}
	others, err := ordersBut(tx, userID, 0)
	b.first = others == 0
	return err
}

// ordersBut is how many orders a user has that are not cancelled, but one.
func ordersBut(tx *gorm.DB, userID, orderID int64) (n int64, err error) {
	err = tx.Model(&model.Order{}).
		Where("user_id = ? AND id <> ? AND status <> ?", userID, orderID, model.OrderCancelled).Limit(1).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("orders of user %d: %w", userID, err)
	}
	return n, nil
}

// options is the consumer's coupons for the basket, those first that save most.
func (w *weighed) options(coupons []*rule) []order.CouponOption {
	out := make([]order.CouponOption, 0, len(coupons))
	for i, c := range coupons {
		o := order.CouponOption{
			No: c.claim.No, Name: c.name, Effect: c.effect, AmountFrom: c.conditions.AmountFrom, ValidUntil: c.claim.ValidUntil,
			Problem: w.problem[i], Missing: w.missing[i], Chosen: w.best.coupon == c,
		}
		if with, able := w.with[i]; able {
			o.SavesFen = with.saved - w.plain.saved
		} else if o.Problem == nil {
			o.Problem = model.ErrCouponNothing
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(x, y order.CouponOption) int {
		able := func(o order.CouponOption) int {
			if o.Problem == nil {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(able(x), able(y)), cmp.Compare(y.SavesFen, x.SavesFen))
	})
	return out
}

// write adds what an outcome takes off to a draft.
func (o *outcome) write(d *order.Draft, b *basket) {
	r := o.rule
	kind, label, source, no := model.AdjustPromotion, LabelPromotion, sourcePromotion+strconv.FormatInt(r.id, 10), r.no
	switch {
	case r.claim != nil:
		kind, label, source, no = model.AdjustCoupon, LabelCoupon, sourceClaim+strconv.FormatInt(r.claim.ID, 10), r.claim.No
	case r.flash:
		label, source = LabelFlashSale, sourceFlashSale+strconv.FormatInt(r.id, 10)
	}
	applied := order.Applied{Kind: kind, No: no, Name: r.name, FreightFen: -o.freight, FlashSale: r.flash}
	byPosition := slices.Clone(b.lines)
	for i, off := range o.off {
		byPosition[i].now = off
	}
	slices.SortFunc(byPosition, func(x, y line) int { return cmp.Compare(x.position, y.position) })
	for _, l := range byPosition {
		if l.now > 0 {
			d.Adjust(l.position, kind, source, label, -l.now)
			applied.AmountFen -= l.now
		}
	}
	if o.gift {
		present := *r.present
		d.Lines = append(d.Lines, present)
		d.Adjust(len(d.Lines)-1, kind, source, LabelGift, -present.SKU.PriceFen.Times(present.Quantity))
	}
	if o.freight > 0 {
		d.Adjust(-1, model.AdjustFreight, source, label, -o.freight)
	}
	d.Applied = append(d.Applied, applied)
}

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

// Placed implements order.Participant. Errors: ErrOfferGone when a coupon, a quota or what is for a first order has
// gone to another order meanwhile; a new quote tells.
func (p Participant) Placed(_ context.Context, tx *gorm.DB, o *model.Order) error {
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
		if err := p.Promotions.reserve(tx, o, id, t.pieces[id]); err != nil {
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
		if err := moveQuota(tx, o, id, "reserved >= ?", []any{n}, map[string]any{
			"reserved": gorm.Expr("reserved - ?", n), "sold": gorm.Expr("sold + ?", n),
		}); err != nil {
			return err
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
		if err := moveQuota(tx, o, id, "reserved >= ?", []any{n}, map[string]any{"reserved": gorm.Expr("reserved - ?", n)}); err != nil {
			return err
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
		[]model.RefundStatus{model.RefundSucceeded, model.RefundReplaced}).Count(&open).Error
	return open == 0, err
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

// reserve takes pieces of a flash sale for an order, if there are so many, and the buyer may have so many. Errors:
// ErrOfferGone.
func (s *Service) reserve(tx *gorm.DB, o *model.Order, promotionID, n int64) error {
	limit, err := s.perUser(tx, promotionID)
	if err != nil {
		return err
	}
	if limit > 0 {
		row := model.PromotionUse{PromotionID: promotionID, UserID: o.UserID}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("order %s: %w", o.No, err)
		}
		res := tx.Model(&model.PromotionUse{}).Where("promotion_id = ? AND user_id = ? AND taken + ? <= ?", promotionID, o.UserID, n, limit).
			Update("taken", gorm.Expr("taken + ?", n))
		if res.Error != nil {
			return fmt.Errorf("order %s: %w", o.No, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrOfferGone
		}
	}
	err = moveQuota(tx, o, promotionID, "reserved + sold + ? <= total", []any{n}, map[string]any{"reserved": gorm.Expr("reserved + ?", n)})
	if errors.Is(err, ErrInconsistent) {
		return model.ErrOfferGone
	}
	return err
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
func moveQuota(tx *gorm.DB, o *model.Order, promotionID int64, condition string, args []any, columns map[string]any) error {
	res := tx.Model(&model.PromotionQuota{}).Where("promotion_id = ?", promotionID).Where(condition, args...).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("order %s, flash sale %d: %w", o.No, promotionID, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("order %s, flash sale %d: %w", o.No, promotionID, ErrInconsistent)
	}
	return nil
}
