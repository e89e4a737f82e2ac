package promotion

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
)

// Wish is to whom staff issue a coupon.
type Wish struct {
	Users  []string `json:"users,omitempty" maxItems:"200" doc:"Numbers of consumers"`
	Orders []string `json:"orders,omitempty" maxItems:"200" doc:"Numbers of orders: their buyers get one"`
}

// Issued is what became of an issue.
type Issued struct {
	Issued  int `json:"issued" doc:"Consumers who got one"`
	Skipped int `json:"skipped" doc:"Consumers who have as many as they may, or whose account was deleted"`
}

// mostIssued bounds the consumers of one issue.
const mostIssued = 200

// Issue hands one of a kind of coupon to each of some consumers, once per key: all of them get it, but for those who
// have as many as they may, or nobody does. Errors: ErrCouponNotFound; ErrRequired, ErrTooMany; ErrInvalid at a
// number that nobody has; ErrCouponClosed, ErrCouponOver; ErrKeyReused.
func (s *Service) Issue(ctx context.Context, key, no string, w Wish) (Issued, error) {
	if n := len(w.Users) + len(w.Orders); n == 0 {
		return Issued{}, model.ErrRequired.At("users")
	} else if n > mostIssued {
		return Issued{}, model.ErrTooMany.At("users").With("max", fmt.Sprint(mostIssued))
	}
	actor := model.ActorOf(ctx)
	request := idem.Request{Owner: "staff:" + actor.No, Key: key, Operation: "coupon.issue", Input: []any{no, w}}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (out Issued, err error) {
		c, err := findCoupon(tx.Where("no = ?", no))
		if err != nil {
			return Issued{}, err
		}
		ids, err := w.ids(tx)
		if err != nil {
			return Issued{}, err
		}
		out = Issued{Skipped: len(ids)}
		if ids, err = open(tx, c, ids); err != nil {
			return Issued{}, err
		}
		out.Issued, out.Skipped = len(ids), out.Skipped-len(ids)
		for _, id := range ids {
			if _, err := s.hand(tx, c, id, model.CouponIssued); err != nil {
				return Issued{}, err
			}
		}
		return out, trail.Write(ctx, tx, "coupon.issue", trail.Subject{Kind: "coupon", No: no}, nil, out)
	})
}

// open takes the rows of consumers, before the coupon's as whoever claims does, and leaves out those who have as many
// as they may and those who are gone.
func open(tx *gorm.DB, c model.Coupon, ids []int64) (left []int64, err error) {
	for _, id := range ids {
		_, err := person.Lock(tx, id)
		switch {
		case err == nil:
			left = append(left, id)
		case !errors.Is(err, model.ErrUnauthorized):
			return nil, err
		}
	}
	if c.PerUser == 0 {
		return left, nil
	}
	var full []int64
	err = tx.Model(&model.CouponClaim{}).Where("coupon_id = ? AND user_id IN ?", c.ID, left).
		Group("user_id").Having("MAX(n) >= ?", c.PerUser).Pluck("user_id", &full).Error
	if err != nil {
		return nil, fmt.Errorf("who has coupon %s: %w", c.No, err)
	}
	return slices.DeleteFunc(left, func(id int64) bool { return slices.Contains(full, id) }), nil
}

// ids of the consumers, each once, sorted: rows are locked in this order. Errors: ErrInvalid at a number.
func (w Wish) ids(tx *gorm.DB) ([]int64, error) {
	var users []model.User
	if err := tx.Select("id", "no").Where("no IN ?", w.Users).Find(&users).Error; err != nil {
		return nil, fmt.Errorf("consumers: %w", err)
	}
	var orders []model.Order
	if err := tx.Select("no", "user_id").Where("no IN ?", w.Orders).Find(&orders).Error; err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	known := map[string]int64{}
	for _, u := range users {
		known["users "+u.No] = u.ID
	}
	for _, o := range orders {
		known["orders "+o.No] = o.UserID
	}
	var ids []int64
	var errs model.Errs
	add := func(field string, nos []string) {
		for i, no := range nos {
			id, found := known[field+" "+no]
			if !found {
				errs = append(errs, model.ErrInvalid.At(fmt.Sprintf("%s[%d]", field, i)))
			}
			ids = append(ids, id)
		}
	}
	add("users", w.Users)
	add("orders", w.Orders)
	if len(errs) > 0 {
		return nil, errs
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
