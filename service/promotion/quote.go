package promotion

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/member"
	"hutong/service/order"
)

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
	if err := standing(tx, b, d.UserID, promotions, coupons); err != nil {
		return err
	}
	if err := presents(tx, b, promotions, coupons); err != nil {
		return err
	}
	w := choose(b, promotions, coupons)
	d.CouponProblem = w.pick(coupons, d.CouponNo)
	d.Hints = hints(b, promotions, w.best)
	d.Coupons = w.options(b, coupons)
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

// standing finds out the rank of the buyer's level, if any rule wants to know: in the transaction of the order, whose
// price is then that of the level they have.
func standing(tx *gorm.DB, b *basket, userID int64, rules ...[]*rule) (err error) {
	if !slices.ContainsFunc(slices.Concat(rules...), func(r *rule) bool { return r.conditions.LevelFrom > 0 }) {
		return nil
	}
	if b.rank, err = member.Rank(tx, userID); err != nil {
		return err
	}
	if slices.ContainsFunc(slices.Concat(rules...), func(r *rule) bool { return r.conditions.LevelFrom > b.rank }) {
		b.levels, err = member.Names(tx)
	}
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
func (w *weighed) options(b *basket, coupons []*rule) []order.CouponOption {
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
		if o.Problem == model.ErrCouponLevel {
			o.Level = b.levels[c.conditions.LevelFrom]
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
	d.Contended = d.Contended || r.flash
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
